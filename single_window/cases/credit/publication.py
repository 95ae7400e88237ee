"""Credit decisions that are published: those about a company, and all, page by page."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, Select

from declarations.calendar import day_of
from declarations.credit.conditions import decisive
from declarations.parameters import Parameters
from gateways.credit.outcomes import IN_FORCE
from gateways.credit.repository import CreditCase
from single_window.cases.credit.answers import PublishedOut, PublishedPageOut
from single_window.store import sandboxes
from single_window.store.agency_tables.credit import credit_case
from single_window.store.gateways.credit import CASES
from single_window.store.law_books import law_of


def today_of(connection: Connection, sandbox: str) -> date:
    """Return the calendar day of a sandbox."""
    return day_of(sandboxes.find(connection, sandbox).clock.now())


def published(connection: Connection, sandbox: str, today: date, code: str) -> list[PublishedOut]:
    """Return the decisions about a company that are published on a day."""
    column, law = credit_case.c, law_of(connection, sandbox)
    rows = connection.execute(_shown(sandbox, today).where(column.ebc_code == code).order_by(column.since, column.id))
    return [_published(case, law) for case in map(CASES.make, rows)]


def published_page(connection: Connection, sandbox: str, before: int, limit: int) -> PublishedPageOut:
    """Return a page of the decisions that are published today: of cases with ids below `before`, 0: the newest."""
    column, law = credit_case.c, law_of(connection, sandbox)
    chosen = _shown(sandbox, today_of(connection, sandbox))
    chosen = chosen.where(column.id < before) if before else chosen
    rows = connection.execute(chosen.order_by(column.id.desc()).limit(limit + 1)).all()
    cases = [CASES.make(row) for row in rows[:limit]]
    listed = tuple(_published(case, law) for case in cases)
    return PublishedPageOut(companies=listed, next=cases[-1].id if len(rows) > limit else None)


def _shown(sandbox: str, today: date) -> Select[Any]:
    """Each decision until the end of its publication or its repair."""
    column = credit_case.c
    return CASES.select().where(
        column.sandbox == sandbox, column.state.in_(IN_FORCE), column.shown_until >= today.isoformat()
    )


def _published(case: CreditCase, law: Parameters) -> PublishedOut:
    titles = [law.parameter(checked.parameter) for checked in decisive(case.grounds, case.grade)]
    return PublishedOut.of(
        case,
        basis_zh="；".join([case.order_zh, *(title.title for title in titles)]),
        basis_en="; ".join([case.order_en, *(title.title_en for title in titles)]),
    )
