"""The short form of `make chaos`: processes and engines are killed while trades go through, and nothing is amiss."""

from __future__ import annotations

import json
import signal
import sys
from collections import Counter
from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from simulators.entry.reports import LOST, ReportedFinding
from simulators.played_day import NoDisplay
from tests.audit.auditing import Audit
from tests.chaos import reports
from tests.chaos.crew import surroundings
from tests.chaos.engines import folder
from tests.chaos.plan import InjuryReport
from tests.chaos.programs import Program, processes, until
from tests.chaos.running import Result, Run
from tests.chaos.site import Scenario
from tests.chaos.wanting import or_skip
from tests.patience import PATIENCE
from tests.tables import each

SEED = 7
NIGHTS = (2, 8, 40)


def played(scenario: Scenario) -> Result:
    with or_skip(), folder("single-window-chaos-") as place:
        return Run(scenario, place, NoDisplay(), lambda value: None, lambda text: None).play()


def whole(result: Result) -> None:
    """Nothing is amiss, and there was something to go wrong."""
    assert [str(finding) for finding in result.audit.findings] == []
    assert sum(result.kills.values()) == result.scenario.kills
    assert result.audit.receipts > 10 * result.scenario.trades
    assert result.audit.acknowledged < result.audit.messages, "poison was refused"


@pytest.mark.long
@pytest.mark.service
def test_nothing_is_lost_over_rabbitmq_and_postgresql_whoever_is_killed() -> None:
    result = played(Scenario(SEED, trades=120, kills=10, processes=1, outage=1.0, nights=NIGHTS))
    whole(result)
    assert {
        "serve",
        "dispatch",
        "reception",
        "customs",
        "inspection",
        "tax",
        "agencies",
        "channels",
        "the broker",
        "the database",
    } == {*result.kills}


@pytest.mark.long
@each("processes", [1, 2])
def test_nothing_is_lost_on_sqlite_however_often_the_window_is_killed(processes: int) -> None:
    result = played(Scenario(SEED, trades=60, kills=3, alone=True, processes=processes, outage=1.0, nights=NIGHTS))
    whole(result)
    assert result.kills == {"run": 3}
    assert result.misled and "overwrite page" in {injury.kind for injury in result.injuries}


@pytest.mark.long
def test_ctrl_c_ends_a_run_with_everybody_in_it_and_says_where_its_logs_are(tmp_path: Path) -> None:
    run = Program(
        "chaos",
        [sys.executable, "-m", "tests.chaos", "--alone", "--trades", "400", "--seed", "7"],
        tmp_path / "log",
        {**surroundings({}), "TMPDIR": str(tmp_path)},
    )
    run.start()
    until(lambda: "the four documents" in run.tail(50), 120, "the day has begun")
    run.ask_to_end(signal.SIGINT)
    assert run.wait(PATIENCE)
    assert run.exit_code not in (None, 0, -signal.SIGKILL)
    assert "Logs and data:" in run.tail(200) and "Again: python -m tests.chaos --seed 7" in run.tail(200)
    assert [process.pid for process in processes() if str(tmp_path) in commanded(process.pid)] == []


def commanded(pid: int) -> str:
    """Where a process works, and with which settings."""
    with suppress(OSError):
        return f"{Path(f'/proc/{pid}/cwd').readlink()} {Path(f'/proc/{pid}/cmdline').read_text()}"
    return ""


# the report of a run


def result(*findings: ReportedFinding) -> Result:
    audit = Audit(messages=10, acknowledged=9, trades=40, receipts=500, findings=findings)
    injuries = [
        InjuryReport(1.0, 0.1, "customs", "customs, a child", True, 0.0),
        InjuryReport(2.0, 0.4, "cut broker", "the broker's connections cut", False, 0.1),
    ]
    return Result(Scenario(SEED, 40, 2), audit, injuries, Counter(customs=1), Counter({202: 9, 422: 1}))


def report_of(of: Result) -> str:
    console = Console(record=True, width=200, file=StringIO())
    reports.show(of, console)
    return console.export_text()


def test_the_report_says_what_was_done_and_that_nothing_is_amiss() -> None:
    text = report_of(result())
    assert "several processes over RabbitMQ on postgresql, seed 7" in " ".join(text.split())
    for words in (
        "10 sent, 9 acknowledged",
        "1: customs 1",
        "1: cut broker 1",
        "202: 9  422: 1",
        "1 over HTTP",
    ):
        assert words in text
    assert result().ok


def test_the_report_names_every_finding_and_says_how_to_repeat_the_run() -> None:
    outcome = result(ReportedFinding(LOST, "message 7 was acknowledged and never answered", message="A-1"))
    assert not outcome.ok
    assert "LOST: message 7 was acknowledged and never answered" in report_of(outcome)
    printed = json.loads(json.dumps(reports.as_json(outcome)))
    assert (printed["ok"], printed[LOST]) == (False, 1)
    assert printed["findings"][0]["message"] == "A-1"
    assert printed["command"] == (
        "python -m tests.chaos --seed 7 --trades 40 --kills 2 --database postgresql --processes 2"
    )
