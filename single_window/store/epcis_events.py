"""Rows of captured EPCIS events and of the captures that brought them. Never commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, or_, select

from schemas.epcis.facts import EventFacts, GoodsRole, digest_of
from schemas.packing import AlteredData
from single_window.store import acknowledged, seals
from single_window.store.bulk import begins_with, insert_new, insert_rows, on_sqlite, one_of
from single_window.store.seals import insert_sealed, sealed
from single_window.store.tables import epcis_capture, epcis_event, epcis_goods

_OF_FACTS = tuple(name for name in EventFacts._fields if name != "goods")
_COLUMNS = ("sandbox", "key", "mailbox", "event_id", "correction", *_OF_FACTS, "recorded_at", "body")

_FOUND_BY = ("sandbox", "identifier", "at", "event", "role", "biz_step")


class Capture(NamedTuple):
    """The effect of one document: events that it had and that were new; `findings`: JSON, empty: none."""

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


class OwnedEvent(NamedTuple):
    """An event to keep, the mailbox whose it is, and since which instant the window has it."""

    mailbox: str
    recorded_at: int
    event: CapturedEvent


class StoredEvents(NamedTuple):
    """What came of events: how many this call stored, and what is kept of the others, by their numbers."""

    taken: int
    kept: Mapping[int, bytes]


class EventQuery(NamedTuple):
    """The conditions of a query; empty: any. `mailboxes`: None: of all. `goods`: (digests, or how families begin,
    parts) of which one is enough, each; `after`: the instant and key behind which the page begins."""

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


class UncorrectedEvent(NamedTuple):
    """An event that was told: the mailbox whose it is, and its step."""

    mailbox: str
    biz_step: str
    body: bytes


def put(
    connection: Connection, sandbox: str, mailbox: str, now: int, events: Mapping[int, CapturedEvent]
) -> StoredEvents:
    """Store the events, by their numbers, of which the mailbox has not captured one of the same id and correction."""
    owned = {number: OwnedEvent(mailbox, now, event) for number, event in events.items()}
    numbers = {_key(told): number for number, told in reversed(owned.items())}
    new = put_owned(connection, sandbox, list(owned.values()))
    kept = _bodies(connection, sandbox, [key for key in numbers if key not in new])
    return StoredEvents(len(new), {numbers[key]: body for key, body in kept.items()})


def put_owned(connection: Connection, sandbox: str, events: Sequence[OwnedEvent]) -> set[str]:
    """Store the events that are not known, of the same ones the first; return the keys of those that are new."""
    wanted = {_key(owned): owned for owned in reversed(events)}
    rows = [
        (
            *(sandbox, key, owned.mailbox, digest_of(owned.event.event_id), owned.event.correction),
            *[getattr(owned.event.facts, name) for name in _OF_FACTS],
            *(owned.recorded_at, owned.event.body),
        )
        for key, owned in sorted(wanted.items())
    ]
    rows = sealed(epcis_event, _COLUMNS, rows)
    new = {key for _, key in insert_new(connection, epcis_event, (*_COLUMNS, "seal"), rows)}
    facts = [(key, wanted[key].event.facts) for key in new]
    found_by = sorted(
        (sandbox, named, of.at, key, str(role), of.biz_step) for key, of in facts for named, role in of.goods
    )
    insert_rows(connection, epcis_goods, _FOUND_BY, found_by)
    return new


def _key(owned: OwnedEvent) -> str:
    return digest_of(f"{owned.mailbox}|{owned.event.event_id}|{owned.event.correction}")


def _bodies(connection: Connection, sandbox: str, keys: Sequence[str]) -> dict[str, bytes]:
    columns = epcis_event.c
    chosen = select(columns.key, columns.body).where(columns.sandbox == sandbox, one_of(connection, columns.key, keys))
    return {row.key: row.body for row in connection.execute(chosen)} if keys else {}


def uncorrected(connection: Connection, sandbox: str, subjects: Collection[str]) -> dict[str, list[UncorrectedEvent]]:
    """The events that the window told of subjects of its own and has not corrected, by subject, oldest first."""
    columns, goods = epcis_event.c, epcis_goods.c
    chosen = (
        select(goods.identifier, *columns["mailbox", "biz_step", "body", "event_id", "correction"])
        .join(epcis_goods, and_(goods.sandbox == columns.sandbox, goods.event == columns.key))
        .where(
            goods.sandbox == sandbox,
            one_of(connection, goods.identifier, sorted(subjects)),
            goods.role == str(GoodsRole.SUBJECT),
        )
    )
    rows = seals.fetch(connection, chosen.order_by(columns.at, columns.key), epcis_event)
    done = {row.event_id for row in rows if row.correction}
    found: dict[str, list[UncorrectedEvent]] = {}
    for row in rows:
        if row.event_id not in done:
            found.setdefault(row.identifier, []).append(UncorrectedEvent(row.mailbox, row.biz_step, row.body))
    return found


def put_capture(connection: Connection, sandbox: str, capture: Capture) -> None:
    """Store what a document led to."""
    insert_sealed(connection, epcis_capture, ("sandbox", *Capture._fields), [(sandbox, *capture)])
    acknowledged.count(connection, acknowledged.CAPTURES, 1)


def find_capture(connection: Connection, sandbox: str, number: int) -> Capture | None:
    """The capture of this number."""
    columns = epcis_capture.c
    chosen = select(*[columns[name] for name in Capture._fields]).where(
        columns.sandbox == sandbox, columns.id == number
    )
    rows = seals.fetch(connection, chosen, epcis_capture)
    return Capture(*rows[0][: len(Capture._fields)]) if rows else None


def find(connection: Connection, sandbox: str, query: EventQuery) -> Sequence[FoundEvent]:
    """The events that meet a query, by their time: first their keys, from indexes alone, then their rows."""
    chosen = _of_goods(connection, sandbox, query) if query.goods else _of_words(sandbox, query)
    return _rows(connection, sandbox, list(connection.execute(chosen.limit(query.most)).scalars()))


def _of_words(sandbox: str, query: EventQuery) -> Select[Any]:
    """The keys of events that are asked for by all but their goods, in the order of the index by time."""
    columns = epcis_event.c
    own = (columns.sandbox == sandbox, *_conditions(query), *_recorded(query))
    chosen = _bounded(select(columns.key).where(*own), query, columns.at)
    return _after(chosen, query, columns.at, columns.key).order_by(columns.at, columns.key)


def _of_goods(connection: Connection, sandbox: str, query: EventQuery) -> Select[Any]:
    """The keys of events with the first of the goods that are asked for, in the order of the index of goods."""
    events, goods = epcis_event.c, epcis_goods.c
    first, *others = query.goods
    chosen = select(goods.event).where(goods.sandbox == sandbox, *_are(connection, first))
    chosen = _after(_bounded(chosen, query, goods.at), query, goods.at, goods.event)
    for other in others:
        also = epcis_goods.alias().c
        of_other = select(also.event).where(also.sandbox == sandbox, *_are(connection, other, also))
        chosen = chosen.where(goods.event.in_(of_other))
    steps = [goods.biz_step.in_(list(wanted)) for name, wanted in query.words if name == "biz_step"]
    chosen, rest = chosen.where(*steps), [pair for pair in query.words if pair[0] != "biz_step"]
    if conditions := [*_conditions(query._replace(words=rest)), *_recorded(query)]:
        chosen = chosen.join(epcis_event, and_(events.sandbox == goods.sandbox, events.key == goods.event))
        chosen = chosen.where(*conditions)
    return chosen.group_by(goods.at, goods.event).order_by(goods.at, goods.event)


def _are(
    connection: Connection, wanted: tuple[Collection[str], Collection[GoodsRole]], goods: Any = epcis_goods.c
) -> list[Any]:
    """The condition that a row of goods is one of these, in one of these parts. Of a single one the index gives the
    events in their order."""
    named, roles = wanted
    digests = [name for name in named if ":" not in name]
    families = [begins_with(connection, goods.identifier, name) for name in named if ":" in name]
    one = goods.identifier == digests[0] if len(digests) == 1 else goods.identifier.in_(digests)
    return [or_(one, *families) if families else one, goods.role.in_([str(role) for role in roles])]


def _conditions(query: EventQuery) -> list[Any]:
    columns = epcis_event.c
    found: list[Any] = [columns[name].in_(list(wanted)) for name, wanted in query.words]
    if query.mailboxes is not None:
        found.append(columns.mailbox.in_(list(query.mailboxes)))
    if query.corrections:
        found.append(columns.correction != "")
    return found


def _rows(connection: Connection, sandbox: str, keys: Sequence[str]) -> Sequence[FoundEvent]:
    columns = epcis_event.c
    chosen = select(*[columns[name] for name in FoundEvent._fields]).where(
        columns.sandbox == sandbox, one_of(connection, columns.key, keys)
    )
    rows = seals.fetch(connection, chosen, epcis_event)
    found = {row.key: FoundEvent(*row[: len(FoundEvent._fields)]) for row in rows}
    if len(found) < len(keys) and on_sqlite(connection):  # of one instant: on a server, a reset may take some meanwhile
        raise AlteredData("events that are found by an index are not there")
    return [found[key] for key in keys if key in found]


def _bounded(chosen: Select[Any], query: EventQuery, at: Any) -> Select[Any]:
    if query.since is not None:
        chosen = chosen.where(at >= query.since)
    if query.until is not None:
        chosen = chosen.where(at < query.until)
    return chosen


def _recorded(query: EventQuery) -> list[Any]:
    columns = epcis_event.c
    found: list[Any] = []
    if query.recorded_since is not None:
        found.append(columns.recorded_at >= query.recorded_since)
    if query.recorded_until is not None:
        found.append(columns.recorded_at < query.recorded_until)
    return found


def _after(chosen: Select[Any], query: EventQuery, at: Any, key: Any) -> Select[Any]:
    """The condition of events behind the last event of the page before; the first condition alone is one on an
    index."""
    if query.after is None:
        return chosen
    last_at, last = query.after
    return chosen.where(at >= last_at, or_(at > last_at, key > last))
