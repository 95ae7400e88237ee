"""What has happened to a case of any kind: its lines of the timeline."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from declarations.reasons import Reason
from single_window.store.tables import timeline


class HistoryLine(NamedTuple):
    """One line of a case's history; `key` is that of its subject (of a batch the number of the request that the line
    answers), `at` the instant in milliseconds."""

    id: int
    key: str
    at: int
    actor: str
    event: str
    state: str
    reasons: tuple[Reason, ...]


_COLUMNS = [timeline.c[name] for name in HistoryLine._fields]


def history(
    connection: Connection, sandbox: str, order_no: str, kind: str, *further: ColumnElement[bool]
) -> list[HistoryLine]:
    """What was noted about a kind of document under a number, oldest first; `further` conditions narrow it."""
    chosen = select(*_COLUMNS).where(
        timeline.c.sandbox == sandbox, timeline.c.order_no == order_no, timeline.c.kind == kind, *further
    )
    return [
        HistoryLine._make((*row[:-1], msgspec.json.decode(row.reasons, type=tuple[Reason, ...]) if row.reasons else ()))
        for row in connection.execute(chosen.order_by(timeline.c.id))
    ]
