"""Finds what a recall concerns: batches, lots of account books that are held, lists in which it was sold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from declarations.calendar import SHANGHAI, instant_of
from declarations.traceability.goods import LOT, SKU_AND_DAYS
from gateways.traceability.repository import (
    NO_LOT,
    BookKey,
    BookLot,
    TraceabilityDesk,
    TraceBatch,
    TracedGoods,
    TracedLine,
    TracedUnit,
)


class Recalled(NamedTuple):
    """The goods that are to be recalled, of one company: by any of their numbers, narrowed by lots of the producer and
    days of production (yyyyMMdd); empty: all."""

    ebc_code: str
    gtin: str = ""
    item_no: str = ""
    ems_no: str = ""
    item_record_no: str = ""
    lots: tuple[str, ...] = ()
    made_from: str = ""
    made_until: str = ""

    @property
    def book_key(self) -> BookKey:
        """The lot of an account book that is named; `NO_LOT` if none is."""
        return (self.ems_no, self.item_record_no) if self.ems_no and self.item_record_no else NO_LOT

    def covers(self, batch: TraceBatch) -> bool:
        """True if a batch is of these goods: all numbers that both have agree, and one does."""
        pairs = [(self.gtin, batch.gtin), (self.item_no, batch.item_no)]
        if self.book_key != NO_LOT:
            pairs.append(("|".join(self.book_key), "|".join(batch.book_key).strip("|")))
        known = [one == other for one, other in pairs if one and other]
        made = (not self.made_from or batch.produced_day >= self.made_from) and (
            not self.made_until or batch.produced_day <= self.made_until
        )
        return bool(known) and all(known) and made and (not self.lots or batch.lot in self.lots)


class Found(NamedTuple):
    """The findings of the window about goods that are recalled."""

    units: tuple[TracedUnit, ...]
    batches: Sequence[TraceBatch]
    lots: Mapping[BookKey, BookLot]
    lines: Sequence[TracedLine]

    @property
    def precision(self) -> str:
        """The precision of all units together: only as good as the worst."""
        return LOT if all(unit.precision == LOT for unit in self.units) else SKU_AND_DAYS

    @property
    def held(self) -> int:
        """The quantity that can be held: what is left in account books, and what lists have drawn that wait."""
        return sum(lot.left for lot in self.lots.values()) + sum(
            line.kept for line in self.lines if not line.released_at
        )

    @property
    def sold(self) -> Sequence[TracedLine]:
        """The lines of lists that were released, and have not come back as a whole."""
        return [line for line in self.lines if line.released_at and line.kept]


def find(recalled: Recalled, desk: TraceabilityDesk) -> Found:
    """Find what a recall concerns, in a few queries, however many lists there are."""
    return find_in(desk.repository, recalled, desk.now)


def find_in(repository: TracedGoods, recalled: Recalled, until: int) -> Found:
    """Find what a recall concerns in what is stored, by lists that were released until an instant."""
    numbers = (recalled.gtin, recalled.item_no, recalled.book_key)
    batches = [batch for batch in repository.batches_of(recalled.ebc_code, *numbers) if recalled.covers(batch)]
    books = sorted({batch.book_key for batch in batches if batch.ems_no} | ({recalled.book_key} - {NO_LOT}))
    lots = repository.book_lots(books)
    units = (
        *_of_books([key for key in books if key in lots], batches, recalled, repository),
        *_of_numbers(batches, recalled),
    )
    lines = list(repository.traced_lines(recalled.ebc_code, units, until)) if units else []
    return Found(units, batches, lots, lines)


def _of_books(
    keys: Sequence[BookKey], batches: Sequence[TraceBatch], recalled: Recalled, repository: TracedGoods
) -> Sequence[TracedUnit]:
    """The lots of account books. Lists say which item they draw, not which lot of the producer: if an item has batches
    of others, or lots are named and it has none, more is reached than is recalled."""
    all_batches = repository.batches(books=keys)
    units = []
    for key in keys:
        own = [batch for batch in batches if batch.book_key == key]
        others = [batch for batch in all_batches if batch.book_key == key and batch not in own]
        exact = not others and (bool(own) or not recalled.lots)
        lots = " ".join(sorted({batch.lot for batch in own}) or recalled.lots)
        units.append(TracedUnit(lots, LOT if exact else SKU_AND_DAYS, *key))
    return units


def _of_numbers(batches: Sequence[TraceBatch], recalled: Recalled) -> Sequence[TracedUnit]:
    """The item numbers of goods of no account book, from the day on which they could be sold: that of production. A
    number that the recall itself names counts if no batch says more."""
    of_no_book = [batch for batch in batches if not batch.ems_no]
    units = []
    for number in sorted({batch.item_no for batch in of_no_book if batch.item_no}):
        own = [batch for batch in of_no_book if batch.item_no == number]
        lots = " ".join(sorted({batch.lot for batch in own}))
        first = min(batch.produced_day for batch in own)
        units.append(TracedUnit(lots, SKU_AND_DAYS, item_no=number, since=_midnight(first)))
    if not batches and recalled.item_no and recalled.book_key == NO_LOT:
        since = _midnight(recalled.made_from) if recalled.made_from else 0
        units.append(TracedUnit(" ".join(recalled.lots), SKU_AND_DAYS, item_no=recalled.item_no, since=since))
    return units


def _midnight(day: str) -> int:
    return instant_of(datetime.strptime(day, "%Y%m%d").replace(tzinfo=SHANGHAI).date())
