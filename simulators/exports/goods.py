"""Goods that the synthetic world sells abroad: an excerpt of our own, with both statutory units.

`source` says where a code stands: in the excerpt of the goods register, or nowhere that was looked up (illustrative).
"""

from __future__ import annotations

import csv
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from simulators.stock import on_sale

ORDINARY, TOY, SCARCE = "ordinary", "toy", "scarce"
"""Kinds of goods; scarce ones are only sold where a fault wants them."""


class ExportGood(NamedTuple):
    """A good on sale. Prices are fen for one declared unit; `per1` and `per2` statutory quantities in one unit."""

    item_no: str
    hs10: str
    name: str
    gmodel: str
    unit: str
    unit1: str
    per1: Decimal
    unit2: str
    per2: Decimal
    lowest: int
    highest: int
    grams: int
    kind: str
    zone: bool
    record_no: str
    source: str


@cache
def export_goods() -> tuple[ExportGood, ...]:
    """All goods of `goods.csv`, in its order; the n-th has the account-book item number E and n."""
    text = Path(__file__).parent.joinpath("goods.csv").read_text("utf-8")
    return tuple(_good(number, row) for number, row in enumerate(csv.DictReader(text.splitlines()), 1))


def _good(number: int, row: dict[str, str]) -> ExportGood:
    return ExportGood(**on_sale(row), zone=row["zone"] == "zone", record_no=f"E{number:05d}", source=row["source"])
