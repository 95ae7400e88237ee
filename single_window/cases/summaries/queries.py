"""Queries of summaries: lists, one by its number, its declarations, its lists in pages, its history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import Connection, Select, or_, select

from declarations.calendar import day_of
from declarations.parameters import Parameters
from declarations.summary.eligibility import CLOSED, is_summable
from gateways.customs.summaries.repository import MadeDeclaration, Summary
from single_window.cases.summaries.answers import (
    PARTS,
    SUMMARY_KIND,
    SummaryOut,
    WhereOut,
    declaration_out,
    summary_out,
)
from single_window.frame import case_rows
from single_window.frame.case_rows import CaseReader, CaseRows
from single_window.frame.typed import HistoryLine, history_out
from single_window.store.gateways.customs.summaries import MADE, SUMMARIES
from single_window.store.tables import (
    declaration,
    summary,
    summary_declaration,
    summary_member,
    summary_place,
    timeline,
)

SUMMARISED, CLAIMED, STATISTICS, WAITS, ELSEWHERE = "summarised", "claimed", "statistics", "waits", ""


Lines: TypeAlias = tuple[tuple[int, int, int], ...]


SUMMARY_ROWS = CaseRows(summary, SUMMARIES.select, SUMMARIES.make)


def find_summary(connection: Connection, sandbox: str, number: str) -> Summary | None:
    """Return a summary by sumNo, agentCode|copNo, or copNo (the newest)."""
    named = or_(summary.c.sum_no == number, summary.c.key == number, summary.c.place == number)
    return SUMMARY_ROWS.find(connection, sandbox, named) if number else None


def list_declarations(
    connection: Connection, summary_id: int, after: int = 0, limit: int = 100
) -> list[MadeDeclaration]:
    """Return the declarations of a summary with numbers above `after`, ordered by number."""
    rows = connection.execute(
        MADE.select()
        .where(summary_declaration.c.summary_id == summary_id, summary_declaration.c.number > after)
        .order_by(summary_declaration.c.number)
        .limit(limit)
    ).all()
    return [MADE.make(row) for row in rows]


def list_lists(connection: Connection, summary_id: int, limit: int) -> list[WhereOut]:
    """Return at most `limit` lists of a summary, ordered by id."""
    rows = connection.execute(
        _members()
        .where(summary_member.c.summary_id == summary_id)
        .order_by(summary_member.c.declaration_id)
        .limit(limit)
    ).all()
    places = _places(connection, summary_id, [(row[0], row.month) for row in rows])
    return [_standing(invt_no, sum_no, places.get(number)) for number, invt_no, sum_no, *_ in rows]


def find_list(connection: Connection, sandbox: str, invt_no: str, parameters: Parameters) -> WhereOut | None:
    """Return the summary of an export list; None: unknown list."""
    row = connection.execute(
        _members().where(declaration.c.sandbox == sandbox, declaration.c.flow == "E", declaration.c.invt_no == invt_no)
    ).first()
    if row is None:
        return None
    number, _, sum_no, summary_id, month, state, mode, flag, closed_at = row
    if summary_id:
        return _standing(invt_no, sum_no, _places(connection, summary_id, [(number, month)]).get(number))
    if state != CLOSED:
        return _where(invt_no, ELSEWHERE)
    if is_summable(mode, flag, day_of(closed_at), parameters):
        return _where(invt_no, WAITS)
    counted = is_summable(mode, "", day_of(closed_at), parameters)
    return _where(invt_no, STATISTICS if counted else ELSEWHERE)


def history(connection: Connection, sandbox: str, shown: Summary) -> list[HistoryLine]:
    """Return the history of a summary and its parts, oldest first."""
    own = or_(timeline.c.key == shown.key, timeline.c.key.startswith(f"{shown.key}|", autoescape=True))
    return case_rows.history(connection, sandbox, shown.place, "summary_request", own)


def _members() -> Select[Any]:
    columns = [declaration.c[name] for name in ("state", "trade_mode", "statistics_flag", "closed_at")]
    return (
        select(
            declaration.c.id,
            declaration.c.invt_no,
            summary.c.sum_no,
            summary_member.c.summary_id,
            summary_member.c.month,
            *columns,
        )
        .outerjoin(summary_member, summary_member.c.declaration_id == declaration.c.id)
        .outerjoin(summary, summary.c.id == summary_member.c.summary_id)
    )


def _standing(invt_no: str, sum_no: str, lines: Lines | None) -> WhereOut:
    return _where(invt_no, CLAIMED if lines is None else SUMMARISED, sum_no, lines or ())


def _where(invt_no: str, standing: str, sum_no: str = "", lines: Lines = ()) -> WhereOut:
    return WhereOut(invt_no=invt_no, standing=standing, sum_no=sum_no, lines=lines)


def _places(connection: Connection, summary_id: int, lists: Sequence[tuple[int, str]]) -> dict[int, Lines]:
    """Return list id -> lines, for lists (id, month) of a summary. One stored row covers thousands of lists."""
    by_place: dict[int, Lines] = {}
    for number, month in lists:
        if number not in by_place:
            row = connection.execute(
                select(summary_place.c.lists)
                .where(summary_place.c.summary_id == summary_id)
                .where(summary_place.c.month == month, summary_place.c.first <= number)
                .order_by(summary_place.c.first.desc())
                .limit(1)
            ).scalar()
            if row is None:
                break  # not merged yet
            by_place.update(msgspec.json.decode(row, type=tuple[tuple[int, Lines], ...]))
    return by_place


def _show(connection: Connection, sandbox: str, number: str, parts: int = PARTS) -> SummaryOut | None:
    summary = find_summary(connection, sandbox, number)
    if summary is None:
        return None
    return summary_out(
        summary,
        of_declarations=tuple(map(declaration_out, list_declarations(connection, summary.id, limit=parts))),
        of_lists=tuple(list_lists(connection, summary.id, parts)),
        history=history_out(history(connection, sandbox, summary)),
    )


SUMMARY_CASES = CaseReader(kind=SUMMARY_KIND, listed=SUMMARY_ROWS.newest, out=summary_out, show=_show)
