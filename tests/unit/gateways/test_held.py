"""What a declaration holds keeps its layout in the database, where earlier versions wrote it as plain lists."""

from __future__ import annotations

from typing import Any

import pytest

from gateways.customs.held import HeldAllowance, HeldCap, HeldStock, Reservations
from single_window.store.gateways.customs.repository import DECLARATIONS
from single_window.store.records import to_json
from tests.tables import each

ALLOWANCE, STOCK = HeldAllowance("110101199003070011", 2026, 12_300_000, "reserved"), HeldStock("T1", "7", 200, 1)
LAYOUTS = [
    (
        '{"allowance":["110101199003070011",2026,12300000,"reserved"],"caps":[["milk",500]],"stock":[["T1","7",200,1]]}',
        Reservations(ALLOWANCE, [HeldCap("milk", 500)], [STOCK]),
    ),
    (
        '{"allowance":["110101199003070011",2026,12300000,"reserved"],"queried":true}',
        Reservations(ALLOWANCE, queried=True),
    ),
    ('{"stock":[["T1","7",200,1]]}', Reservations(stock=[STOCK])),
    ('{"decision":21}', Reservations(decision=21)),
    ("", Reservations()),
]
"""The text of an earlier version → what it says."""


@pytest.fixture(scope="module")
def read() -> Any:
    return DECLARATIONS._structured["held"]


@each(("text", "held"), LAYOUTS)
def test_what_is_held_is_read_and_written_as_before(read: Any, text: str, held: Reservations) -> None:
    assert read(text) == held
    assert to_json(held) == text
    assert bool(held) is bool(text)


def test_two_declarations_share_nothing_that_they_hold() -> None:
    first, second = Reservations(), Reservations()
    first.stock.append(STOCK)
    assert not second.stock and not Reservations()
