"""Cases of any kind read from the database: rows of a list (of a table with the columns id, sandbox and state), what
was noted about one, and the answers made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, Table, case, select

from declarations.reasons import Reason
from single_window.frame.kinds import MOST, CaseKind, CaseT, PageT, ShownT, page
from single_window.store.tables import timeline

_LARGEST_ID = 2**62


def newest(
    chosen: Select[Any], table: Table, sandbox: str, *, state: str = "", merchant: str = "", before: int = 0, most: int
) -> Select[Any]:
    """At most so many, newest first; `before`: ids below it (0: the newest)."""
    chosen = chosen.where(table.c.sandbox == sandbox, table.c.id < (before or _LARGEST_ID))
    if state:
        chosen = chosen.where(table.c.state == state)
    if merchant:
        chosen = chosen.where(table.c.ebc_code == merchant)
    return chosen.order_by(table.c.id.desc()).limit(most)


def waiting(chosen: Select[Any], table: Table, sandbox: str, states: Iterable[str], most: int) -> Select[Any]:
    """At most so many of those in these states, the oldest first."""
    return chosen.where(table.c.sandbox == sandbox, table.c.state.in_(states)).order_by(table.c.id).limit(most)


def following(chosen: Select[Any], table: Table, sandbox: str, states: Iterable[str], number: int) -> Select[Any]:
    """The one in these states next after the id `number`; behind the last comes the first."""
    others = chosen.where(table.c.sandbox == sandbox, table.c.state.in_(states), table.c.id != number)
    return others.order_by(case((table.c.id > number, 0), else_=1), table.c.id).limit(1)


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
    """The lines noted about a kind of document under a number, oldest first; `further` conditions narrow it."""
    chosen = select(*_COLUMNS).where(
        timeline.c.sandbox == sandbox, timeline.c.order_no == order_no, timeline.c.kind == kind, *further
    )
    return [
        HistoryLine._make((*row[:-1], msgspec.json.decode(row.reasons, type=tuple[Reason, ...]) if row.reasons else ()))
        for row in connection.execute(chosen.order_by(timeline.c.id))
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReader(Generic[CaseT, PageT, ShownT]):
    """The cases of a kind, as the database has them.

    `listed` takes a connection, a sandbox, the kind's filters by name and `most`, and gives records, newest first
    unless the kind's `key` is not the id; `out` makes an answer of each. `show` takes a connection, a sandbox and a
    number, of kinds with `parts` also how many of them at most, and gives the case with its history, None where there
    is none."""

    kind: CaseKind[CaseT, PageT, ShownT]
    listed: Callable[..., Sequence[Any]]
    out: Callable[[Any], CaseT]
    show: Callable[..., ShownT | None]

    def page(self, connection: Connection, sandbox: str, *, limit: int = MOST, **filters: Any) -> PageT:
        """A page of at most `limit` cases."""
        records = self.listed(connection, sandbox, most=limit + 1, **filters)
        first, following = page(records, limit, by=self.kind.key)
        return self.kind.paged(tuple(map(self.out, first)), following)
