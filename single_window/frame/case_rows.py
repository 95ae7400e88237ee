"""Database queries for cases of any kind: lists from a table with the columns id, sandbox and state, histories, and the
answers made from them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, Table, case, select

from declarations.reasons import Reason
from single_window.frame.kinds import DEFAULT_PAGE_SIZE, CaseKind, CaseT, PageT, ShownT, page
from single_window.frame.typed import HistoryLine
from single_window.store.seals import fetch
from single_window.store.tables import timeline

T = TypeVar("T")
_LARGEST_ID = 2**62


@dataclass(frozen=True, slots=True)
class CaseRows(Generic[T]):
    """The cases in a table with the columns id, sandbox and state. `select` selects what `make` makes a case from;
    `waiting_in`: the states in which a case needs a decision."""

    table: Table
    select: Callable[[], Select[Any]]
    make: Callable[[Any], T]
    waiting_in: Sequence[str] = ()

    def newest(
        self,
        connection: Connection,
        sandbox: str,
        state: str = "",
        merchant: str = "",
        before: int = 0,
        limit: int = DEFAULT_PAGE_SIZE,
        companies: Collection[str] | None = None,
    ) -> list[T]:
        """Return at most `limit` cases, newest first; `before`: only ids below it (0: all); `companies`: theirs."""
        columns = self.table.c
        chosen = self._of(sandbox, columns.id < (before or _LARGEST_ID))
        if state:
            chosen = chosen.where(columns.state == state)
        if merchant:
            chosen = chosen.where(columns.ebc_code == merchant)
        if companies is not None:
            chosen = chosen.where(columns.ebc_code.in_(sorted(companies)))
        return list(map(self.make, connection.execute(chosen.order_by(columns.id.desc()).limit(limit)).all()))

    def waiting(self, connection: Connection, sandbox: str, limit: int = DEFAULT_PAGE_SIZE) -> list[T]:
        """Return at most `limit` cases that need a decision, oldest first."""
        chosen = self._of(sandbox, self.table.c.state.in_(self.waiting_in)).order_by(self.table.c.id).limit(limit)
        return list(map(self.make, connection.execute(chosen).all()))

    def following(self, connection: Connection, sandbox: str, number: int) -> T | None:
        """Return the next case after the id `number` that needs a decision, starting again at the first after the
        last; None: there is no other."""
        others = self._of(sandbox, self.table.c.state.in_(self.waiting_in), self.table.c.id != number)
        return self._first(connection, others.order_by(case((self.table.c.id > number, 0), else_=1), self.table.c.id))

    def find(self, connection: Connection, sandbox: str, condition: ColumnElement[bool]) -> T | None:
        """Return the newest case that meets a condition."""
        return self._first(connection, self._of(sandbox, condition).order_by(self.table.c.id.desc()))

    def _of(self, sandbox: str, *conditions: ColumnElement[bool]) -> Select[Any]:
        return self.select().where(self.table.c.sandbox == sandbox, *conditions)

    def _first(self, connection: Connection, chosen: Select[Any]) -> T | None:
        row = connection.execute(chosen.limit(1)).first()
        return None if row is None else self.make(row)


_COLUMNS = [timeline.c[name] for name in HistoryLine._fields]


def history(
    connection: Connection, sandbox: str, order_no: str, kind: str, *further: ColumnElement[bool]
) -> list[HistoryLine]:
    """Return the history of a kind of document stored under a number, oldest first; `further` are extra conditions."""
    chosen = select(*_COLUMNS).where(
        timeline.c.sandbox == sandbox, timeline.c.order_no == order_no, timeline.c.kind == kind, *further
    )
    shown = len(_COLUMNS) - 1
    return [
        HistoryLine._make(
            (*row[:shown], msgspec.json.decode(row.reasons, type=tuple[Reason, ...]) if row.reasons else ())
        )
        for row in fetch(connection, chosen.order_by(timeline.c.id), timeline)
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
