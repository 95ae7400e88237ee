"""The import lists that spot checks draw from, with the grades of their merchants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from declarations.documents import Inventory, unpack
from gateways.spot_checks.repository import ReleasedGoods
from single_window.store.bulk import one_of
from single_window.store.tables import declaration, document, participant


def released_goods(
    connection: Connection, sandbox: str, draw_from: int, draw_until: int, after: int, most: int
) -> Sequence[ReleasedGoods]:
    """Return at most `most` lists released from one instant to before another, by id, those above `after`."""
    columns = declaration.c
    chosen = _lists(sandbox).where(
        columns.id > after,
        columns.released_at >= draw_from,
        columns.released_at < draw_until,
        columns.released_at > 0,
    )
    return _goods(connection, sandbox, connection.execute(chosen.order_by(columns.id).limit(most)).all())


def lists_of(connection: Connection, sandbox: str, ids: Sequence[int]) -> Sequence[ReleasedGoods]:
    """Return lists by their ids, released or not."""
    if not ids:
        return ()
    rows = connection.execute(_lists(sandbox).where(one_of(connection, declaration.c.id, ids))).all()
    return _goods(connection, sandbox, rows)


def _lists(sandbox: str) -> Select[Any]:
    columns = declaration.c
    return (
        select(columns.id, columns.invt_no, columns.released_at, document.c.facts)
        .join(document, document.c.id == columns.document_id)
        .where(columns.sandbox == sandbox, columns.flow == "I")
    )


def _goods(connection: Connection, sandbox: str, rows: Sequence[Row[Any]]) -> Sequence[ReleasedGoods]:
    facts = {row.id: unpack(Inventory, row.facts) for row in rows}
    companies = sorted({listed.ebc_code for listed in facts.values()})
    chosen = select(participant.c.code, participant.c.credit_grade).where(
        participant.c.sandbox == sandbox, one_of(connection, participant.c.code, companies)
    )
    grades = {row.code: row.credit_grade for row in connection.execute(chosen)} if companies else {}
    return [
        ReleasedGoods(row.id, row.invt_no, facts[row.id], grades.get(facts[row.id].ebc_code, ""), row.released_at)
        for row in rows
    ]
