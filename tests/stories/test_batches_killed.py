"""Killed between any two chunks of a batch's work, and started again: it goes on where it was, and doubles nothing."""

from __future__ import annotations

from functools import partial

import pytest

from declarations.calendar import HOUR
from gateways.customs.batches.repository import ENDED_STATES
from single_window.wiring import Window
from tests.stories.batching import Batching
from tests.stories.killing import killed, later
from tests.stories.story import outcome

LISTS = 14
SMALL = [(f"gateways.customs.batches.{module}", "MEMBERS_PER_CHUNK", 3) for module in ("locks", "notes", "work")]


def until(instant: int, window: Window) -> None:
    """Works, and goes on until an instant."""
    window.settle()
    window.advance("story", instant)


@pytest.mark.parametrize(
    ("point", "times", "together"),
    [
        ("before-commit", 5, True),
        ("after-commit", 6, True),
        ("in-hand", 4, False),
        *later(("before-commit", times, True) for times in (1, 3, 8, 12, 20)),
        *later(("after-commit", times, True) for times in (2, 10)),
    ],
)
@pytest.mark.long
def test_a_batch_goes_on_where_it_was(start_story, tmp_path, point, times, together):
    driver = Batching(start_story(inspection=True))
    number, trades = driver.gathered(LISTS)
    end = driver.story.window.now("story") + 130 * HOUR
    driver.ask_only(number, "declare")
    driver.story.window.close()
    work = partial(until, end)
    with killed(tmp_path / "story", point, times, work, chunks=SMALL, surely=False, together=together) as again:
        after = Batching(again)
        batch, places = after.batch(number), after.places(number)
        assert len(places) == batch.members == LISTS
        assert batch.released == sum(state == "released" for state in places.values())
        assert set(places.values()) <= ENDED_STATES | {"held", "inspected"}  # or waits for an officer
        assert after.audit(number).agrees
        for trade in trades:
            ends = [end for end in outcome(after.story.receipts(trade)) if end[0] == "800"]
            assert ends == [("800", "2600.batch")] * (places[trade.id] == "released")
            assert after.story.statuses(trade).count("500") <= 1
        assert after.story.counts()["open"] == 0
