"""Rows of captured EPCIS events and of the captures that brought them. Never commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, or_, select

from schemas.epcis.facts import EventFacts, GoodsRole, digest_of
from single_window.store.bulk import insert_rows, one_of, upsert_rows
from single_window.store.tables import epcis_capture, epcis_event, epcis_goods

_OF_FACTS = tuple(name for name in EventFacts._fields if name != "goods")
_COLUMNS = ("sandbox", "key", "mailbox", "event_id", "correction", *_OF_FACTS, "recorded_at", "body")


class Capture(NamedTuple):
    """What one document led to: events that it had and that were new; `findings`: JSON, empty: none."""

    id: int
    mailbox: str
    behaviour: str
    at: int
    sent: int
    taken: int
    findings: str


class CapturedEvent(NamedTuple):
    """An event to keep, or kept. `correction`: digest of its error declaration, empty: it has none."""

    event_id: str
    correction: str
    facts: EventFacts
    body: bytes


class EventQuery(NamedTuple):
    """The conditions of a query; empty: any. `mailboxes`: None: of all. `goods`: (digest, parts) of which one is
    enough, each; `after`: the instant and key behind which the page begins."""

    mailboxes: Collection[str] | None = None
    words: Sequence[tuple[str, Collection[str]]] = ()
    since: int | None = None
    until: int | None = None
    recorded_since: int | None = None
    recorded_until: int | None = None
    goods: Sequence[tuple[Collection[str], Collection[GoodsRole]]] = ()
    corrections: bool = False
    after: tuple[int, str] | None = None
    most: int = 30


class FoundEvent(NamedTuple):
    """An event of a query."""

    key: str
    at: int
    recorded_at: int
    body: bytes


def put(connection: Connection, sandbox: str, mailbox: str, now: int, events: Sequence[CapturedEvent]) -> int:
    """Store the events that the mailbox has not captured before; return how many those are."""
    wanted = {digest_of(f"{mailbox}|{event.event_id}|{event.correction}"): event for event in events}
    columns = epcis_event.c
    known = select(columns.key).where(columns.sandbox == sandbox, one_of(connection, columns.key, list(wanted)))
    new = {key: wanted[key] for key in wanted.keys() - set(connection.execute(known).scalars())}
    rows = [
        (
            *(sandbox, key, mailbox, digest_of(event.event_id), event.correction),
            *[getattr(event.facts, name) for name in _OF_FACTS],
            *(now, event.body),
        )
        for key, event in sorted(new.items())
    ]
    upsert_rows(connection, epcis_event, _COLUMNS, rows)
    goods = [(sandbox, digest, str(role), key) for key, event in new.items() for digest, role in event.facts.goods]
    upsert_rows(connection, epcis_goods, ("sandbox", "identifier", "role", "event"), sorted(goods))
    return len(new)


def put_capture(connection: Connection, sandbox: str, capture: Capture) -> None:
    """Store what a document led to."""
    insert_rows(connection, epcis_capture, ("sandbox", *Capture._fields), [(sandbox, *capture)])


def find_capture(connection: Connection, sandbox: str, number: int) -> Capture | None:
    """The capture of this number."""
    columns = epcis_capture.c
    chosen = select(*[columns[name] for name in Capture._fields]).where(
        columns.sandbox == sandbox, columns.id == number
    )
    row = connection.execute(chosen).one_or_none()
    return None if row is None else Capture(*row)


def find(connection: Connection, sandbox: str, query: EventQuery) -> Sequence[FoundEvent]:
    """The events that meet a query, by their time: first their keys, from the index alone, then their rows."""
    columns = epcis_event.c
    chosen = _bounded(select(columns.key).where(columns.sandbox == sandbox), query)
    if query.mailboxes is not None:
        chosen = chosen.where(columns.mailbox.in_(list(query.mailboxes)))
    for name, wanted in query.words:
        chosen = chosen.where(columns[name].in_(list(wanted)))
    for digests, roles in query.goods:
        chosen = chosen.where(columns.key.in_(_of_goods(sandbox, digests, roles)))
    if query.corrections:
        chosen = chosen.where(columns.correction != "")
    # by an expression, where the goods are few: else their events are looked for in all events by time
    order = [columns.at + 0 if query.goods else columns.at, columns.key]
    keys = list(connection.execute(chosen.order_by(*order).limit(query.most)).scalars())
    return _rows(connection, sandbox, keys)


def _rows(connection: Connection, sandbox: str, keys: Sequence[str]) -> Sequence[FoundEvent]:
    columns = epcis_event.c
    chosen = select(*[columns[name] for name in FoundEvent._fields]).where(
        columns.sandbox == sandbox, one_of(connection, columns.key, keys)
    )
    found = {row.key: FoundEvent(*row) for row in connection.execute(chosen)}
    return [found[key] for key in keys]


def _bounded(chosen: Select[Any], query: EventQuery) -> Select[Any]:
    columns = epcis_event.c
    if query.since is not None:
        chosen = chosen.where(columns.at >= query.since)
    if query.until is not None:
        chosen = chosen.where(columns.at < query.until)
    if query.recorded_since is not None:
        chosen = chosen.where(columns.recorded_at >= query.recorded_since)
    if query.recorded_until is not None:
        chosen = chosen.where(columns.recorded_at < query.recorded_until)
    if query.after is not None:
        at, key = query.after
        chosen = chosen.where(or_(columns.at > at, and_(columns.at == at, columns.key > key)))
    return chosen


def _of_goods(sandbox: str, digests: Collection[str], roles: Collection[GoodsRole]) -> Select[Any]:
    goods = epcis_goods.c
    return select(goods.event).where(
        goods.sandbox == sandbox,
        goods.identifier.in_(list(digests)),
        goods.role.in_([str(role) for role in roles]),
    )
