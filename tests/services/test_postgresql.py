"""The window on PostgreSQL has the same outcomes as on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from single_window.wiring import Window
from tests.databases import empty_database, kept_open, window_in
from tests.stories.story import StoryRunner

pytestmark = pytest.mark.service


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    with empty_database("postgresql", tmp_path) as address:
        yield from kept_open(window_in(tmp_path / "data", database=address))


def test_a_trade_goes_from_order_to_release_bill_and_collection(window: Window) -> None:
    story = StoryRunner(window)
    trade = story.trade()
    assert [admission.status for admission in story.send(trade)] == [202] * 4
    assert story.statuses(trade) == ["2", "120", "800"]
    assert story.bills(trade) == [("0", "made")]
    story.pass_time(days=46)
    assert story.bills(trade) == [("0", "collected")]
    assert story.guarantee_of(trade) == (0, 0)


def test_bonded_stock_is_drawn(window: Window) -> None:
    story = StoryRunner(window)
    trade = story.trade(mode="1210")
    story.send(trade)
    assert story.state(trade) == "released"


def test_a_faulty_trade_is_rejected_and_uses_no_allowance(window: Window) -> None:
    story = StoryRunner(window)
    trade = story.trade(fault="payer_differs")
    story.send(trade)
    assert story.statuses(trade)[-1] == "100"
    assert story.used_allowance(trade) == (0, 0)


def test_the_same_transmission_again_changes_nothing(window: Window) -> None:
    story = StoryRunner(window)
    trade = story.trade()
    body = story.message(trade, "order")
    first, again = story.submit(body)[0], story.submit(body)[0]
    assert (again.id, again.repeated) == (first.id, True)
    assert story.statuses(trade, "order") == ["2"]
