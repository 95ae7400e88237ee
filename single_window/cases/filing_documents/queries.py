"""Queries of the filing documents of claims: listed, and one with its papers and history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, false, or_

from gateways.refund.filing_case import FilingCase
from single_window.cases.filing_documents.answers import FILING_KIND, FilingCaseOut, FilingPaperOut
from single_window.frame import case_rows
from single_window.frame.case_rows import CaseReader, CaseRows
from single_window.frame.typed import history_out
from single_window.store.agency_tables.refund import filing_case
from single_window.store.gateways.refund.filing import FILING_CASES

WAITING = ("overdue",)
FILING_ROWS = CaseRows(filing_case, FILING_CASES.select, FILING_CASES.make, WAITING)


def find_filing_case(connection: Connection, sandbox: str, number: str) -> FilingCase | None:
    """Return the filing documents by caseNo, by the claim's number (of several companies the newest), or by id."""
    column = filing_case.c
    by_id = number.isascii() and number.isdigit() and len(number) < 19
    found = FILING_ROWS.find(connection, sandbox, column.id == int(number)) if by_id else None
    return found or FILING_ROWS.find(connection, sandbox, (column.case_no == number) | (column.claim_no == number))


def find_own_filing_case(
    connection: Connection, sandbox: str, number: str, mailboxes: Sequence[str] | None
) -> FilingCase | None:
    """Return the filing documents of these mailboxes by caseNo or by the claim's number, which another company may use
    as well; None as mailboxes: of any."""
    if mailboxes is None:
        return find_filing_case(connection, sandbox, number)
    column = filing_case.c
    own = [(column.mailboxes == box) | column.mailboxes.startswith(f"{box};", autoescape=True) for box in mailboxes]
    named = (column.case_no == number) | (column.claim_no == number)
    return FILING_ROWS.find(connection, sandbox, named & or_(false(), *own))


def _show(connection: Connection, sandbox: str, number: str) -> FilingCaseOut | None:
    case = find_filing_case(connection, sandbox, number)
    if case is None:
        return None
    return FilingCaseOut.of(
        case,
        papers=tuple(FilingPaperOut.of(paper) for paper in case.papers),
        history=history_out(case_rows.history(connection, sandbox, case.case_no, "filing_case")),
    )


FILING_CASE_READER: CaseReader[Any, Any, Any] = CaseReader(
    kind=FILING_KIND, listed=FILING_ROWS.newest, out=FilingCaseOut.of, show=_show
)
