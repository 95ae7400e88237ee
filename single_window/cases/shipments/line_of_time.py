"""One line of time of a shipment, and a table of facts by who says what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from declarations.money import amount_text
from gateways.korea.repository import KoreaParcel
from single_window.cases.shipments.found import FoundShipment
from single_window.language import phrases
from single_window.language.words import Words
from single_window.store.bulk import one_of
from single_window.store.tables import timeline

PORT, CHINA, KOREA = "port", "china", "korea"
SEA, TAX, MONEY = "sea", "tax", "money"
SPEAKERS = (PORT, CHINA, KOREA)
LANES = (SEA, PORT, KOREA, CHINA, TAX, MONEY)
"""The lanes of the line of time, from ship to money."""
AT_SEA = frozenset({"BKD", "PLN", "LBG", "LEN", "DEP"})
"""Events of a terminal that are about the ship."""
LOADED, OUT_OF_ORDER = "LOD", "order"
CONTRADICTED = frozenset({("port_case", "open"), ("korea_parcel", "doubtful")})
"""Kinds of cases with their states in which something contradicts itself."""
MOST_EVENTS = 2_000
"""Rows of the timelines of lists and parcels that are read."""
TAXED, PAID = frozenset({"tax_bill"}), frozenset({"payment", "order", "forex_report", "refund_claim"})


class ShipmentLine(NamedTuple):
    """An event, or the same of several parcels at one instant: `times`. `lane`: one of `LANES`;
    `actor`: who says so; `told`: when he said it, if later, else 0; `is_odd`: it contradicts
    something."""

    at: int
    lane: str
    actor: str
    words: Words
    state: Words | None
    times: int
    source: str = ""
    told: int = 0
    is_odd: bool = False


class Fact(NamedTuple):
    """A fact and what each of the speakers says of it, empty if nothing; `differs`: they contradict each other."""

    name: str
    told: Sequence[Words]
    differs: bool = False


def lines_of(connection: Connection, sandbox: str, shipment: FoundShipment) -> Sequence[ShipmentLine]:
    """Return what happened, oldest first; what happened to several parcels at an instant once, with their number."""
    return sorted((*_of_port(shipment), *_of_timelines(connection, sandbox, shipment)), key=lambda line: line.at)


def _of_port(shipment: FoundShipment) -> Iterator[ShipmentLine]:
    for event in shipment.events:
        marked = phrases.phrase("port_mark", event.mark) if event.mark else None
        later = event.recorded_at if event.recorded_at > event.at else 0
        words = phrases.phrase("port_event", event.event)
        lane, is_odd = SEA if event.event in AT_SEA else PORT, event.mark == OUT_OF_ORDER
        who, about = event.terminal_code, event.container_no or event.voyage_no
        yield ShipmentLine(event.at, lane, who, words, marked, times=1, source=about, told=later, is_odd=is_odd)


def _of_timelines(connection: Connection, sandbox: str, shipment: FoundShipment) -> Iterator[ShipmentLine]:
    columns = timeline.c
    numbers = {row.order_no for row in shipment.lists} | {parcel.parcel_no for parcel in shipment.korean}
    numbers |= {case.case_no for case in shipment.cases}
    chosen = select(columns.at, columns.actor, columns.kind, columns.event, columns.state).where(
        columns.sandbox == sandbox, one_of(connection, columns.order_no, sorted(numbers - {""}))
    )
    rows = connection.execute(chosen.order_by(columns.id).limit(MOST_EVENTS)).all() if numbers - {""} else ()
    for (at, actor, kind, event, state), count in Counter(tuple(row) for row in rows).items():
        about = kind if kind.endswith(("_case", "_parcel")) else ""
        words = phrases.state(state, kind) if state else None
        is_odd = (kind, state) in CONTRADICTED
        yield ShipmentLine(at, _lane(kind), actor, phrases.event(event, about), words, count, is_odd=is_odd)


def _lane(kind: str) -> str:
    if kind in TAXED or kind in PAID:
        return TAX if kind in TAXED else MONEY
    return KOREA if kind == "korea_parcel" else PORT if kind == "port_case" else CHINA


def facts_of(shipment: FoundShipment) -> Sequence[Fact]:
    """Return the facts that at least one speaker tells."""
    korean = shipment.korean
    boxes = _joined(event.container_no for event in shipment.events)
    seals = _joined(event.seal_no for event in shipment.events)
    facts = (
        _fact("parcels", _number(shipment.packed), _number(shipment.lists), _number(korean)),
        _fact("container", boxes, "", _joined(parcel.container_no for parcel in korean)),
        _fact("seal", seals, "", _joined(parcel.seal_no for parcel in korean)),
        _fact("value", "", _value(shipment), _korean_value(korean), compared=False),
        _fact("weight_list", "", "", _weight(parcel.gross_weight for parcel in korean)),
        _fact("weight_manifest", "", "", _weight(parcel.manifest_weight for parcel in korean)),
        Fact("outcome", (_loaded(shipment), _states(shipment.lists, "inventory"), _states(korean, "korea_parcel"))),
    )
    return [fact for fact in facts if any(words.en for words in fact.told)]


def _fact(name: str, port: str, china: str, korea: str, compared: bool = True) -> Fact:
    texts = (port, china, korea)
    return Fact(name, [Words(text, text) for text in texts], compared and len({*texts} - {""}) > 1)


def _number(found: Sequence[object]) -> str:
    return str(len(found)) if found else ""


def _joined(texts: Iterable[str]) -> str:
    return " ".join(sorted({text for text in texts if text}))


def _value(shipment: FoundShipment) -> str:
    total = sum(row.value for row in shipment.lists)
    return f"{amount_text(total)} CNY" if total else ""


def _korean_value(korean: Sequence[KoreaParcel]) -> str:
    sums = Counter[str]()
    for parcel in korean:
        sums[parcel.currency] += parcel.value
    return ", ".join(f"{amount_text(total)} {currency}" for currency, total in sorted(sums.items()) if total)


def _weight(weights: Iterable[int]) -> str:
    total = sum(weights)
    return f"{amount_text(total)} kg" if total else ""


def _loaded(shipment: FoundShipment) -> Words:
    loaded = {event.container_no for event in shipment.events if event.event == LOADED}
    return _times([(len(loaded), phrases.phrase("port_event", LOADED))] if loaded else ())


def _states(cases: Sequence[Any], lifecycle: str) -> Words:
    counted = Counter(case.state for case in cases)
    return _times([(count, phrases.state(state, lifecycle)) for state, count in sorted(counted.items())])


def _times(counted: Iterable[tuple[int, Words]]) -> Words:
    each = [(f"{count} × {words.zh}", f"{count} × {words.en}") for count, words in counted]
    return Words("，".join(zh for zh, _ in each), ", ".join(en for _, en in each))
