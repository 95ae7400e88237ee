"""How summaries stand: listed, one by its number, its declarations, its lists page by page, what has happened to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, or_, select

from declarations.calendar import day_of
from declarations.parameters import Parameters
from declarations.reasons import Reason
from declarations.summary.eligibility import CLOSED, summable
from gateways.customs.summaries.memory import Made, Summary
from single_window.store.gateways.customs.summaries import MADE, SUMMARIES
from single_window.store.tables import declaration, summary, summary_declaration, summary_member, timeline

LARGEST = 2**62
SUMMARISED, CLAIMED, STATISTICS, WAITS, ELSEWHERE = "summarised", "claimed", "statistics", "waits", ""


class Where(NamedTuple):
    """Where a list stands: in lines of a summary ("summarised", each [declaration, line, line of the list]), claimed
    for one ("claimed"), counted only ("statistics"), not summarised yet ("waits"), or none of it (empty)."""

    invt_no: str
    standing: str
    sum_no: str = ""
    lines: tuple[tuple[int, int, int], ...] = ()


class Told(NamedTuple):
    """A line of a summary's history."""

    at: int
    actor: str
    event: str
    state: str
    reasons: tuple[Reason, ...]


def listed(connection: Connection, sandbox: str, state: str = "", ebc_code: str = "", before: int = 0,
           most: int = 50) -> list[Summary]:
    """Summaries, newest first."""
    statement = SUMMARIES.select().where(summary.c.sandbox == sandbox, summary.c.id < (before or LARGEST))
    if state:
        statement = statement.where(summary.c.state == state)
    if ebc_code:
        statement = statement.where(summary.c.ebc_code == ebc_code)
    rows = connection.execute(statement.order_by(summary.c.id.desc()).limit(most)).all()
    return [SUMMARIES.make(row) for row in rows]


def found(connection: Connection, sandbox: str, number: str) -> Summary | None:
    """A summary by its sumNo, or by the agent's own number (agentCode|copNo, or copNo: the newest)."""
    row = connection.execute(SUMMARIES.select().where(
        summary.c.sandbox == sandbox,
        or_(summary.c.sum_no == number, summary.c.key == number, summary.c.place == number))
        .order_by(summary.c.id.desc()).limit(1)).first()
    return SUMMARIES.make(row) if row and number else None


def made(connection: Connection, summary_id: int, after: int = 0, most: int = 100) -> list[Made]:
    """The declarations of a summary, by number."""
    rows = connection.execute(MADE.select().where(
        summary_declaration.c.summary_id == summary_id, summary_declaration.c.number > after)
        .order_by(summary_declaration.c.number).limit(most)).all()
    return [MADE.make(row) for row in rows]


def members(connection: Connection, summary_id: int, after: str = "", most: int = 100) -> list[Where]:
    """The lists of a summary, by list number."""
    rows = connection.execute(_members().where(
        summary_member.c.summary_id == summary_id, declaration.c.invt_no > after)
        .order_by(declaration.c.invt_no).limit(most)).all()
    return [Where(invt_no, SUMMARISED if lines else CLAIMED, sum_no, _lines(lines))
            for invt_no, sum_no, lines, *_ in rows]


def where(connection: Connection, sandbox: str, invt_no: str, parameters: Parameters) -> Where | None:
    """Where an export list stands; None: there is no such list."""
    row = connection.execute(_members().where(
        declaration.c.sandbox == sandbox, declaration.c.flow == "E", declaration.c.invt_no == invt_no)).first()
    if row is None:
        return None
    _, sum_no, lines, state, mode, flag, closed_at = row
    if lines is not None:
        return Where(invt_no, SUMMARISED if lines else CLAIMED, sum_no or "", _lines(lines))
    if state != CLOSED:
        return Where(invt_no, ELSEWHERE)
    if summable(mode, flag, day_of(closed_at), parameters):
        return Where(invt_no, WAITS)
    counted = summable(mode, "", day_of(closed_at), parameters)
    return Where(invt_no, STATISTICS if counted else ELSEWHERE)


def history(connection: Connection, sandbox: str, one: Summary) -> Sequence[Told]:
    """What was noted about a summary and its parts, oldest first."""
    columns = [timeline.c[name] for name in ("at", "actor", "event", "state", "reasons")]
    rows = connection.execute(select(*columns).where(
        timeline.c.sandbox == sandbox, timeline.c.order_no == one.place, timeline.c.kind == "summary_request",
        or_(timeline.c.key == one.key, timeline.c.key.startswith(f"{one.key}|", autoescape=True)))
        .order_by(timeline.c.id))
    return [Told(*row[:4], msgspec.json.decode(row[4], type=tuple[Reason, ...]) if row[4] else ()) for row in rows]


def _members():  # type: ignore[no-untyped-def]
    return (select(declaration.c.invt_no, summary.c.sum_no, summary_member.c.lines, declaration.c.state,
                   declaration.c.trade_mode, declaration.c.statistics_flag, declaration.c.closed_at)
            .outerjoin(summary_member, summary_member.c.declaration_id == declaration.c.id)
            .outerjoin(summary, summary.c.id == summary_member.c.summary_id))


def _lines(text: str) -> tuple[tuple[int, int, int], ...]:
    return msgspec.json.decode(text, type=tuple[tuple[int, int, int], ...]) if text else ()


