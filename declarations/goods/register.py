"""A register of goods, looked up by ten-digit code and day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from declarations.confidence import Confidence
from declarations.rows import BadRow

CONSUMPTION = ("", "cosmetics", "wine", "spirits", "beer", "yellow_wine", "jewellery5", "jewellery10", "golf", "watch")
"""Kinds of goods under consumption tax; each has a parameter `consumption.<kind>`."""

REMARKS = ("", "bonded_only", "name_only", "excluded", "yearly_cap")
"""Kinds of remark in the positive list. The remark value has words separated by | (name_only: the name must contain
one; excluded: it may contain none, and without words the whole code is excluded), or the group of a yearly cap."""


@dataclass(frozen=True, slots=True)
class Goods:
    """The data of a ten-digit code while it is on the positive list."""

    hs10: str
    zh: str
    en: str
    unit1: str
    unit2: str
    vat: str
    consumption: str
    duty_rate: Decimal
    duty_specific: Decimal
    """Duty in yuan per first legal unit, in addition to or instead of the rate; 0 for most goods."""
    content: str
    """Net content of a piece ("30ml", "20g", "5片") if it is the same for all goods of the code; mostly empty."""
    listed_since: date
    listed_until: date | None
    remark: str
    remark_value: str
    confidence: Confidence
    source: str

    def listed_on(self, day: date) -> bool:
        """True if the row is in force on a day."""
        return self.listed_since <= day and (self.listed_until is None or day <= self.listed_until)

    @property
    def words(self) -> tuple[str, ...]:
        """The words of a `name_only` or `excluded` remark."""
        return tuple(word for word in self.remark_value.split("|") if word)


class GoodsRegister:
    """Rows by code; a code may have several rows with consecutive periods (a new rate is a new row)."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Iterable[Goods]) -> None:
        """Raises `BadRow` if two rows of a code are in force on the same day."""
        self._rows: dict[str, tuple[Goods, ...]] = {}
        for row in sorted(rows, key=lambda row: (row.hs10, row.listed_since)):
            before = self._rows.get(row.hs10, ())
            if before and before[-1].listed_on(row.listed_since):
                raise BadRow(row.hs10, "", f"two rows are in force on {row.listed_since}")
            self._rows[row.hs10] = (*before, row)

    def find(self, hs10: str, day: date) -> Goods | None:
        """Return the row in force on a day; None if the code is not on the positive list in this register."""
        for row in self._rows.get(hs10, ()):
            if row.listed_on(day):
                return row
        return None

    def replaced(self, rows: Iterable[Goods]) -> GoodsRegister:
        """Return a new register in which these rows replace all rows of their codes."""
        fresh = list(rows)
        codes = {row.hs10 for row in fresh}
        return GoodsRegister([*(row for row in self if row.hs10 not in codes), *fresh])

    def __iter__(self) -> Iterator[Goods]:
        for rows in self._rows.values():
            yield from rows

    def __len__(self) -> int:
        return sum(len(rows) for rows in self._rows.values())
