"""Which cases a list holds, of a table with the columns id, sandbox and state: the newest first, or those that wait."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, Table, case

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
