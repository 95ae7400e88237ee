"""The demo day: every fault leads to its outcome, whatever the size of messages; a failure ends with 1."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import chain

import pytest
from click.testing import CliRunner

from simulators.amounts import yuan
from simulators.demo import OPTIONS, demo
from simulators.demo_stories import AS_TOLD, STORIES, TOLD
from simulators.elsewhere import ELSEWHERE
from simulators.entry import DEMO, open_sandbox, settings_for
from simulators.errors import SimulatorError
from simulators.imports.bills import TaxTerms, bills_of
from simulators.imports.differences import CHANGES, DIFFERENCES, PIECEWISE, RETURNED
from simulators.imports.envelopes import ENVELOPES, FULL, SUBSCRIBED
from simulators.imports.judging import judge
from simulators.imports.limits import LIMITS, STEPS
from simulators.imports.shop import Shop
from simulators.imports.stories import BY_PARTS
from simulators.imports.trade import Expected
from simulators.imports.traffic import faulty_trade, trades
from simulators.known_faults import known_fault, known_faults
from simulators.messages import pack_messages
from simulators.note_times import NOTES
from simulators.officers.acts import ACTS, COURSES
from simulators.officers.overtaken import LISTS
from simulators.receipt_log import TAXES, LoggedReceipt, ReceiptLog
from simulators.refunds.scenarios import refund_scenarios
from simulators.report import ROUNDED
from simulators.scenes import SOUND_TRADES
from single_window.store.tables import receipt_group
from tests.databases import carry_out
from tests.tables import each

pytestmark = pytest.mark.long

DAY = date(2026, 11, 20)
DIFFERING = len(CHANGES) + len(RETURNED) + len(PIECEWISE) + 1
UP_TO_LIMITS = sum(map(len, STEPS))
"""Trades of buyers who come up to their limits."""


IMPORTS_ONLY = ("--exports", "0", "--batch", "0")


def played(*arguments, exports=IMPORTS_ONLY):
    """The exit code of a demo, and its report."""
    result = CliRunner().invoke(demo, ["--exit", "--json", *exports, *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, json.loads(result.stdout) if result.stdout.startswith("{") else result.output


def comparable(report):
    """What must be the same in every run of a seed."""
    totals = {name: value for name, value in report["totals"].items() if name not in {"messages", "seconds"}}
    return report["outcomes"], totals, report["digests"][DEMO]["sha256"]


@pytest.fixture(scope="module")
def large():
    """A day of a thousand imports, and of the exports that refund claims are about."""
    return played("--trades", "1000", exports=("--exports", "1", "--batch", "0"))


@pytest.mark.long
def test_a_day_of_a_thousand_trades_has_every_fault_and_every_outcome_is_the_expected_one(large):
    code, report = large
    assert (code, report["ok"], report["complaints"]) == (0, True, [])
    imports = [row for row in report["outcomes"] if row["flow"] == "import"]
    assert {row["fault"]: row["trades"] for row in imports if row["fault"] not in {"sound", NOTES, ELSEWHERE}} == {
        LIMITS: UP_TO_LIMITS,
        ROUNDED: SOUND_TRADES,
        DIFFERENCES: DIFFERING,
        ENVELOPES: FULL + 2 * SUBSCRIBED,
        ACTS: len(COURSES) + 1 + LISTS,
        **{entry.name: entry.often for entry in known_faults("import")},
    }
    stories = [row for row in report["outcomes"] if row["flow"] == TOLD]
    assert [(row["fault"], row["trades"], row["expected"], row["got"]) for row in stories] == [
        (name, 1, AS_TOLD, {AS_TOLD: 1}) for name in STORIES
    ]
    assert all(row["ok"] for row in report["outcomes"])


def test_the_totals_fit_each_other(large):
    totals = large[1]["totals"]
    assert totals["trades"] == 1_000 + UP_TO_LIMITS + SOUND_TRADES + DIFFERING + SUBSCRIBED + len(COURSES)
    assert totals["receipts"] == sum(totals["receipts_by_type"].values())
    assert totals["tax_bills"] == totals["receipts_by_type"]["816"] == totals["receipts_by_type"]["818"]
    partly = sum(step.story == "returned_partly" for step in chain(*STEPS)) + 2 * len(PIECEWISE)
    assert totals["tax_bills"] == totals["released"] + known_fault("import", "returned_partly").often + partly
    assert 0 < float(totals["tax_voided"]) < float(totals["tax_billed"])
    assert totals["cancelled"] == known_fault("import", "cancelled").often


@pytest.mark.long
def test_the_same_seed_has_the_same_outcomes_whatever_the_size_of_messages():
    first = played("--trades", "100", "--per-message", "1")
    assert first[0] == 0
    for size in ("7", "100"):
        assert comparable(played("--trades", "100", "--per-message", size)[1]) == comparable(first[1])


@pytest.fixture(scope="module")
def abroad():
    return played("--trades", "20", exports=("--exports", "400", "--batch", "12"))


@pytest.mark.long
def test_four_hundred_exports_a_batch_and_earlier_days_have_every_fault_and_come_to_what_they_must(abroad):
    code, report = abroad
    assert (code, report["ok"], report["complaints"]) == (0, True, [])
    out = {row["fault"]: row["trades"] for row in report["outcomes"] if row["flow"] == "export"}
    months = {name: out.pop(name) for name in list(out) if name.startswith("month_")}
    assert months == {"month_by_window": 5, "month_by_lists": 5, "month_again": 1, "month_counted": 1}
    assert out.pop("notes") > 100
    assert out.pop("sound") + sum(out.values()) == report["totals"]["exports"]["trades"]
    beside = {"batch": 12, "batch_sampled": 12, "batch_of_bad_goods": 12, "batch_with_one_bad": 20, "departure": 2}
    assert out == {**{known.name: known.often for known in known_faults("export")}, **beside}


def test_a_wrong_expectation_ends_with_1_and_is_told_to_people_beside_what_was_as_expected():
    result = CliRunner().invoke(
        demo, ["--exit", "--trades", "40", "--expect", "sound=100", *IMPORTS_ONLY], env={"COLUMNS": "200"}
    )
    assert result.exit_code == 1
    for words in ("synchronous=NORMAL", "must come to", "it should have been rejected", "kinds as expected"):
        assert words in result.output


@pytest.mark.long
def test_a_wrong_expectation_of_an_export_is_reported_and_ends_with_1():
    code, report = played("--trades", "1", "--expect", "export:sound=100", exports=("--exports", "20", "--batch", "0"))
    (sound,) = [row for row in report["outcomes"] if (row["flow"], row["fault"]) == ("export", "sound")]
    assert (code, report["ok"], sound["wrong"]) == (1, False, sound["trades"])


@pytest.mark.long
def test_the_totals_of_exports_fit_each_other(abroad):
    totals = abroad[1]["totals"]
    assert totals["exports"]["released"] == totals["exports"]["left"] > 300
    assert totals["exports"]["cancelled"] == known_fault("export", "cancelled").often
    assert (
        totals["exports"]["returned"]
        == known_fault("export", "returned").often + known_fault("export", "returned_twice").often
    )
    assert {"214", "216", "304", "404", "506", "508", "510", "604", "606", "608", "702", "792"} <= set(
        totals["receipts_by_type"]
    )


@pytest.mark.long
def test_the_same_seed_has_the_same_exports_whatever_the_size_of_messages():
    def outcomes(size):
        code, report = played("--trades", "1", "--per-message", size, exports=("--exports", "60", "--batch", "5"))
        assert code == 0, report["complaints"]
        return report["outcomes"], report["totals"]["exports"]

    assert outcomes("1") == outcomes("100")


@pytest.mark.long
def test_the_same_seed_is_the_same_in_everything():
    first, again = (played("--trades", "20")[1]["digests"][DEMO] for _ in range(2))
    assert first == again


@pytest.mark.long
def test_another_seed_has_another_day(large):
    code, report = played("--trades", "50", "--seed", "2")
    assert code == 0
    assert report["totals"]["tax_billed"] != large[1]["totals"]["tax_billed"]


@pytest.mark.long
def test_on_the_same_data_the_next_day_is_played(tmp_path):
    first, second = (played("--trades", "60", "--data", str(tmp_path)) for _ in range(2))
    assert (first[0], second[0]) == (0, 0)
    assert first[1]["totals"]["day"] == str(DAY)
    assert second[1]["totals"]["day"] > first[1]["totals"]["until"]


def test_an_expectation_of_an_unknown_fault_is_refused_with_those_there_are():
    code, output = played("--expect", "bad_weather=100")
    assert code == 2
    assert "no fault 'bad_weather' of imports; there are: line_missing" in output


# the judge


@pytest.fixture(scope="module")
def shop(world):
    return Shop(world, 5, DAY)


class FixedLog(ReceiptLog):
    """A log in which these receipts came about every trade; its bills are those of one."""

    def __init__(self, trade, *receipts, bills=()):
        super().__init__(())
        right = iter(bills or [billed(bill) for bill in bills_of(trade)])
        self._fixed = []
        for time, (code, status, *codes) in enumerate(receipts):
            head, lines = next(right, ({}, ())) if code == "816" else ({}, ())
            self._fixed.append(
                LoggedReceipt(code, status, f"{time:03d}", tuple(codes), {"taxNo": "T_0", **head}, lines)
            )

    def of(self, trade, code=""):
        return [receipt for receipt in self._fixed if code in ("", receipt.code)]


def billed(bill, times=1):
    """The head and the lines of a tax bill (816) that asks for so many times what it should."""
    lines = [
        {
            "gnum": line.gnum,
            "gcode": line.gcode,
            "taxPrice": yuan(line.value),
            "customsTax": yuan(line.duty * times),
            "valueAddedTax": yuan(line.vat * times),
            "consumptionTax": yuan(line.consumption * times),
        }
        for line in bill
    ]
    sums = {tax: str(sum(Decimal(line[tax]) for line in lines)) for tax in TAXES}
    return {"taxNo": "T_0", **sums}, lines


def test_what_comes_back_by_parts_has_a_bill_for_what_stays_each_time(shop):
    trade = replace(shop.trade(1, PIECEWISE[0]), story=BY_PARTS)
    whole, two, one = bills_of(trade)
    assert [line.value for line in whole] > [line.value for line in two] > [line.value for line in one]
    returned = [("626", status) for _ in range(2) for status in ("2", "120", "399", "800")]
    course = [*lists("2", "120", "800"), ("816", "1"), *returned[:4], ("818", "3"), ("816", "1"), *returned[4:]]
    ended = [("818", "3"), ("816", "1"), ("818", "2"), *lists("899")]
    assert judge(trade, FixedLog(trade, *course, *ended)).ok
    assert "there were 2 tax bills, and should be 3" in judge(trade, FixedLog(trade, *course, *ended[2:])).complaints


def lists(*statuses):
    return [("622", status) for status in statuses]


BILLED = [("816", "1"), ("818", "2")]
RELEASED = [*lists("2", "120", "800"), *BILLED, *lists("899")]
JUDGED = {
    "released, billed, collected, closed": ("", RELEASED, ""),
    "rejected although sound": ("", lists("2", "100"), "it should have been released, and came to 100"),
    "nothing heard of it": ("", [], "it should have been released, and came to nothing"),
    "left lying": ("", lists("2", "120"), "it should have been released, and came to 120"),
    "released and never closed": ("", [*lists("2", "120", "800"), *BILLED], "it did not come to an end, but to 800"),
    "released without a bill": ("", lists("2", "120", "800", "899"), "0 tax bills"),
    "billed and never collected": (
        "",
        [*lists("2", "120", "800"), ("816", "1"), *lists("899")],
        "neither collected nor voided",
    ),
    "looked at by an officer although sound": (
        "",
        [*lists("2", "120", "300", "399", "800"), *BILLED, *lists("899")],
        "no officer should have had to look",
    ),
    "inspected and released": ("", [*lists("2", "120", "500", "399", "800"), *BILLED, *lists("899")], ""),
    "inspected and sent back": ("", lists("2", "120", "500", "700"), ""),
    "inspected, after which no officer had to look at its content": (
        "content_missing",
        [*lists("2", "120", "500", "399", "800"), *BILLED, *lists("899")],
        "",
    ),
    "released though an officer should have looked at its content": (
        "content_missing",
        [*lists("2", "120", "800"), *BILLED, *lists("899")],
        "no receipt names 14021",
    ),
    "an unexpected negative code": ("", [*RELEASED, ("312", "-301014")], "312 with -301014 was not expected"),
    "a whole message refused": ("", [*RELEASED, ("900", "-0002")], "a whole message was refused"),
    "rejected with the code": ("line_missing", [*lists("2"), ("622", "100", "1320")], ""),
    "rejected with another code": ("line_missing", [*lists("2"), ("622", "100", "1322")], "no receipt names 1320"),
    "released in spite of the fault": ("line_missing", RELEASED, "it should have been rejected, and came to 899"),
    "refused by the port": ("net_above_gross", [("622", "-621001")], ""),
    "taken in by the port all the same": (
        "net_above_gross",
        [*lists("2", "120"), ("622", "-621001")],
        "the port should have refused it at once",
    ),
    "a list of a malformed message": ("schema_invalid", [("900", "-0002"), *lists("2")], "there should be no list"),
    "cancelled in review": (
        "cancelled",
        [*lists("2", "120"), ("622", "300", "14204"), ("624", "2"), ("624", "120"), ("624", "399")],
        "",
    ),
    "in review only after an inspection, when nobody cancels any more": (
        "cancelled",
        [*lists("2", "120", "500"), ("622", "300", "14204"), *lists("100")],
        "",
    ),
    "inspected, and the cancellation refused": (
        "cancelled",
        [*lists("2", "120", "500"), ("622", "300", "14204"), ("624", "2"), ("624", "100")],
        "the cancellation went through ['2', '100']",
    ),
    "the cancellation refused": (
        "cancelled",
        [*lists("2", "120"), ("622", "300", "14204"), ("624", "2"), ("624", "100")],
        "the cancellation went through ['2', '100']",
    ),
    "returned and void": (
        "returned",
        [
            *lists("2", "120", "800"),
            ("816", "1"),
            ("626", "2"),
            ("626", "120"),
            ("626", "399"),
            ("626", "800"),
            ("818", "3"),
            *lists("899"),
        ],
        "",
    ),
    "returned and collected all the same": (
        "returned",
        [*RELEASED, ("626", "2"), ("626", "120"), ("626", "399"), ("626", "800")],
        "bill was not voided",
    ),
}


@each(("name", "receipts", "complaint"), JUDGED.values(), ids=JUDGED)
def test_the_judge_sees_what_is_not_as_it_must_be(name, receipts, complaint, shop):
    trade = faulty_trade(shop, 3, known_fault("import", name)) if name else shop.trade(3)
    verdict = judge(trade, FixedLog(trade, *receipts))
    assert verdict.ok is (not complaint)
    assert complaint in " ".join(verdict.complaints)


def test_a_bill_of_other_amounts_is_named_line_by_line_though_it_is_the_sum_of_its_lines(shop):
    trade = shop.trade(3)
    doubled = judge(trade, FixedLog(trade, *RELEASED, bills=[billed(bills_of(trade)[0], times=2)]))
    assert "VAT is" in " ".join(doubled.complaints)
    assert "says valueAddedTax" in " ".join(doubled.complaints)
    under_p2 = [billed(bill) for bill in bills_of(trade, TaxTerms("P2"))]
    assert judge(trade, FixedLog(trade, *RELEASED, bills=under_p2), terms=TaxTerms("P2")).ok


def test_an_expectation_may_be_changed_for_the_judge(shop):
    trade = replace(shop.trade(3), expected=Expected("100"))
    assert not judge(trade, FixedLog(trade, *RELEASED)).ok
    assert judge(trade, FixedLog(trade, *RELEASED), Expected("800")).ok


def test_receipts_that_have_a_gap_are_refused(tmp_path, world):
    with open_sandbox(settings_for(tmp_path, readers=0, synchronous="NORMAL"), DEMO, world, OPTIONS) as session:
        bodies = [message.body for message in pack_messages(trades(world, 5, seed=1, day=DAY, fault_share=0), 1)]
        list(session.send(bodies))
        carry_out(session.window.engine, receipt_group.update().values(first=receipt_group.c.first + 1))
        with pytest.raises(SimulatorError, match="have a gap"):
            list(session.fetch(world.mailboxes()))


def test_refund_claims_are_part_of_the_demo_and_of_its_verdict(large):
    code, report = large
    rows = {row["fault"]: row for row in report["outcomes"] if row["flow"] == "refund"}
    assert set(rows) == {scenario.name for scenario in refund_scenarios() if scenario.short}
    assert code == 0 and all(row["ok"] for row in rows.values())
    assert [got.partition(" · ")[2] for got in rows["part_of_invoice"]["got"]] == ["paid 390.00"]
    assert report["totals"]["told_of_refunds"]["notices"] >= 5


@pytest.mark.long
def test_a_claim_that_comes_to_something_else_than_expected_ends_the_demo_with_status_one():
    code, report = played(
        "--trades", "1", "--expect", "refund:quantities=120 399 800", exports=("--exports", "1", "--batch", "0")
    )
    (row,) = [outcome for outcome in report["outcomes"] if outcome["fault"] == "quantities"]
    assert code == 1 and not row["ok"] and any("quantities" in complaint for complaint in report["complaints"])


@pytest.mark.long
def test_the_table_for_people_says_ok_and_the_totals():
    result = CliRunner().invoke(demo, ["--exit", "--trades", "40", *IMPORTS_ONLY], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    for words in ("synchronous=NORMAL", "As expected: ", "Every outcome was as expected", "tax "):
        assert words in result.output
