"""Queries of market supervision and commerce: cases with what they are about, licences as of a day, months of zones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from declarations.calendar import day_of
from declarations.commerce.licences import LicenceRecord, answer_of, record_on
from declarations.commerce.zone_reports import CellKey, ZoneCell, first_difference
from declarations.money import amount_text
from gateways.commerce.outcomes import WAITING, holder_of
from gateways.commerce.repository import CommerceCase, ZoneMonthRow
from gateways.customs.list_holds import held_key
from gateways.customs.repository import ReviewCause
from gateways.holds import Held
from single_window.cases.commerce.answers import (
    COMMERCE_KIND,
    CommerceCaseOut,
    LicenceAnswerOut,
    LicenceOut,
    LicenceRecordOut,
    WaitingListOut,
    ZoneCellOut,
    ZoneMonthOut,
    ZoneRevisionOut,
)
from single_window.frame import case_rows
from single_window.frame.case_rows import CaseReader, CaseRows
from single_window.frame.typed import history_out, reason_out
from single_window.store.agency_tables.commerce import commerce_case
from single_window.store.gateways.commerce import COMMERCE_CASES, FILINGS, QUERIES, licences_of, months_of
from single_window.store.holds import is_held
from single_window.store.records import to_json
from single_window.store.tables import declaration

COMMERCE_ROWS = CaseRows(commerce_case, COMMERCE_CASES.select, COMMERCE_CASES.make, WAITING)
MOST_ROWS = 200
"""Rows of a month that an answer shows."""
MOST_LISTS = 500
"""Lists that wait for a case, of which an officer can name some at a time."""


class WaitingList(NamedTuple):
    """A list that waits because its company may not trade; `numbers`: those by which it is known, the best first."""

    id: int
    order_no: str
    numbers: tuple[str, ...]


def holds_lists(connection: Connection, sandbox: str, case: CommerceCase) -> bool:
    """True if lists that name the company of a case wait for it, or are refused: as long as the register says so."""
    return case.state in WAITING and is_held(connection, sandbox, Held.COMPANY, case.company, holder_of(case))


def waiting_lists(
    connection: Connection, sandbox: str, case: CommerceCase, most: int = MOST_LISTS
) -> Sequence[WaitingList]:
    """Return the lists that wait because of the company of a case, oldest first."""
    columns = declaration.c
    chosen = select(columns.id, columns.order_no, columns.invt_no, columns.cop_no).where(
        columns.sandbox == sandbox,
        columns.state == "in_review",
        columns.review_cause == ReviewCause.HELD,
        columns.reasons.contains(to_json(held_key(Held.COMPANY, case.company)), autoescape=True),
    )
    rows = connection.execute(chosen.order_by(columns.id).limit(most))
    return [
        WaitingList(row.id, row.order_no, tuple(filter(None, (row.invt_no, row.cop_no, row.order_no)))) for row in rows
    ]


def find_commerce_case(connection: Connection, sandbox: str, number: str) -> CommerceCase | None:
    """Return a case by its caseNo or id."""
    by_id = number.isascii() and number.isdigit() and len(number) < 19
    column = commerce_case.c
    return COMMERCE_ROWS.find(connection, sandbox, column.id == int(number) if by_id else column.case_no == number)


def licence_out(connection: Connection, sandbox: str, credit_code: str, day: date) -> LicenceOut:
    """Return the licence of a company as of a day; the register may say nothing of it."""
    records = licences_of(connection, sandbox, [credit_code]).get(credit_code, ())
    found = record_on(records, day)
    filing = next(iter(FILINGS.load(connection, sandbox, "credit_code", [credit_code])), None)
    return LicenceOut(
        credit_code=credit_code,
        as_of=day.isoformat(),
        state=found.state if found else "",
        records=tuple(map(_record_out, records)),
        filing_no=filing.filing_no if filing else "",
    )


def _record_out(record: LicenceRecord) -> LicenceRecordOut:
    masked = answer_of(record, record.credit_code, date.min, 0).legal_person
    return LicenceRecordOut.of(record, legal_person=masked)


def month_out(connection: Connection, sandbox: str, zone: str, month: str) -> ZoneMonthOut:
    """Return a month of a zone; it may have no revision yet."""
    rows = months_of(connection, sandbox, zone, month)
    told = next((row for row in reversed(rows) if row.told), None)
    counted = next((row for row in reversed(rows) if not row.told), None)
    difference = first_difference(told.content, counted.content) if told and counted else None
    return ZoneMonthOut(
        zone=zone,
        month=month,
        revisions=tuple(ZoneRevisionOut.of(row, rows=len(row.cells)) for row in rows),
        first_difference=(reason_out(difference),) if difference else (),
        rows=_cells_out(told, counted),
    )


def _cells_out(told: ZoneMonthRow | None, counted: ZoneMonthRow | None) -> tuple[ZoneCellOut, ...]:
    mine, theirs = (dict(row.cells) if row else {} for row in (told, counted))
    keys = sorted({*mine, *theirs}, key=lambda key: (mine.get(key) == theirs.get(key), key))
    return tuple(_cell_out(key, mine, theirs) for key in keys[:MOST_ROWS])


def _cell_out(key: CellKey, told: Mapping[CellKey, ZoneCell], counted: Mapping[CellKey, ZoneCell]) -> ZoneCellOut:
    mine, theirs = told.get(key, ZoneCell()), counted.get(key, ZoneCell())
    mode, direction, partner, hs2 = key
    return ZoneCellOut(
        mode=mode,
        direction=direction,
        partner=partner,
        hs2=hs2,
        told_lists=mine.lists,
        told_value=amount_text(mine.value),
        counted_lists=theirs.lists,
        counted_value=amount_text(theirs.value),
        differs=mine != theirs,
    )


def _show(connection: Connection, sandbox: str, number: str) -> CommerceCaseOut | None:
    case = find_commerce_case(connection, sandbox, number)
    if case is None:
        return None
    more: dict[str, Any] = {}
    if case.credit_code:
        more = _of_licence(connection, sandbox, case)
    more["holds"] = holds_lists(connection, sandbox, case)
    if more["holds"]:
        waiting = waiting_lists(connection, sandbox, case, MOST_LISTS + 1)
        more["lists"] = tuple(WaitingListOut(number=one.numbers[0], order_no=one.order_no) for one in waiting)
    if case.month:
        more["period"] = month_out(connection, sandbox, case.zone, case.month)
    history = case_rows.history(connection, sandbox, case.case_no, "commerce_case")
    return CommerceCaseOut.of(case, history=history_out(history), **more)


def _of_licence(connection: Connection, sandbox: str, case: CommerceCase) -> dict[str, Any]:
    """Return the licence of a case's company, and the answers of the register in the query that the case is about."""
    queries = QUERIES.load(connection, sandbox, "id", [case.query_id])
    answers = tuple(LicenceAnswerOut.of(said) for query in queries for said in query.answers)
    days = [query.as_of for query in queries] or [day_of(case.opened_at).isoformat()]
    licence = licence_out(connection, sandbox, case.credit_code, date.fromisoformat(days[0]))
    return {"licence": licence, "answers": answers}


COMMERCE_CASE_READER: CaseReader[Any, Any, Any] = CaseReader(
    kind=COMMERCE_KIND, listed=COMMERCE_ROWS.newest, out=CommerceCaseOut.of, show=_show
)
