"""Database queries for cases of any kind: lists from a table with the columns id, sandbox and state, histories, and the
answers made from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, Table, case, select

from declarations.reasons import Reason
from single_window.frame.kinds import DEFAULT_PAGE_SIZE, CaseKind, CaseT, PageT, ShownT, page
from single_window.store.tables import timeline

_LARGEST_ID = 2**62


def newest(
    chosen: Select[Any], table: Table, sandbox: str, *, state: str = "", merchant: str = "", before: int = 0, limit: int
) -> Select[Any]:
    """Limit a select to `limit` rows, newest first; `before`: only ids below it (0: all)."""
    chosen = chosen.where(table.c.sandbox == sandbox, table.c.id < (before or _LARGEST_ID))
    if state:
        chosen = chosen.where(table.c.state == state)
    if merchant:
        chosen = chosen.where(table.c.ebc_code == merchant)
    return chosen.order_by(table.c.id.desc()).limit(limit)


def waiting(chosen: Select[Any], table: Table, sandbox: str, states: Iterable[str], most: int) -> Select[Any]:
    """Limit a select to `most` rows in these states, oldest first."""
    return chosen.where(table.c.sandbox == sandbox, table.c.state.in_(states)).order_by(table.c.id).limit(most)


def following(chosen: Select[Any], table: Table, sandbox: str, states: Iterable[str], number: int) -> Select[Any]:
    """Limit a select to the next row in these states after the id `number`, starting again at the first after the
    last."""
    others = chosen.where(table.c.sandbox == sandbox, table.c.state.in_(states), table.c.id != number)
    return others.order_by(case((table.c.id > number, 0), else_=1), table.c.id).limit(1)


class HistoryLine(NamedTuple):
    """One event in a case's history. `key` is the key of the subject (for a batch, the id of the request that caused
    the event), `at` the instant in milliseconds."""

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
    """Return the history of a kind of document stored under a number, oldest first; `further` are extra conditions."""
    chosen = select(*_COLUMNS).where(
        timeline.c.sandbox == sandbox, timeline.c.order_no == order_no, timeline.c.kind == kind, *further
    )
    return [
        HistoryLine._make((*row[:-1], msgspec.json.decode(row.reasons, type=tuple[Reason, ...]) if row.reasons else ()))
        for row in connection.execute(chosen.order_by(timeline.c.id))
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReader(Generic[CaseT, PageT, ShownT]):
    """The queries for a kind of case.

    `listed(connection, sandbox, limit=…, **filters)` returns at most `limit` records, newest first (by key, if the
    kind's `key` is not the id). `out(record)` returns the answer about one. `show(connection, sandbox, number)` returns
    the case with its history, or None; for kinds with parts it accepts `parts`, their maximum number."""

    kind: CaseKind[CaseT, PageT, ShownT]
    listed: Callable[..., Sequence[Any]]
    out: Callable[[Any], CaseT]
    show: Callable[..., ShownT | None]

    def page(self, connection: Connection, sandbox: str, *, limit: int = DEFAULT_PAGE_SIZE, **filters: Any) -> PageT:
        """Return a page of at most `limit` cases."""
        records = self.listed(connection, sandbox, limit=limit + 1, **filters)
        first, following = page(records, limit, by=self.kind.key)
        return self.kind.paged(tuple(map(self.out, first)), following)
