"""A small virtual year, from registration to the end of every claim: the ledgers balance; a wrong one is reported."""

import json
import os
import signal
from contextlib import nullcontext

import pytest
from click.testing import CliRunner

from simulators.entry import open_sandbox, settings_for
from simulators.played_day import NoDisplay
from simulators.refunds.exporting import trader_count
from simulators.refunds.firms import Market
from simulators.refunds.scenarios import refund_scenario, refund_scenarios
from simulators.refunds.workers import InlineWorker, ProcessWorker
from simulators.refunds.year import FIRST_DAY_OF_YEAR, KEPT_ELEMENTS, OPTIONS, SANDBOX, YearOptions, _folder, year
from simulators.refunds.year import play_year as played_here


def played(*arguments):
    """The exit code of a year and its report."""
    result = CliRunner().invoke(year, ["--json", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, json.loads(result.stdout)


@pytest.fixture(scope="module")
def small():
    return played("--trades", "48")


@pytest.mark.long
def test_every_claim_of_a_year_ends_and_every_ledger_balances(small):
    code, report = small
    assert report["complaints"] == [] and report["audit"] == []
    assert code == 0 and report["ok"]


@pytest.mark.long
def test_every_plot_was_played_and_amounts_are_those_of_the_rules(small):
    claims = {claim["scenario"]: claim for claim in small[1]["claims"]}
    assert set(claims) >= {plot_played.name for plot_played in refund_scenarios()}
    assert claims["part_of_invoice"]["paid"] == {"expected": "390.00", "found": "390.00"}
    assert claims["small_supplier"]["paid"]["found"] == "60.00"
    assert claims["exchange_late"]["paid"]["found"] == "276.90"
    assert claims["exchange_never"]["paid"]["found"] == "0.00"


@pytest.mark.long
def test_the_same_seed_plays_the_same_year():
    first, second = (played("--trades", "0", "--only", "rate_cut", "--seed", "7")[1] for _ in range(2))
    assert first["claims"] == second["claims"] != played("--trades", "0", "--only", "rate_cut")[1]["claims"]


@pytest.mark.long
def test_a_process_beside_changes_nothing_but_the_time(tmp_path):
    wanted = YearOptions(3, 12, (refund_scenario("rate_cut"),))
    market = Market(wanted.seed, 1 + trader_count(wanted.trades))
    years = []
    for name in ("inline", "beside"):
        with open_sandbox(
            settings_for(tmp_path / name, readers=0), SANDBOX, market, OPTIONS, FIRST_DAY_OF_YEAR
        ) as session:
            worker = (
                nullcontext(InlineWorker())
                if name == "inline"
                else ProcessWorker(session.window.settings, SANDBOX, KEPT_ELEMENTS)
            )
            years.append(played_here(session, market, wanted, nullcontext(NoDisplay()), worker))
    assert years[0].outcomes == years[1].outcomes and years[0].ok and years[1].ok
    measured = {"seconds", "processor_seconds", "processor_seconds_own", "memory"}
    first, other = ({key: value for key, value in entry.totals.items() if key not in measured} for entry in years)
    assert first == other and first["exports"] == 13 and set(years[0].totals) >= measured


def test_a_plot_that_there_is_not_and_a_folder_that_holds_something_are_refused(tmp_path):
    strange = CliRunner().invoke(year, ["--only", "nonsense"])
    assert strange.exit_code == 2 and "rate_cut" in strange.output
    (tmp_path / "something").touch()
    again = CliRunner().invoke(year, ["--data", str(tmp_path), "--quiet"])
    assert again.exit_code == 2 and "--data" in again.output


def test_data_are_kept_when_the_year_is_over_and_gone_when_it_is_interrupted(tmp_path):
    kept = tmp_path / "kept"
    assert played("--trades", "0", "--only", "rate_cut", "--data", str(kept))[0] == 0
    assert (kept / "window.sqlite3").exists() and list(tmp_path.iterdir()) == [kept]
    with pytest.raises(KeyboardInterrupt), _folder(tmp_path / "other") as folder:
        folder.mkdir()
        os.kill(os.getpid(), signal.SIGTERM)
    assert list(tmp_path.iterdir()) == [kept]
