"""The way of a lot: where its goods are now, from the account book to what became of sold ones, and the line of time
that led there. It is read forward from the lot; a list leads back to the lots on which it draws."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple

from sqlalchemy import Connection, select

from declarations.calendar import day_of, instant_of
from gateways.spot_checks.repository import SpotSample
from gateways.traceability.repository import Recall, TraceBatch, TracedLine, TracedUnit
from single_window.language.phrases import phrase
from single_window.language.phrases import state as state_words
from single_window.language.words import Words
from single_window.store.agency_tables.spot_checks import spot_check_sample
from single_window.store.agency_tables.traceability import recall
from single_window.store.gateways.spot_checks import SAMPLES
from single_window.store.gateways.traceability import RECALLS
from single_window.store.gateways.traced_lists import traced_lines
from single_window.store.tables import account_book

LINES_READ = 5_000
"""Lines of lists that are read at most, oldest first, so that the page stays quick."""
LISTED = 50
"""Newest lines that the page lists."""


class Share(NamedTuple):
    """A part of the goods, scaled: `name` is the label of where they are; `after`: the name of the part from which they
    come, empty for the lot itself."""

    name: str
    quantity: int
    after: str = ""


class Moment(NamedTuple):
    """Something that happened to the lot. `at`: the instant; `page`, `number`: of what can be read about it; `state`:
    the words of what it led to."""

    at: int
    words: Words
    page: str = ""
    number: str = ""
    state: Words | None = None


class LotWay(NamedTuple):
    """The goods of a lot: where they are, how they came there (oldest first), and the newest lines of lists with them;
    `more`: there are lines that were not read."""

    shares: Sequence[Share]
    moments: Sequence[Moment]
    lines: Sequence[TracedLine]
    more: bool


def way_of(connection: Connection, sandbox: str, batch: TraceBatch, now: int) -> LotWay:
    """Return the way of a batch's goods until an instant."""
    unit = TracedUnit(batch.lot, batch.precision, *batch.book_key) if batch.ems_no else _by_number(batch)
    read = list(islice(traced_lines(connection, sandbox, batch.ebc_code, [unit], now), LINES_READ + 1))
    lines, more = read[:LINES_READ], len(read) > LINES_READ
    recalls, samples = _recalls(connection, sandbox, batch), _samples(connection, sandbox, batch)
    moments = [
        Moment(batch.registered_at, phrase("event", "trace_batch_registered")),
        *_sales(lines),
        *_of_samples(samples),
        *_of_recalls(recalls),
    ]
    shares = _shares(connection, sandbox, batch, lines, recalls)
    return LotWay(shares, sorted(moments, key=lambda each: each.at), lines[: -LISTED - 1 : -1], more)


def _by_number(batch: TraceBatch) -> TracedUnit:
    made = date.fromisoformat(batch.produced_day)
    return TracedUnit(batch.lot, batch.precision, item_no=batch.item_no, since=instant_of(made))


def _shares(
    connection: Connection, sandbox: str, batch: TraceBatch, lines: Sequence[TracedLine], recalls: Sequence[Recall]
) -> Sequence[Share]:
    """The lot and its parts. Without an account book nobody tells how much is left."""
    sold = sum(line.kept for line in lines if line.released_at)
    waiting = sum(line.kept for line in lines if not line.released_at)
    filed, left, out = _in_book(connection, sandbox, batch)
    back, destroyed = sum(each.back for each in recalls), sum(each.destroyed for each in recalls)
    recalled = [
        Share("way_back", back, "way_sold"),
        Share("way_destroyed", destroyed, "way_sold"),
        Share("way_with_buyers", max(0, sold - back - destroyed), "way_sold"),
    ]
    return [
        Share("way_lot", filed or batch.qty),
        *([Share("way_left", left, "way_lot"), Share("way_booked_out", out, "way_lot")] if filed else []),
        Share("way_waiting", waiting, "way_lot"),
        Share("way_sold", sold, "way_lot"),
        *(recalled if sold else []),
    ]


def _in_book(connection: Connection, sandbox: str, batch: TraceBatch) -> tuple[int, int, int]:
    """Return the quantities of the lot in its account book: filed, left, booked out; zeros without one."""
    columns = account_book.c
    own = (columns.sandbox == sandbox, columns.ems_no == batch.ems_no, columns.item_record_no == batch.item_record_no)
    row = connection.execute(select(columns.filed, columns.drawn, columns.booked_out).where(*own)).first()
    return (row.filed, row.filed - row.drawn - row.booked_out, row.booked_out) if row and batch.ems_no else (0, 0, 0)


def _sales(lines: Iterable[TracedLine]) -> Sequence[Moment]:
    """One moment for each day on which lists with the goods were released."""
    days: dict[date, list[TracedLine]] = defaultdict(list)
    for line in lines:
        if line.released_at:
            days[day_of(line.released_at)].append(line)
    return [
        Moment(
            min(line.released_at for line in of_day),
            phrase("label", "way_released").filled(lists=len({line.declaration_id for line in of_day})),
        )
        for of_day in days.values()
    ]


def _recalls(connection: Connection, sandbox: str, batch: TraceBatch) -> Sequence[Recall]:
    """The recalls of the lot, oldest first: by its item of an account book, else by its number of goods."""
    columns = recall.c
    chosen = RECALLS.select().where(columns.sandbox == sandbox, columns.ebc_code == batch.ebc_code)
    found = map(RECALLS.make, connection.execute(chosen.order_by(columns.id)))
    return [each for each in found if _concerns(each, batch)]


def _concerns(found: Recall, batch: TraceBatch) -> bool:
    if batch.ems_no:
        return batch.book_key in found.book_keys
    return any(unit.item_no == batch.item_no for unit in found.units if unit.item_no)


def _of_recalls(recalls: Iterable[Recall]) -> Iterable[Moment]:
    for each in recalls:
        place = ("console.recall", each.recall_no, state_words(each.state, "recall"))
        yield Moment(each.registered_at, phrase("event", "recall_announced"), *place)
        if each.overdue_at:
            yield Moment(each.overdue_at, phrase("event", "recall_overdue"), *place)
        if each.completed_at:
            yield Moment(each.completed_at, phrase("event", "recall_complete"), *place)


def _samples(connection: Connection, sandbox: str, batch: TraceBatch) -> Sequence[SpotSample]:
    """The samples of spot checks that were drawn from the lot of the account book."""
    if not batch.ems_no:
        return []
    columns = spot_check_sample.c
    own = (columns.sandbox == sandbox, columns.ems_no == batch.ems_no, columns.item_record_no == batch.item_record_no)
    return [SAMPLES.make(row) for row in connection.execute(SAMPLES.select().where(*own).order_by(columns.id))]


def _of_samples(samples: Iterable[SpotSample]) -> Iterable[Moment]:
    for each in samples:
        place = ("console.spot_check", each.sample_no, state_words(each.state, "spot_check"))
        yield Moment(each.drawn_at, phrase("label", "way_sample_drawn"), *place)
        if each.reported_at:
            yield Moment(each.reported_at, phrase("label", "way_sample_reported"), *place)
