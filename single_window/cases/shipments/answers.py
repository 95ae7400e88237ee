"""Answers about a shipment: who says what of it, and its line of time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta

from single_window.cases.shipments.differing import ShipmentDifference
from single_window.cases.shipments.facts import Fact
from single_window.cases.shipments.found import FoundShipment
from single_window.cases.shipments.line_of_time import MOST_TOLD, ShipmentLine
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


class ShipmentDifferenceOut(Answer, frozen=True, kw_only=True):
    """Something that does not fit: who is wrong, as far as it follows from what was told, and who acts next."""

    kind: Annotated[
        str,
        Meta(
            description="port_case, korea_parcel, seal, or of parcels: taken_out, still_announced, elsewhere, "
            "unpacked, unannounced, unlisted, unreturned, unsent, value, weight"
        ),
    ]
    numbers: Annotated[tuple[str, ...], Meta(description="the case, or the parcels; 20 at most")]
    parcels: Annotated[int, Meta(description="how many parcels")]
    words_zh: str
    words_en: str
    wrong_zh: str
    wrong_en: str
    next_zh: str
    next_en: str


class ShipmentOut(Answer, frozen=True, kw_only=True):
    """A shipment, or the part of it that the caller's companies may read."""

    number: str
    containers: tuple[str, ...]
    where_zh: Annotated[str, Meta(description="where its parcels are, by each speaker")]
    where_en: str
    differences: tuple[ShipmentDifferenceOut, ...]
    facts: tuple[ShipmentFactOut, ...]
    events: Annotated[tuple[ShipmentEventOut, ...], Meta(description="oldest first; the newest 500")]
    invt_nos: Annotated[tuple[str, ...], Meta(description="its lists that have a number; 300 at most")]
    parcel_nos: Annotated[tuple[str, ...], Meta(description="its parcels to or from Korea; 300 at most")]


MOST_EVENTS_OUT = 500
_NONE = Words("", "")


def shipment_out(
    shipment: FoundShipment,
    lines: Sequence[ShipmentLine],
    facts: Sequence[Fact],
    where: Words,
    differing: Sequence[ShipmentDifference],
) -> ShipmentOut:
    """Return the answer about a shipment."""
    return ShipmentOut(
        number=shipment.number,
        containers=tuple(shipment.containers),
        where_zh=where.zh,
        where_en=where.en,
        differences=tuple(map(_difference_out, differing)),
        facts=tuple(map(_fact_out, facts)),
        events=tuple(map(_event_out, lines[-MOST_EVENTS_OUT:])),
        invt_nos=tuple(row.invt_no for row in shipment.lists[:MOST_TOLD] if row.invt_no),
        parcel_nos=tuple(parcel.parcel_no for parcel in shipment.korean[:MOST_TOLD]),
    )


def _difference_out(one: ShipmentDifference) -> ShipmentDifferenceOut:
    return ShipmentDifferenceOut(
        kind=one.kind,
        numbers=tuple(one.numbers),
        parcels=one.parcels,
        words_zh=one.words.zh,
        words_en=one.words.en,
        wrong_zh=one.wrong.zh,
        wrong_en=one.wrong.en,
        next_zh=one.next.zh,
        next_en=one.next.en,
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
