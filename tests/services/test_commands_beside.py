"""Commands where processes of their own do the work: they file, wait, and report the outcome, on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import Result

from declarations.calendar import DAY
from schemas import catalogue
from single_window.clock import system_now
from single_window.intake import samples
from single_window.settings import Settings
from single_window.store import deliveries
from single_window.store.numbering import ROWS
from single_window.wiring import Window, open_window
from single_window.work.runtime import Runtime
from tests.brokers import empty_vhost
from tests.chaos.programs import until
from tests.commands import run_command
from tests.databases import made_database, write_by
from tests.stories.story import WORLD, StoryRunner

pytestmark = pytest.mark.service
NOWHERE = "amqp://guest:guest@127.0.0.1:1/"


class Beside(NamedTuple):
    """Somebody who works, and how commands are called beside him."""

    worker: Window
    call: Callable[..., Result]

    def answer(self, *arguments: object) -> Any:
        """What a command answers to programs."""
        result = self.call(*arguments, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def beside(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Beside]:
    with made_database(request.param, tmp_path) as database, empty_vhost() as vhost:
        settings = Settings(data=tmp_path, database=database, broker=vhost.url, attempts=1, readers=0)
        worker = open_window(settings)
        runtime = Runtime(worker).start()

        def call(*arguments: object, broker: str = vhost.url) -> Result:
            around = {"LANG": "C", "SINGLE_WINDOW_DATABASE": database, "SINGLE_WINDOW_BROKER": broker}
            return run_command(*arguments, "--data", tmp_path, env=around)

        yield Beside(worker, call)
        assert runtime.stop() and runtime.failures == 0
        worker.close()


def written(folder: Path, *codes: str) -> list[Path]:
    """Messages of a trade in files."""
    paths = [folder / f"{code}.xml" for code in codes]
    for code, path in zip(codes, paths, strict=True):
        path.write_bytes(samples.fresh(catalogue.by_code(code), "beside", system_now()))
    return paths


def test_what_is_submitted_is_done_and_reported(beside: Beside, tmp_path: Path) -> None:
    answer = beside.answer("submit", *written(tmp_path, "311", "411", "511", "621"))
    assert [row["status"] for row in answer] == [202] * 4
    assert [receipt["status"] for receipt in answer[3]["story"]["receipts"]] == ["2", "120", "800"]
    shown = beside.answer("receipts", "--mailbox", "DXPENT0000000005")
    assert "800" in json.dumps(shown)


def test_an_officer_acts_and_sees_what_came_of_it(beside: Beside) -> None:
    story = StoryRunner(beside.worker)
    trade = story.trade(0, fault="content_missing")
    story.file(*[story.message(trade, kind) for kind in ("order", "payment", "waybill", "inventory")])
    beside.answer("clock", "advance", "1m", "--sandbox", "story")
    assert story.state(trade) == "in_review"
    answer = beside.answer(
        "act", story.column(trade, "invt_no"), "conclude", "--cosmetic", "1=high_end", "--sandbox", "story"
    )
    assert (answer["before"], answer["after"]) == ("in_review", story.state(trade)) and answer["after"] != answer[
        "before"
    ]


def test_a_clock_is_moved_through_its_deadlines(beside: Beside) -> None:
    story = StoryRunner(beside.worker)
    trade = story.trade()
    story.file(*[story.message(trade, kind) for kind in ("order", "payment", "waybill", "inventory")])
    before = beside.worker.now("story")
    answer = beside.answer("clock", "advance", "50d", "--sandbox", "story")
    assert datetime.fromisoformat(answer["now"]).timestamp() * 1000 == before + 50 * DAY == beside.worker.now("story")
    assert story.statuses(trade) == ["2", "120", "800", "899"]
    assert story.bills(trade) == [("0", "collected")]
    assert beside.answer("clock", "set", "2027-02-01", "--sandbox", "story")["next_deadline"] == answer["next_deadline"]


def test_what_was_parked_is_sent_again_and_waited_for(beside: Beside) -> None:
    numbers = beside.worker.numbering
    numbers.ensure(ROWS, "row", 1)
    number = numbers.take(ROWS, "row")[0]
    write_by(
        beside.worker.engine,
        deliveries.file_deliveries,
        [(number, "main", "customs", "decision.declaration", 0, "[[1]]", 1, "ready", 0, system_now())],
    )
    beside.worker.wake()
    until(lambda: beside.answer("parked", "list")["deliveries"], 120, "it is parked")
    again = beside.answer("parked", "retry", number)
    assert (again["count"], again["after"]["parked"]) == (1, 1)
    assert beside.answer("parked", "dismiss", number, "--reason", "a test")["count"] == 1
    assert beside.answer("parked", "list")["deliveries"] == []


def test_sandboxes_are_made_and_changed(beside: Beside) -> None:
    made = beside.answer("sandbox", "create", "june", "--on", "2026-06-01", "--set", "open=false")
    assert made["name"] == "june" and made["options"]["open"] is False
    assert beside.answer("sandbox", "options", "open=true", "--sandbox", "june")["open"] is True


def test_master_data_is_imported(beside: Beside) -> None:
    file = beside.worker.settings.data / "companies.csv"
    file.write_text(WORLD.participants_csv(), "utf-8")
    assert beside.answer("import", "participants", file)["new"] == len(WORLD.participants())
    assert beside.answer("import", "participants", file)["new"] == 0


def test_what_only_reads_needs_no_broker(beside: Beside) -> None:
    for command in ("parked list", "sample 311", "clock show", "sandbox list", "status"):
        assert beside.call(*command.split(), broker=NOWHERE).exit_code == 0, command
    assert "No receipts" in beside.call("receipts", "--mailbox", "NOBODY", broker=NOWHERE).output


def test_without_a_broker_it_is_filed_and_done_by_whoever_has_one(beside: Beside, tmp_path: Path) -> None:
    done = beside.call("submit", *written(tmp_path, "311"), broker=NOWHERE)
    assert done.exit_code == 0, done.output
    assert "CEB311Message" in done.stdout
