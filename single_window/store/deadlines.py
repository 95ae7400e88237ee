"""Deadlines: events that are filed when a sandbox's clock reaches an instant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection, and_, or_, select
from sqlalchemy import text as sql

from single_window.store.prepared import fetch_all
from single_window.store.tables import deadline
from single_window.store.tables import sandbox as sandboxes

_FIRST = select(
    sandboxes.c.name,
    select(deadline.c.due)
    .where(deadline.c.sandbox == sandboxes.c.name, sql("deadline.state = 'open'"))
    .order_by(deadline.c.due)
    .limit(1)
    .correlate(sandboxes)
    .scalar_subquery(),
)


class DueDeadline(NamedTuple):
    """A deadline; `subject` is the payload of its event as JSON."""

    id: int
    due: int
    kind: str
    subject: str


def page(
    connection: Connection, sandbox: str, after: tuple[int, int], limit: int, until: int | None = None
) -> list[DueDeadline]:
    """Open deadlines after the cursor (instant, id) and up to and including `until`, in due order."""
    instant, number = after
    chosen = (
        select(deadline.c.id, deadline.c.due, deadline.c.kind, deadline.c.subject)
        .where(deadline.c.sandbox == sandbox, deadline.c.state == "open", deadline.c.due >= instant)
        .where(or_(deadline.c.due > instant, and_(deadline.c.due == instant, deadline.c.id > number)))
        .order_by(deadline.c.due, deadline.c.id)
        .limit(limit)
    )
    if until is not None:
        chosen = chosen.where(deadline.c.due <= until)
    return [DueDeadline(*row) for row in connection.execute(chosen)]


def with_due(connection: Connection, instants: Mapping[str, int]) -> list[str]:
    """The sandboxes among `instants` (name → its instant) that have a due deadline, in the same order."""
    first = {name: due for name, due in fetch_all(connection, _FIRST, {})}
    return [name for name, now in instants.items() if (due := first.get(name)) is not None and due <= now]
