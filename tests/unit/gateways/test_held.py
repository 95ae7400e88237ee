"""What a declaration holds keeps its layout in the database, where earlier versions wrote it as plain lists."""

from __future__ import annotations

from typing import Any

import pytest

from gateways.customs.repository import Held, HeldAllowance, HeldCap, HeldStock
from single_window.store.gateways.customs.repository import DECLARATIONS
from single_window.store.records import to_json
from tests.tables import each

ALLOWANCE, STOCK = HeldAllowance("110101199003070011", 2026, 12_300_000, "reserved"), HeldStock("T1", "7", 200, 1)
LAYOUTS = [
    (
        '{"allowance":["110101199003070011",2026,12300000,"reserved"],"caps":[["milk",500]],"stock":[["T1","7",200,1]]}',
        Held(ALLOWANCE, [HeldCap("milk", 500)], [STOCK]),
    ),
    ('{"allowance":["110101199003070011",2026,12300000,"reserved"],"queried":true}', Held(ALLOWANCE, queried=True)),
    ('{"stock":[["T1","7",200,1]]}', Held(stock=[STOCK])),
    ('{"decision":21}', Held(decision=21)),
    ("", Held()),
]
"""The text of an earlier version → what it says."""


@pytest.fixture(scope="module")
def read() -> Any:
    return DECLARATIONS._structured["held"]


@each(("text", "held"), LAYOUTS)
def test_what_is_held_is_read_and_written_as_before(read: Any, text: str, held: Held) -> None:
    assert read(text) == held
    assert to_json(held) == text
    assert bool(held) is bool(text)


def test_two_declarations_share_nothing_that_they_hold() -> None:
    first, second = Held(), Held()
    first.stock.append(STOCK)
    assert not second.stock and not Held()
