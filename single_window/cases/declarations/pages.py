"""The lists of a sandbox, newest first, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from declarations import lifecycle
from declarations.money import plain
from single_window.language import words
from single_window.language.words import Words
from single_window.store.tables import declaration, document, message

MOST = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the list."""

    id: int
    order_no: str
    invt_no: str
    cop_no: str
    state: str
    words: Words
    trade_mode: str
    value: str
    received_at: int
    flow: str
    flow_words: Words
    batch_no: str


def page(
    connection: Connection, sandbox: str, state: str = "", before: int = 0, most: int = MOST, flow: str = ""
) -> tuple[list[Listed], int]:
    """At most `most` lists with ids below `before` (0: the newest), in one state or any, of one flow or both; and where
    the next page begins (0: there is none)."""
    columns = [
        declaration.c[name]
        for name in ("id", "order_no", "invt_no", "cop_no", "state", "trade_mode", "value", "flow", "batch_no")
    ]
    where = [declaration.c.sandbox == sandbox]
    if state:
        where.append(declaration.c.state == state)
    if flow:
        where.append(declaration.c.flow == flow)
    if before > 0:
        where.append(declaration.c.id < before)
    rows = connection.execute(
        select(*columns, message.c.received_at)
        .outerjoin(document, document.c.id == declaration.c.document_id)
        .outerjoin(message, message.c.id == document.c.message_id)
        .where(*where)
        .order_by(declaration.c.id.desc())
        .limit(most + 1)
    ).all()
    listed = [_listed(row) for row in rows[:most]]
    return listed, listed[-1].id if len(rows) > most else 0


def _listed(row: Any) -> Listed:
    return Listed(
        row.id,
        row.order_no,
        row.invt_no,
        row.cop_no,
        row.state,
        words.state(row.state),
        row.trade_mode,
        plain(row.value),
        row.received_at or 0,
        row.flow,
        words.flow(row.flow),
        row.batch_no,
    )


def states() -> Sequence[tuple[str, Words]]:
    """The states of a list, in the order of the lifecycle."""
    return [(state.name, Words(state.zh, state.en)) for state in lifecycle.lifecycles()["declaration"].states.values()]
