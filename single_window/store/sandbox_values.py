"""Dated values that an administrator changed for a sandbox, and the law book that contains them. Never commits.

Rows are only added, each with its decision. Of two rows for the same day the later decision applies.
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
from declarations.parameters.changing import SANDBOX_ONLY, OwnValue, law_with
from declarations.parameters.values import Content
from single_window.store.bulk import insert_rows
from single_window.store.prepared import fetch_all
from single_window.store.tables import sandbox_value


class ValueChange(NamedTuple):
    """The value (JSON) of a parameter from the day `since` on. `by` decided, `second` approved (empty: not required),
    `at` the sandbox's instant."""

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


def extend_law_book(connection: Connection, sandbox: str, base: Parameters) -> Parameters:
    """The law book `base` with the changed values of a sandbox. Cached: without new changes the same object."""
    rows = fetch_all(connection, _OF_SANDBOX, {"of_sandbox": sandbox})
    return _with(tuple(ValueChange._make(row) for row in rows), base) if rows else base


def add(connection: Connection, change: ValueChange) -> None:
    """Insert a changed value."""
    insert_rows(connection, sandbox_value, ValueChange._fields, [change])


def version(connection: Connection, sandbox: str, name: str) -> int:
    """The version of a parameter in a sandbox: 1 plus the number of changes."""
    counted = (
        select(func.count())
        .select_from(sandbox_value)
        .where(sandbox_value.c.sandbox == sandbox, sandbox_value.c.name == name)
    )
    return 1 + int(connection.execute(counted).scalar_one())


def newest(connection: Connection, sandbox: str, names: Sequence[str]) -> Mapping[str, str]:
    """Changed parameter → "VALUE @DAY" of its last change."""
    rows = connection.execute(
        select(sandbox_value.c.name, sandbox_value.c.value, sandbox_value.c.since)
        .where(sandbox_value.c.sandbox == sandbox, sandbox_value.c.name.in_(names))
        .order_by(sandbox_value.c.decision_id)
    )
    return {row.name: f"{row.value} @{row.since}" for row in rows}


def to_text(content: Content) -> str:
    """Encode a value as JSON with its numbers as strings."""
    return msgspec.json.encode(_plain(content)).decode()


def _plain(content: Any) -> Any:
    if isinstance(content, Decimal):
        return f"{content:f}"
    return {key: _plain(inner) for key, inner in content.items()} if isinstance(content, Mapping) else content


def _from_text(name: str, text: str) -> Content:
    """Decode a value. The fields of a profile stay as they are: its shape says which are numbers."""
    decoded: Any = msgspec.json.decode(text)
    if name.startswith(SANDBOX_ONLY):
        profile: Content = decoded
        return profile
    return {key: Decimal(number) for key, number in decoded.items()} if isinstance(decoded, dict) else Decimal(decoded)


@lru_cache(maxsize=32)
def _with(changes: tuple[ValueChange, ...], base: Parameters) -> Parameters:
    return law_with(
        [
            OwnValue(
                change.name, date.fromisoformat(change.since), _from_text(change.name, change.value), _source(change)
            )
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
