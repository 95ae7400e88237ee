"""Many new sandboxes with a trade each, all at once: each trade comes to its end, and no series runs far ahead."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import event, select

from single_window.store.numbering import RANGE, ROWS
from single_window.store.tables import serial
from tests.databases import fetch, window_in
from tests.stories.story import KINDS, StoryRunner


def test_new_sandboxes_that_send_at_once_do_not_multiply_what_is_set_aside(tmp_path: Path) -> None:
    window = window_in(tmp_path)
    try:
        runners = [StoryRunner(window, f"s{number}") for number in range(12)]
        trades = [runner.trade(0) for runner in runners]
        for runner, trade in zip(runners, trades, strict=True):
            runner.file(*[runner.message(trade, kind) for kind in KINDS])
        window.settle()
        assert {entry.state(trade) for entry, trade in zip(runners, trades, strict=True)} == {"released"}
        ahead = {row.next for row in fetch(window.engine, select(serial).where(serial.c.sandbox != ROWS))}
        assert max(ahead) <= RANGE + 1
    finally:
        window.close()


def test_a_message_in_memory_is_not_read_from_the_archive_although_its_first_batch_runs_out_of_numbers(
    tmp_path: Path,
) -> None:
    window = window_in(tmp_path)
    statements: list[str] = []
    runner = StoryRunner(window, "new")
    trade = runner.trade(0)

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    try:
        runner.file(*[runner.message(trade, kind) for kind in KINDS])
        event.listen(window.engine, "before_cursor_execute", note)
        window.settle()
        assert sum("INTO serial" in statement for statement in statements) > 1, "no batch ran out of numbers"
        assert not any("archive.body" in statement for statement in statements)
        assert runner.state(trade) == "released"
    finally:
        window.close()
