"""The window on PostgreSQL has the same outcomes as on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from single_window.wiring import Window
from tests.databases import empty_database, window_in
from tests.stories.story import Teller

pytestmark = pytest.mark.service


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    with empty_database("postgresql", tmp_path) as address:
        opened = window_in(tmp_path / "data", database=address)
        yield opened
        opened.close()


def test_a_trade_goes_from_order_to_release_bill_and_collection(window: Window) -> None:
    teller = Teller(window)
    trade = teller.trade()
    assert [admission.status for admission in teller.send(trade)] == [202] * 4
    assert teller.statuses(trade) == ["2", "120", "800"]
    assert teller.bills(trade) == [("0", "made")]
    teller.pass_time(days=46)
    assert teller.bills(trade) == [("0", "collected")]
    assert teller.guarantee_of(trade) == (0, 0)


def test_bonded_stock_is_drawn(window: Window) -> None:
    teller = Teller(window)
    trade = teller.trade(mode="1210")
    teller.send(trade)
    assert teller.state(trade) == "released"


def test_a_faulty_trade_is_rejected_and_uses_no_allowance(window: Window) -> None:
    teller = Teller(window)
    trade = teller.trade(fault="payer_differs")
    teller.send(trade)
    assert teller.statuses(trade)[-1] == "100"
    assert teller.used_allowance(trade) == (0, 0)


def test_the_same_transmission_again_changes_nothing(window: Window) -> None:
    teller = Teller(window)
    trade = teller.trade()
    body = teller.message(trade, "order")
    first, again = teller.submit(body)[0], teller.submit(body)[0]
    assert (again.id, again.repeated) == (first.id, True)
    assert teller.statuses(trade, "order") == ["2"]
