"""Dated values that an administrator changed for a sandbox, and the law book in which they stand. Never commits.

Rows are only added: each names the decision that made it. Of two for the same day that of the later decision holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from declarations.calendar import day_of
from declarations.parameters import Parameters
from declarations.parameters.changing import OwnValue, law_with
from declarations.parameters.values import Content
from single_window.store.bulk import insert_rows
from single_window.store.prepared import fetch_all
from single_window.store.tables import sandbox_value


class ValueChange(NamedTuple):
    """A row: the value (JSON) of a parameter from a day on, who decided, who approved (empty: not required), and the
    sandbox's instant."""

    decision_id: int
    sandbox: str
    name: str
    since: str
    value: str
    by: str
    second: str
    at: int


_OF_SANDBOX = (
    select(*[sandbox_value.c[name] for name in ValueChange._fields])
    .where(sandbox_value.c.sandbox == bindparam("of_sandbox"))
    .order_by(sandbox_value.c.decision_id)
)


def extended(connection: Connection, sandbox: str, base: Parameters) -> Parameters:
    """A law book with the values of a sandbox; nothing changed, or nothing new: the same object as before."""
    rows = fetch_all(connection, _OF_SANDBOX, {"of_sandbox": sandbox})
    return _with(tuple(ValueChange._make(row) for row in rows), base) if rows else base


def keep(connection: Connection, change: ValueChange) -> None:
    """Add a value."""
    insert_rows(connection, sandbox_value, ValueChange._fields, [change])


def version(connection: Connection, sandbox: str, name: str) -> int:
    """The version that a sandbox has of a parameter: 1, and one more for each change."""
    counted = (
        select(func.count())
        .select_from(sandbox_value)
        .where(sandbox_value.c.sandbox == sandbox, sandbox_value.c.name == name)
    )
    return 1 + int(connection.execute(counted).scalar_one())


def newest(connection: Connection, sandbox: str, names: Sequence[str]) -> Mapping[str, str]:
    """Of each parameter that a sandbox changed: the value of its last change and the day from which it holds."""
    rows = connection.execute(
        select(sandbox_value.c.name, sandbox_value.c.value, sandbox_value.c.since)
        .where(sandbox_value.c.sandbox == sandbox, sandbox_value.c.name.in_(names))
        .order_by(sandbox_value.c.decision_id)
    )
    return {row.name: f"{row.value} @{row.since}" for row in rows}


def written(content: Content) -> str:
    """A value as it is kept: JSON with its numbers as texts."""
    plain = (
        f"{content:f}"
        if isinstance(content, Decimal)
        else content
        if isinstance(content, str)
        else {key: f"{number:f}" for key, number in content.items()}
    )
    return msgspec.json.encode(plain).decode()


def _read(text: str) -> Content:
    decoded: Any = msgspec.json.decode(text)
    return {key: Decimal(number) for key, number in decoded.items()} if isinstance(decoded, dict) else Decimal(decoded)


@lru_cache(maxsize=32)
def _with(changes: tuple[ValueChange, ...], base: Parameters) -> Parameters:
    return law_with(
        [
            OwnValue(change.name, date.fromisoformat(change.since), _read(change.value), _source(change))
            for change in changes
        ],
        base,
    )


def _source(change: ValueChange) -> str:
    approved = f"，{change.second}复核 (approved by {change.second})" if change.second else ""
    return (
        f"沙盒{change.sandbox}：{change.by}于{day_of(change.at)}更改 (changed by {change.by}){approved}，"
        f"决定{change.decision_id} (decision {change.decision_id})"
    )
