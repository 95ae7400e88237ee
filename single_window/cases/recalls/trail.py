"""The trail of a recall: each line of a list with its goods, where it is, what became of it. No buyer is in it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import NamedTuple

from sqlalchemy import Connection, select

from declarations.calendar import day_of
from declarations.money import Scaled, amount_text
from gateways.traceability.repository import ParcelOutcome, Recall, TracedLine
from single_window.language.for_people import spreadsheet_cells
from single_window.store.agency_tables.traceability import recall_parcel
from single_window.store.gateways.traced_lists import traced_lines

HELD, SOLD, BACK = "held", "sold", "back"
OUTCOMES = (BACK, "destroyed", "refunded")
LINES_AT_ONCE = 1_000


class TrailLine(NamedTuple):
    """A line of a list in the trail. `parcel`: carrier|waybill. `released`: the day, empty while the list waits.
    `state`: held, sold, back, destroyed or refunded."""

    list: str
    gnum: int
    parcel: str
    lot: str
    book_item: str
    item_no: str
    quantity: str
    released: str
    state: str
    precision: str


def trail(connection: Connection, sandbox: str, recall: Recall) -> Iterator[TrailLine]:
    """Yield the trail of a recall, by the ids of lists: of a line of a list a row for each thing that became of it."""
    outcomes = _outcomes(connection, sandbox, recall.id)
    for line in traced_lines(connection, sandbox, recall.ebc_code, recall.units, recall.registered_at):
        unit = line.unit
        row = TrailLine(
            list=line.invt_no,
            gnum=line.gnum,
            parcel=line.logistics_key,
            lot=unit.lots,
            book_item=f"{unit.ems_no}|{unit.item_record_no}" if unit.ems_no else "",
            item_no=unit.item_no,
            quantity="",
            released=day_of(line.released_at).isoformat() if line.released_at else "",
            state="",
            precision=unit.precision,
        )
        for state, quantity in _parts(line, outcomes.get(line.invt_no)):
            yield row._replace(state=state, quantity=amount_text(quantity))


def trail_sheet(lines: Iterator[TrailLine]) -> Iterator[str]:
    """Yield the trail as CSV in pieces: a heading, then a row a line."""
    yield _csv([TrailLine._fields])
    piece: list[TrailLine] = []
    for line in lines:
        piece.append(line)
        if len(piece) == LINES_AT_ONCE:
            yield _csv(piece)
            piece = []
    yield _csv(piece)


def _csv(rows: Sequence[Sequence[object]]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(spreadsheet_cells(row) for row in rows)
    return text.getvalue()


def _parts(line: TracedLine, told: dict[str, Scaled] | None) -> Iterator[tuple[str, Scaled]]:
    """Yield what became of a line, and of how much: what customs took back is back, told or not; of what is `told` of
    the list, which this takes from it, as much as the line has."""
    if not line.released_at:
        yield HELD, line.quantity
        return
    left = line.quantity
    for state in OUTCOMES:
        quantity = min(left, told[state] if told else 0)
        if told:
            told[state] -= quantity
        if state == BACK:
            quantity = max(quantity, line.returned)
        left -= quantity
        if quantity:
            yield state, quantity
    if left:
        yield SOLD, left


def _outcomes(connection: Connection, sandbox: str, recall_id: int) -> Mapping[str, dict[str, Scaled]]:
    columns = recall_parcel.c
    chosen = select(*[columns[name] for name in ParcelOutcome._fields])
    rows = connection.execute(chosen.where(columns.sandbox == sandbox, columns.recall_id == recall_id))
    told = map(ParcelOutcome._make, rows)
    return {outcome.invt_no: {state: getattr(outcome, state) for state in OUTCOMES} for outcome in told}
