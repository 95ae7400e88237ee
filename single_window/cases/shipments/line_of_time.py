"""One line of time of a shipment, by who says what happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from declarations.port.timeline import NOT_COUNTED, LineMark
from declarations.reasons import Reason
from single_window.cases.shipments.differing import PORT_CASE, told_to
from single_window.cases.shipments.facts import CHINA, KOREA, PORT
from single_window.cases.shipments.found import FoundShipment
from single_window.cases.shipments.numbers import EventPlace, places_of
from single_window.language import phrases, sentences
from single_window.language.words import LANGUAGES, Words
from single_window.store.bulk import one_of
from single_window.store.records import decoder
from single_window.store.seals import fetch
from single_window.store.tables import timeline

SEA, TAX, MONEY = "sea", "tax", "money"
LANES = (SEA, PORT, KOREA, CHINA, TAX, MONEY)
"""The lanes of the line of time, from ship to money."""
AT_SEA = frozenset({"BKD", "PLN", "LBG", "LEN", "DEP"})
"""Events of a terminal that are about the ship."""
ODD = frozenset({LineMark.ORDER, *NOT_COUNTED})
"""Marks of events of the port that contradict something."""
CONTRADICTED = frozenset({("port_case", "open"), ("port_case", "claimed"), ("korea_parcel", "doubtful")})
"""Kinds of cases with their states in which something contradicts itself."""
MOST_EVENTS = 5_000
"""Rows of timelines that are read: the newest."""
TOLD_BY_PORT = frozenset({"port_case", "port_packing_list"})
MOST_TOLD = 300
"""Lists and parcels whose events are read; of a packing list, reasons that are told are `MOST_REASONS`."""
MOST_REASONS = 3
_REASONS = decoder(tuple[Reason, ...], tuple)
_SAID = ("at", "actor", "kind", "event", "state", "reasons")
NAMED = TOLD_BY_PORT | {"refund_claim", "trace_batch", "recall"}
"""Kinds of which the line of time gives the number and the reasons."""
TAXED, PAID = frozenset({"tax_bill"}), frozenset({"payment", "order", "forex_report", "refund_claim"})


class ShipmentLine(NamedTuple):
    """An event, or the same of several parcels at one instant: `times`. `lane`: one of `LANES`;
    `actor`: who says so; `told`: when he said it, if later, else 0; `is_odd`: it contradicts something; `why`: whom, or
    why."""

    at: int
    lane: str
    actor: str
    words: Words
    state: Words | None
    times: int
    source: str = ""
    told: int = 0
    is_odd: bool = False
    why: Words | None = None


def lines_of(connection: Connection, sandbox: str, shipment: FoundShipment) -> Sequence[ShipmentLine]:
    """Return what happened, oldest first; what happened to several parcels at an instant once, with their number. Of
    very many events the newest."""
    return sorted((*_of_port(shipment), *_of_timelines(connection, sandbox, shipment)), key=lambda line: line.at)


def _of_port(shipment: FoundShipment) -> Iterator[ShipmentLine]:
    for event in shipment.events:
        marked = phrases.phrase("port_mark", event.mark) if event.mark else None
        later = event.recorded_at if event.recorded_at > event.at else 0
        words = phrases.phrase("port_event", event.event)
        lane, is_odd = SEA if event.event in AT_SEA else PORT, event.mark in ODD
        who, about = event.claimed_by or event.terminal_code, event.container_no or event.voyage_no
        yield ShipmentLine(event.at, lane, who, words, marked, times=1, source=about, told=later, is_odd=is_odd)


def _of_timelines(connection: Connection, sandbox: str, shipment: FoundShipment) -> Iterator[ShipmentLine]:
    read = shipment._replace(
        lists=shipment.lists[:MOST_TOLD], packed=shipment.packed[:MOST_TOLD], korean=shipment.korean[:MOST_TOLD]
    )
    places, columns = places_of(connection, sandbox, read), timeline.c
    numbers = sorted({place.number for place in places} - {""})
    chosen = select(*[columns[name] for name in (*_SAID, "key", "order_no")]).where(
        columns.sandbox == sandbox, one_of(connection, columns.order_no, numbers)
    )
    newest = chosen.order_by(columns.id.desc()).limit(MOST_EVENTS)
    rows = fetch(connection, newest, timeline) if numbers else ()
    ours = [row for row in rows if {EventPlace(row.kind, key, row.order_no) for key in (row.key, "")} & places]
    for (at, actor, kind, event, state, reasons, number), count in Counter(map(_said, reversed(ours))).items():
        about = kind if kind.endswith(("_case", "_parcel")) else ""
        yield ShipmentLine(
            at,
            _lane(kind),
            actor,
            phrases.event(event, about),
            phrases.state(state, kind) if state else None,
            count,
            source=number,
            is_odd=(kind, state) in CONTRADICTED,
            why=_why([told_to(shipment, reason) if kind == PORT_CASE else reason for reason in _REASONS(reasons)]),
        )


def _said(row: Row[Any]) -> tuple[Any, ...]:
    """What a row says, the same for all parcels of which it is said at an instant; of a case, a packing list, a claim
    or a lot its number and reasons, which name who contradicts whom, or what was packed."""
    of_case = row.kind in NAMED or row.kind.endswith("_case") or (row.kind, row.state) in CONTRADICTED
    return (*row[:5], row.reasons if of_case and row.state else "", row.order_no if of_case else "")


def _why(reasons: Sequence[Reason]) -> Words | None:
    told = [sentences.sentence(reason) for reason in reasons[:MOST_REASONS]]
    return Words(*("".join(one.text(language) for one in told) for language in LANGUAGES)) if told else None


def _lane(kind: str) -> str:
    if kind in TAXED or kind in PAID:
        return TAX if kind in TAXED else MONEY
    return KOREA if kind == "korea_parcel" else PORT if kind in TOLD_BY_PORT else CHINA
