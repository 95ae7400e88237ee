"""Push channels of receipts: position in the mailbox, health, and the process that serves the channel now.

A process holds a channel for a short time to serve it. Its writes are compare-and-set, so that they fail if a command
has moved the channel or another process has taken it over.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, select, update

from single_window.store import taken_receipts
from single_window.store.bulk import upsert_rows
from single_window.store.names import ACTIVE, OFF, OPENING
from single_window.store.prepared import fetch_all
from single_window.store.tables import channel, mailbox


@dataclass(frozen=True, slots=True)
class Channel:
    """A push channel of one participant. Instants are milliseconds; 0: never, or (`next_at`) at once."""

    sandbox: str
    dxp_id: str
    kind: str
    address: str = ""
    secret: str = field(default="", repr=False)
    state: str = ACTIVE
    position: int = 0
    """Sequence number of the last receipt that the receiver has confirmed."""
    tried: int = 0
    """Last sequence number of the last attempt: the next one sends the same messages under the same ids."""
    failures: int = 0
    next_at: int = 0
    blocked_at: int = 0
    last_error: str = ""
    delivered_at: int = 0
    made_at: int = 0
    holder: str = ""
    held_until: int = 0
    """On the machine's clock."""


_NAMES = tuple(field.name for field in fields(Channel))
_COLUMNS = tuple(channel.c[name] for name in _NAMES)
_KEY = ("sandbox", "dxp_id", "kind")


def find(connection: Connection, sandbox: str, dxp_id: str, kind: str, *, lock: bool = False) -> Channel | None:
    """A channel, or None; `lock`: lock its row until the end of the transaction."""
    statement = select(*_COLUMNS).where(_is(sandbox, dxp_id, kind))
    row = connection.execute(statement.with_for_update() if lock else statement).first()
    return Channel(*row) if row else None


def of_sandbox(connection: Connection, sandbox: str | None = None, kind: str | None = None) -> list[Channel]:
    """The channels of a sandbox and of a kind; None: all."""
    statement = select(*_COLUMNS).order_by(*[channel.c[name] for name in _KEY])
    if sandbox is not None:
        statement = statement.where(channel.c.sandbox == sandbox)
    if kind is not None:
        statement = statement.where(channel.c.kind == kind)
    return [Channel(*row) for row in connection.execute(statement)]


_WAITING = (
    select(*_COLUMNS)
    .join(mailbox, and_(mailbox.c.sandbox == channel.c.sandbox, mailbox.c.dxp_id == channel.c.dxp_id))
    .where(
        channel.c.kind == bindparam("of_kind"),
        channel.c.state != OFF,
        channel.c.held_until < bindparam("now"),
        mailbox.c.next > channel.c.position + 1,
    )
    .order_by(channel.c.delivered_at, channel.c.sandbox, channel.c.dxp_id)
)


def waiting(connection: Connection, kind: str, system: int) -> list[Channel]:
    """Channels of a kind with undelivered receipts that no process holds, the longest unserved first."""
    return [Channel(*row) for row in fetch_all(connection, _WAITING, {"of_kind": kind, "now": system})]


def behind(connection: Connection, sandbox: str) -> dict[tuple[str, str], int]:
    """(DXP id, kind) → number of undelivered receipts."""
    rows = connection.execute(
        select(channel.c.dxp_id, channel.c.kind, func.coalesce(mailbox.c.next, 1) - 1 - channel.c.position)
        .outerjoin(mailbox, and_(mailbox.c.sandbox == channel.c.sandbox, mailbox.c.dxp_id == channel.c.dxp_id))
        .where(channel.c.sandbox == sandbox)
    )
    return {(dxp_id, kind): max(0, count) for dxp_id, kind, count in rows}


# called by the process that serves the channel


