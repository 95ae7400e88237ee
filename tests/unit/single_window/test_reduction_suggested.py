"""What a claim could be reduced to is suggested to the officer: each line loses the share that came back."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from single_window.cases.refunds.suggesting import reduction_of
from tests.tables import each


def line(refund: str, qty: str, used: str, returned: str, item_qty: str = "20.00", known: bool = True) -> Any:
    """A line of a claim; customs has `item_qty` of its item, of which claims use `used`."""
    named = {"number": 1, "item_no": "I1", "refund": refund, "qty": qty, "known": known}
    return SimpleNamespace(**named, item_used=used, item_returned=returned, item_qty=item_qty)


@each(
    ("lines", "claimed", "left"),
    [
        (
            [line("159.56", "20.00", "20.00", "20.00"), line("89.99", "30.00", "30.00", "0.00", "30.00")],
            "249.55",
            "89.99",
        ),
        ([line("159.56", "20.00", "20.00", "5.00")], "159.56", "119.67"),
        ([line("10.00", "3.00", "3.00", "1.00", "3.00")], "10.00", "6.67"),
        ([line("100.00", "10.00", "15.00", "20.00")], "100.00", "0.00"),
        ([line("100.00", "10.00", "10.00", "10.00")], "100.00", None),
        ([line("100.00", "10.00", "10.00", "20.00", known=False)], "100.00", None),
        ([], "0.00", None),
    ],
)
def test_a_line_loses_the_share_of_its_goods_that_came_back(lines: list[Any], claimed: str, left: str | None) -> None:
    found = reduction_of(lines, claimed)
    assert (found and found.left) == (None if left is None else Decimal(left))
