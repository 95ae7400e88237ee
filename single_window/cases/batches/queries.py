"""Queries of batches: lists of them, one batch by its number, its members in pages, its history."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from gateways.customs.batches.repository import Batch
from single_window.cases.batches.answers import BATCH_KIND, PARTS, BatchOut, MemberOut, batch_out, history_out
from single_window.frame import case_rows
from single_window.frame.case_rows import CaseReader, CaseRows
from single_window.frame.typed import HistoryLine
from single_window.store.gateways.customs.batches import BATCHES, MEMBERS
from single_window.store.tables import batch, batch_member, declaration

BATCH_ROWS = CaseRows(batch, BATCHES.select, BATCHES.make)


def find_by_id(connection: Connection, sandbox: str, batch_id: int) -> Batch | None:
    """Return a batch by its id."""
    return BATCH_ROWS.find(connection, sandbox, batch.c.id == batch_id)


def find_batch(connection: Connection, sandbox: str, batch_no: str) -> Batch | None:
    """Return a batch by its number."""
    return BATCH_ROWS.find(connection, sandbox, batch.c.batch_no == batch_no)


def find_by_opening(connection: Connection, sandbox: str, opening: str) -> Batch | None:
    """Return the newest batch with these shared properties (`opening`)."""
    return BATCH_ROWS.find(connection, sandbox, batch.c.opening == opening)


def list_members(
    connection: Connection, batch_id: int, after: int = -1, limit: int = 100, state: str = ""
) -> list[MemberOut]:
    """Return the places of a batch behind the position `after`, with their lists."""
    columns = [declaration.c[name] for name in ("order_no", "invt_no", "state")]
    statement = (
        select(*[batch_member.c[name] for name in MEMBERS.names], *columns)
        .select_from(batch_member.outerjoin(declaration, declaration.c.id == batch_member.c.declaration_id))
        .where(batch_member.c.batch_id == batch_id, batch_member.c.position > after)
    )
    if state:
        statement = statement.where(batch_member.c.state == state)
    rows = connection.execute(statement.order_by(batch_member.c.position).limit(limit)).all()
    return [_batch_place(tuple(row)) for row in rows]


def _batch_place(row: Sequence[object]) -> MemberOut:
    member, (order_no, invt_no, state) = MEMBERS.make(row[:-3]), row[-3:]
    drawn = member.draw
    return MemberOut(
        position=member.position,
        key=member.key,
        state=member.state,
        why=drawn.get("why", ""),
        number=drawn.get("number"),
        declaration_id=member.declaration_id,
        order_no=str(order_no or member.key.rpartition("|")[2]),
        invt_no=str(invt_no or ""),
        list_state=str(state or ""),
    )


def history_of_batch(connection: Connection, sandbox: str, batch_no: str) -> list[HistoryLine]:
    """Return the history of a batch, oldest first."""
    return case_rows.history(connection, sandbox, batch_no, "batch")


def _show(connection: Connection, sandbox: str, number: str, parts: int = PARTS) -> BatchOut | None:
    batch = find_batch(connection, sandbox, number)
    if batch is None:
        return None
    return batch_out(
        batch,
        of_members=tuple(list_members(connection, batch.id, limit=parts)),
        history=history_out(history_of_batch(connection, sandbox, number)),
    )


BATCH_CASES = CaseReader(kind=BATCH_KIND, listed=BATCH_ROWS.newest, out=batch_out, show=_show)
