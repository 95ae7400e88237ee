"""Queries of recalls: listed, by their clocks, one with what the window finds of it now."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, case, func

from declarations.money import amount_text
from declarations.reasons import Reason
from gateways.traceability.repository import Recall
from single_window.cases.recalls.answers import RECALL_KIND, RecallFindingsOut, RecallOut
from single_window.cases.sentence_facts import SentenceFacts
from single_window.frame import case_rows
from single_window.frame.case_rows import CaseReader, CaseRows
from single_window.frame.kinds import DEFAULT_PAGE_SIZE
from single_window.frame.typed import history_out
from single_window.store.agency_tables.traceability import recall
from single_window.store.gateways.traceability import RECALLS, book_lots
from single_window.store.gateways.traced_lists import traced_lines

WAITING = ("sale_stopped", "running", "completed")
RECALL_ROWS = CaseRows(recall, RECALLS.select, RECALLS.make, WAITING)


def find_recall(connection: Connection, sandbox: str, number: str) -> Recall | None:
    """Return a recall by recallNo, else by id."""
    found = RECALL_ROWS.find(connection, sandbox, recall.c.recall_no == number)
    if found is None and number.isascii() and number.isdigit() and len(number) < 19:
        found = RECALL_ROWS.find(connection, sandbox, recall.c.id == int(number))
    return found


def find_by_source(connection: Connection, sandbox: str, source: str) -> Recall | None:
    """Return the recall that a measure or a decision ordered."""
    return RECALL_ROWS.find(connection, sandbox, recall.c.source == source)


def by_clock(connection: Connection, sandbox: str, limit: int = DEFAULT_PAGE_SIZE) -> list[Recall]:
    """Return at most `limit` recalls that go on, overdue ones first, then by the instant that counts next."""
    columns = recall.c
    clock = case((columns.completed_at > 0, func.abs(columns.finish_due)), (columns.began_at > 0, columns.finish_due))
    chosen = RECALLS.select().where(columns.sandbox == sandbox, columns.state.in_(WAITING))
    ordered = chosen.order_by(
        case((columns.overdue_kind != "", 0), else_=1), func.coalesce(clock, columns.start_due), columns.id
    )
    return list(map(RECALLS.make, connection.execute(ordered.limit(limit))))


def findings(connection: Connection, sandbox: str, found: Recall) -> RecallFindingsOut:
    """Return what the window finds of a recall now."""
    lines = list(traced_lines(connection, sandbox, found.ebc_code, found.units, found.registered_at))
    sold = [line for line in lines if line.released_at and line.kept]
    waiting = [line for line in lines if not line.released_at]
    stock = sum(lot.left for lot in book_lots(connection, sandbox, found.book_keys).values())
    quantity = sum(line.kept for line in sold)
    return RecallFindingsOut(
        stock=amount_text(stock),
        waiting=amount_text(sum(line.kept for line in waiting)),
        waiting_lists=len({line.declaration_id for line in waiting}),
        sold=amount_text(quantity),
        lists=len({line.declaration_id for line in sold}),
        out=amount_text(max(0, found.sold_qty - found.back - found.destroyed)),
    )


def _show(connection: Connection, sandbox: str, number: str) -> RecallOut | None:
    found = find_recall(connection, sandbox, number)
    if found is None:
        return None
    lines = case_rows.history(connection, sandbox, found.recall_no, "recall")
    return RecallOut.of(found, findings=findings(connection, sandbox, found), history=history_out(lines))


def unit_of(connection: Connection, sandbox: str, found: Recall) -> str:
    """Return the code of the unit in which the recalled lots stand in account books; empty if they have none in
    common."""
    units = {lot.unit for lot in book_lots(connection, sandbox, found.book_keys).values()}
    return next(iter(units)) if len(units) == 1 else ""


def _facts(connection: Connection, sandbox: str, number: str, reason: Reason) -> Mapping[str, str]:
    """Return the quantities that an officer checks: held in account books, sold, come back, destroyed, still out."""
    found = find_recall(connection, sandbox, number)
    if found is None:
        return {}
    now, unit = findings(connection, sandbox, found), unit_of(connection, sandbox, found)
    moved = {name: amount_text(getattr(found, name)) for name in ("back", "destroyed", "refunded")}
    return {**moved, "unit": unit, "held": now.stock, "sold": now.sold, "lists": str(now.lists), "out": now.out}


RECALL_FACTS = SentenceFacts("recall", _facts)
RECALL_CASES = CaseReader(kind=RECALL_KIND, listed=RECALL_ROWS.newest, out=RecallOut.of, show=_show)
