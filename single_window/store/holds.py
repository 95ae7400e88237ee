"""Rows of holds. A sandbox that never had one is marked as such, and nothing is read there. Never commits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, and_, delete, or_, select, tuple_, update

from declarations.reasons import Reason
from gateways.holds import Held, Hold, LiftedHold
from single_window.store.bulk import one_of, upsert_rows
from single_window.store.engine import read_once
from single_window.store.records import to_json
from single_window.store.tables import hold, sandbox

_COLUMNS = ("sandbox", "kind", "key", "by", "reason", "since", "until")
_reasons = msgspec.json.Decoder(tuple[Reason, ...])


def place(connection: Connection, name: str, holds: Sequence[Hold]) -> None:
    """Place holds in a sandbox; one that the same placed before gets the new reason and end."""
    if not holds:
        return
    rows = [
        (name, str(held.kind), held.key, held.by, to_json((held.reason,)), held.since, held.until) for held in holds
    ]
    upsert_rows(connection, hold, _COLUMNS, rows, replace=("reason", "since", "until"))
    read_once(connection, "holds", set[str]).add(name)
    connection.execute(update(sandbox).where(sandbox.c.name == name, sandbox.c.holds == 0).values(holds=1))


def placed_now(connection: Connection, name: str) -> bool:
    """True if this transaction has placed a hold in a sandbox."""
    return name in read_once(connection, "holds", set[str])


def lift(connection: Connection, name: str, lifted: Iterable[LiftedHold]) -> int:
    """Lift holds; those that are not there are ignored. Return how many there were."""
    keys = [(str(held.kind), held.key, held.by) for held in lifted]
    if keys:
        own = tuple_(hold.c.kind, hold.c.key, hold.c.by).in_(keys)
        return connection.execute(delete(hold).where(hold.c.sandbox == name, own)).rowcount
    return 0


def of_keys(
    connection: Connection, name: str, kind: Held, keys: Collection[str], now: int
) -> Mapping[str, Sequence[Hold]]:
    """The holds in force at the sandbox's instant `now`, by key, for those of these keys that have any."""
    found: dict[str, list[Hold]] = {}
    if keys:
        for row in connection.execute(_in_force(name, kind, now).where(one_of(connection, hold.c.key, keys))):
            found.setdefault(row.key, []).append(_hold(row))
    return found


def is_held(connection: Connection, name: str, kind: Held, key: str, by: str = "") -> bool:
    """True if a key is held, by this one if it is named, whether the hold has begun or ended by itself or not."""
    chosen = select(hold.c.key).where(hold.c.sandbox == name, hold.c.kind == str(kind), hold.c.key == key).limit(1)
    return connection.execute(chosen.where(hold.c.by == by) if by else chosen).first() is not None


def keys_held(connection: Connection, name: str, kind: Held, now: int, *, lasting: bool) -> Collection[str]:
    """All keys of a kind that are held at the sandbox's instant `now`; `lasting`: none of these holds is lifted before
    the transaction ends."""
    chosen = _in_force(name, kind, now)
    return {row.key for row in connection.execute(chosen.with_for_update(read=True) if lasting else chosen)}


def _in_force(name: str, kind: Held, now: int) -> Select[Any]:
    lasts = and_(hold.c.since <= now, or_(hold.c.until == 0, hold.c.until > now))
    columns = [hold.c[column] for column in _COLUMNS[1:]]
    return select(*columns).where(hold.c.sandbox == name, hold.c.kind == str(kind), lasts)


def _hold(row: Row[Any]) -> Hold:
    return Hold(Held(row.kind), row.key, row.by, _reasons.decode(row.reason)[0], row.since, row.until)
