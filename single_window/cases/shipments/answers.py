"""Answers about a shipment: who says what of it, and its line of time."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from single_window.cases.shipments.found import FoundShipment
from single_window.cases.shipments.line_of_time import Fact, ShipmentLine
from single_window.frame.typed import Answer, instant_text
from single_window.language.words import Words


class ShipmentFactOut(Answer, frozen=True, kw_only=True):
    """A fact, and what each of the speakers says of it; empty: nothing."""

    fact: Annotated[
        str, Meta(description="parcels, container, seal, value, weight_list, weight_manifest, outcome, returns")
    ]
    port: str
    china: str
    korea: str
    differs: Annotated[bool, Meta(description="they contradict each other")]


class ShipmentEventOut(Answer, frozen=True, kw_only=True):
    """An event, or the same of several parcels at an instant."""

    at: Annotated[str, Meta(description="ISO 8601 in UTC")]
    told_at: Annotated[str, Meta(description="when it was told, if later; else empty")]
    lane: Annotated[str, Meta(description="sea, port, korea, china, tax, money")]
    actor: Annotated[str, Meta(description="who says so: an agency, a person, or the code of a terminal")]
    source: Annotated[str, Meta(description="a container, a ship's voyage, or a case")]
    event_zh: str
    event_en: str
    state_zh: str
    state_en: str
    times: Annotated[int, Meta(description="how many parcels")]
    contradicts: Annotated[bool, Meta(description="it contradicts something")]
    why_zh: Annotated[str, Meta(description="whom it contradicts, or why")]
    why_en: str


class ShipmentOut(Answer, frozen=True, kw_only=True):
    """A shipment, or the part of it that the caller's companies may read."""

    number: str
    containers: tuple[str, ...]
    where_zh: Annotated[str, Meta(description="where its parcels are, by each speaker")]
    where_en: str
    facts: tuple[ShipmentFactOut, ...]
    events: Annotated[tuple[ShipmentEventOut, ...], Meta(description="oldest first; the newest 500")]
    invt_nos: Annotated[tuple[str, ...], Meta(description="its lists that have a number; 300 at most")]
    parcel_nos: Annotated[tuple[str, ...], Meta(description="its parcels to or from Korea; 300 at most")]


MOST_EVENTS_OUT = 500
_NONE = Words("", "")


def shipment_out(shipment: FoundShipment, lines: list[ShipmentLine], facts: list[Fact], where: Words) -> ShipmentOut:
    """Return the answer about a shipment."""
    return ShipmentOut(
        number=shipment.number,
        containers=tuple(shipment.containers),
        where_zh=where.zh,
        where_en=where.en,
        facts=tuple(map(_fact_out, facts)),
        events=tuple(map(_event_out, lines[-MOST_EVENTS_OUT:])),
        invt_nos=tuple(row.invt_no for row in shipment.lists if row.invt_no),
        parcel_nos=tuple(parcel.parcel_no for parcel in shipment.korean),
    )


def _fact_out(fact: Fact) -> ShipmentFactOut:
    port, china, korea = (words.en for words in fact.told)
    return ShipmentFactOut(fact=fact.name, port=port, china=china, korea=korea, differs=fact.differs)


def _event_out(line: ShipmentLine) -> ShipmentEventOut:
    state, why = line.state or _NONE, line.why or _NONE
    return ShipmentEventOut(
        at=instant_text(line.at),
        told_at=instant_text(line.told),
        lane=line.lane,
        actor=line.actor,
        source=line.source,
        event_zh=line.words.zh,
        event_en=line.words.en,
        state_zh=state.zh,
        state_en=state.en,
        times=line.times,
        contradicts=line.is_odd,
        why_zh=why.zh,
        why_en=why.en,
    )
