"""Deadlines: events that are filed when a sandbox's clock reaches an instant."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select, union_all, update
from sqlalchemy import text as sql

from declarations.calendar import instant_of
from gateways.agency import running_on
from gateways.records import DeadlineDraft
from single_window.store.bulk import begins_with, chunks, encode, one_of
from single_window.store.prepared import fetch_all
from single_window.store.tables import deadline
from single_window.store.tables import sandbox as sandboxes


def _of_each_sandbox(order: ColumnElement[int]) -> Select[Any]:
    """Name of a sandbox and the due instant of its open deadline that is first in this order."""
    of_sandbox = select(deadline.c.due).where(deadline.c.sandbox == sandboxes.c.name, sql("deadline.state = 'open'"))
    return select(sandboxes.c.name, of_sandbox.order_by(order).limit(1).correlate(sandboxes).scalar_subquery())


_FIRST, _LAST = _of_each_sandbox(deadline.c.due.asc()), _of_each_sandbox(deadline.c.due.desc())


HELD = instant_of(date(9999, 12, 31))
"""What is added to the due instant of a deadline that waits: it sorts last and is never due."""


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
    chosen = chosen.where(deadline.c.due <= until if until is not None else deadline.c.due < HELD)
    return [DueDeadline(*row) for row in connection.execute(chosen)]


def not_open(
    connection: Connection, sandbox: str, drafts: Sequence[DeadlineDraft], besides: Sequence[DeadlineDraft]
) -> list[DeadlineDraft]:
    """Those of these deadlines, each once, that are neither open in the sandbox nor among `besides`."""
    wanted = {(draft.route.topic, encode(draft.payload).decode()): draft for draft in drafts if draft not in besides}
    found: set[tuple[str, str]] = set()
    for subjects in chunks(sorted({subject for _, subject in wanted})):
        rows = select(deadline.c.kind, deadline.c.subject).where(
            deadline.c.sandbox == sandbox,
            sql("deadline.state = 'open'"),
            one_of(connection, deadline.c.subject, subjects),
        )
        found.update((kind, subject) for kind, subject in connection.execute(rows))
    return [draft for key, draft in wanted.items() if key not in found]


def hold(connection: Connection, sandbox: str, ids: Sequence[int], held: Collection[str]) -> Collection[int]:
    """Let those of these deadlines wait that concern a held subject (`held`: ids as texts), unless they stand still
    for nobody; return their ids."""
    standing = (one_of(connection, deadline.c.id, ids), deadline.c.kind.not_in(running_on()))
    rows = connection.execute(select(deadline.c.id, deadline.c.subject).where(*standing))
    waiting = {row.id for row in rows if _subject_of(row.subject) in held}
    if waiting:
        still_due = (deadline.c.sandbox == sandbox, deadline.c.state == "open", deadline.c.due < HELD)
        changed = update(deadline).where(one_of(connection, deadline.c.id, sorted(waiting)), *still_due)
        connection.execute(changed.values(due=deadline.c.due + HELD))
    return waiting


def free(connection: Connection, sandbox: str, held: Collection[str]) -> Sequence[int]:
    """The ids of deadlines that wait though nobody holds their subject any more (`held`: ids as texts)."""
    rows = connection.execute(select(deadline.c.id, deadline.c.subject).where(*_waiting(sandbox)))
    return [row.id for row in rows if _subject_of(row.subject) not in held]


def let_go(connection: Connection, sandbox: str, ids: Sequence[int]) -> None:
    """Let deadlines that wait be due when they were."""
    freed = update(deadline).where(one_of(connection, deadline.c.id, ids), *_waiting(sandbox))
    connection.execute(freed.values(due=deadline.c.due - HELD))


def _waiting(sandbox: str) -> tuple[ColumnElement[bool], ...]:
    return deadline.c.sandbox == sandbox, deadline.c.state == "open", deadline.c.due >= HELD


def _subject_of(payload: str) -> str:
    """The id of the subject of a deadline, the first of its payload."""
    return str(next(iter(msgspec.json.decode(payload)), ""))


def release(connection: Connection, sandbox: str, subject_id: str, now: int) -> None:
    """Let the held deadlines of a subject be due at the sandbox's instant `now`."""
    rows = connection.execute(select(deadline.c.id, deadline.c.subject).where(*_waiting(sandbox)))
    ids = [row.id for row in rows if _subject_of(row.subject) == subject_id]
    if ids:
        connection.execute(
            update(deadline).where(one_of(connection, deadline.c.id, ids), *_waiting(sandbox)).values(due=now)
        )


def resume(connection: Connection, sandbox: str, subject_id: str, now: int, waited: int) -> None:
    """Let all open deadlines of a subject but those that stand still for nobody be due as much later as it has waited,
    held or not; at the earliest at the sandbox's instant `now`."""
    column, named = deadline.c, (subject_id, encode(subject_id).decode())  # a number, or a code of digits
    about = [column.subject == f"[{key}]" for key in named]
    about += [begins_with(connection, column.subject, f"[{key},") for key in named]
    standing = (column.sandbox == sandbox, column.state == "open", column.kind.not_in(running_on()))
    still_open = select(column.id, column.due).where(*standing)
    for row in connection.execute(union_all(*[still_open.where(subject) for subject in about])).all():
        later = max(now, row.due % HELD + waited)
        connection.execute(update(deadline).where(column.id == row.id, column.state == "open").values(due=later))


def with_held(connection: Connection, names: Collection[str]) -> list[str]:
    """The sandboxes among these that have deadlines which wait, in the same order."""
    last = {name: due for name, due in fetch_all(connection, _LAST, {})}
    return [name for name in names if (last.get(name) or 0) >= HELD]


def with_due(connection: Connection, instants: Mapping[str, int]) -> list[str]:
    """The sandboxes among `instants` (name → its instant) that have a due deadline, in the same order."""
    first = {name: due for name, due in fetch_all(connection, _FIRST, {})}
    return [name for name, now in instants.items() if (due := first.get(name)) is not None and due <= now]
