"""The trail of a recall: each line of a list with its goods, where it is, what became of it. No buyer is in it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import NamedTuple

from sqlalchemy import Connection, select

from declarations.calendar import day_of
from declarations.money import amount_text
from gateways.traceability.repository import ParcelOutcome, Recall, TracedLine
from single_window.language.for_people import spreadsheet_cells
from single_window.store.agency_tables.traceability import recall_parcel
from single_window.store.gateways.traced_lists import traced_lines

HELD, SOLD = "held", "sold"
OUTCOMES = {"B": "back", "X": "destroyed", "R": "refunded"}
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
    """Yield the trail of a recall, by the ids of lists."""
    outcomes = _outcomes(connection, sandbox, recall.id)
    for line in traced_lines(connection, sandbox, recall.ebc_code, recall.units, recall.registered_at):
        unit = line.unit
        yield TrailLine(
            list=line.invt_no,
            gnum=line.gnum,
            parcel=line.logistics_key,
            lot=unit.lots,
            book_item=f"{unit.ems_no}|{unit.item_record_no}" if unit.ems_no else "",
            item_no=unit.item_no,
            quantity=amount_text(line.quantity),
            released=day_of(line.released_at).isoformat() if line.released_at else "",
            state=_state(line, outcomes),
            precision=unit.precision,
        )


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


def _state(line: TracedLine, outcomes: Mapping[str, ParcelOutcome]) -> str:
    if not line.released_at:
        return HELD
    outcome = outcomes.get(line.invt_no)
    return OUTCOMES[outcome.outcome] if outcome else SOLD


def _outcomes(connection: Connection, sandbox: str, recall_id: int) -> Mapping[str, ParcelOutcome]:
    columns = recall_parcel.c
    chosen = select(*[columns[name] for name in ParcelOutcome._fields])
    rows = connection.execute(chosen.where(columns.sandbox == sandbox, columns.recall_id == recall_id))
    return {outcome.invt_no: outcome for outcome in map(ParcelOutcome._make, rows)}
