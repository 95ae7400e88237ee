"""The goods of the synthetic world, from a small CSV with HS codes of the official register."""

from __future__ import annotations

import csv
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

ORDINARY, LUXURY, COSMETIC, DRINK, SCARCE = "ordinary", "luxury", "cosmetic", "drink", "scarce"
"""Kinds of goods: cosmetics and drinks are also ordinary; luxury and scarce goods are only used by faults."""


class Good(NamedTuple):
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
    country: str
    grams: int
    kind: str
    bonded: bool
    direct: bool
    record_no: str


@cache
def goods() -> tuple[Good, ...]:
    """All goods of `goods.csv`, in its order; the n-th has the account-book item number n."""
    text = Path(__file__).parent.joinpath("goods.csv").read_text("utf-8")
    return tuple(_good(number, row) for number, row in enumerate(csv.DictReader(text.splitlines()), 1))


def on_sale(row: dict[str, str]) -> dict[str, Any]:
    """The fields of a row that domestic and export goods share."""
    return {
        **{name: row[name] for name in ("item_no", "hs10", "name", "gmodel", "unit", "unit1", "unit2", "kind")},
        "per1": Decimal(row["per1"]),
        "per2": Decimal(row["per2"] or 0),
        "lowest": int(row["lowest_yuan"]) * 100,
        "highest": int(row["highest_yuan"]) * 100,
        "grams": int(row["grams"]),
    }


def _good(number: int, row: dict[str, str]) -> Good:
    return Good(
        **on_sale(row),
        country=row["country"],
        bonded="bonded" in row["sold"].split(";"),
        direct="direct" in row["sold"].split(";"),
        record_no=f"{number:06d}",
    )
