"""Many new sandboxes with a trade each, all at once: each trade comes to its end, and no series runs far ahead."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from single_window.store.engine import reading
from single_window.store.numbering import FIRST_RESERVATION, ROWS
from single_window.store.tables import serial
from tests.databases import window_in
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
        with reading(window.engine) as connection:
            ahead = {row.next for row in connection.execute(select(serial).where(serial.c.sandbox != ROWS))}
        assert max(ahead) <= FIRST_RESERVATION + 1
    finally:
        window.close()