def take(
    connection: Connection, chosen: Channel, holder: str, *, tried: int, until: int, system: int
) -> Channel | None:
    """Compare-and-set: hold a free channel until an instant of the machine; None: another process was first.

    Returns the updated channel, for the calls that follow. `holder` must be unique.
    """
    values = {"holder": holder, "held_until": until, "tried": tried}
    unchanged = (channel.c.position == chosen.position, channel.c.tried == chosen.tried)
    taken = _change(connection, chosen, channel.c.held_until < system, *unchanged, channel.c.state != OFF, **values)
    return replace(chosen, holder=holder, held_until=until, tried=tried) if taken else None


def confirm(connection: Connection, held: Channel, *, position: int, until: int, now: int) -> Channel | None:
    """Record that the receiver has everything up to a position; returns the updated channel.

    None: stop, because the channel was switched off (the position is recorded), moved or taken by another process.
    """
    still_held = (channel.c.holder == held.holder, channel.c.position == held.position)
    fresh = {
        "position": position,
        "held_until": until,
        "delivered_at": now,
        "state": ACTIVE,
        "failures": 0,
        "next_at": 0,
        "blocked_at": 0,
        "last_error": "",
    }
    is_active = _change(connection, held, *still_held, channel.c.state != OFF, **fresh)
    is_off = {"position": position, "delivered_at": now}
    if is_active or _change(connection, held, *still_held, channel.c.state == OFF, **is_off):
        taken_receipts.extend(connection, held.sandbox, held.dxp_id, held.position, position)
    return replace(held, **fresh) if is_active else None  # type: ignore[arg-type]


def fail(
    connection: Connection, held: Channel, *, state: str, failures: int, next_at: int, blocked_at: int, error: str
) -> None:
    """Record a failed attempt and the instant of the next, and release the channel, if it is still held."""
    _change(
        connection,
        held,
        channel.c.holder == held.holder,
        channel.c.state != OFF,
        state=state,
        failures=failures,
        next_at=next_at,
        blocked_at=blocked_at,
        last_error=error,
    )
    release(connection, held)


def release(connection: Connection, held: Channel) -> None:
    """Release a channel, if it is still held."""
    _change(connection, held, channel.c.holder == held.holder, holder="", held_until=0)


# called for the channel's owner


def put(connection: Connection, chosen: Channel) -> None:
    """Insert a channel, or replace its configuration and position; the holder stays."""
    replaced = [name for name in _NAMES if name not in (*_KEY, "made_at", "holder", "held_until", "delivered_at")]
    upsert_rows(connection, channel, _NAMES, [tuple(getattr(chosen, name) for name in _NAMES)], replace=tuple(replaced))


def mark_opened(connection: Connection, chosen: Channel) -> bool:
    """Record that the queues of a channel exist; False: it is not being opened."""
    return _change(connection, chosen, channel.c.state == OPENING, state=ACTIVE)


def switch_off(connection: Connection, chosen: Channel) -> bool:
    """Stop deliveries on a channel; False: it is off already."""
    return _change(
        connection,
        chosen,
        channel.c.state != OFF,
        state=OFF,
        failures=0,
        next_at=0,
        blocked_at=0,
        last_error="",
        tried=0,
    )


def move(connection: Connection, chosen: Channel, position: int) -> bool:
    """Set the position of a channel, and deliver from there at once."""
    return _change(connection, chosen, channel.c.state != OFF, position=position, tried=0, next_at=0)


def hurry(connection: Connection, chosen: Channel) -> bool:
    """Make the next attempt due now."""
    return _change(connection, chosen, channel.c.state != OFF, next_at=0)


def _is(sandbox: str, dxp_id: str, kind: str) -> ColumnElement[bool]:
    return and_(channel.c.sandbox == sandbox, channel.c.dxp_id == dxp_id, channel.c.kind == kind)


def _change(connection: Connection, chosen: Channel, *where: ColumnElement[bool], **values: Any) -> bool:
    statement = update(channel).where(_is(chosen.sandbox, chosen.dxp_id, chosen.kind), *where).values(**values)
    return bool(connection.execute(statement).rowcount)
