"""Questions about containers at terminals: their stays and what is odd about their events, what became of loading, what
a stay costs. Texts in and out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from declarations.calendar import HOUR, SHANGHAI
from declarations.port.charges import UnknownSize, charges_of
from declarations.port.events import PortEvent
from declarations.port.loading import outcomes_of
from declarations.port.timeline import FOREVER, Stay, clashes_of, stays_of
from tests.law.comparing import or_none
from tests.law.imported import law

BOX = "QDXU1000015"


def container_charges(events: str, now: str) -> str:
    """Return what a container is charged at each terminal until an instant: code, quantity and price in yuan."""

    def told() -> str:
        charged = [charge for stay in _stays(events) for charge in charges_of(stay, law(), _instant(now))]
        return ", ".join(f"{charge.code} {charge.quantity} x {charge.price:f}" for charge in charged)

    return or_none(UnknownSize, told) or "nothing"


def container_stays(events: str) -> str:
    """Return the stays of a container by terminal, with the events of each and how these are marked; then the terminals
    at which it was at one time."""
    stays = _stays(events)
    told = [f"{stay.terminal} {' '.join(_marked(event) for event in stay.events)}" for stay in stays]
    return ", ".join([*told, *(f"clash {clash.key.replace('|', ' ')}" for clash in clashes_of(stays))])


def container_loading(events: str, calls: str) -> str:
    """Return what became of a container that was to be loaded, by voyage; `calls`: voyage=codes of all its events."""
    codes: Mapping[str, list[str]] = {
        f"QDTERM||{voyage}": told.split("+") for voyage, _, told in (call.partition("=") for call in calls.split())
    }
    found = outcomes_of(_stays(events), codes)
    return " ".join(f"{outcome.voyage}:{outcome.outcome}" for outcome in found) or "as planned"


def container_at(events: str) -> str:
    """Return from when until when a container is at its terminals, to the hour in Shanghai."""
    return ", ".join(f"{stay.terminal} {_hour(stay.since)} {_hour(stay.until)}" for stay in _stays(events))


def _stays(text: str) -> list[Stay]:
    """Events as [terminal:]event[/ISO type][.voyage]@instant[+hours until it was told]."""
    return stays_of([_event(number, told) for number, told in enumerate(text.split(), 1)])


def _event(number: int, told: str) -> PortEvent:
    what, _, when = told.partition("@")
    time, _, later = when.partition("+")
    terminal, _, what = what.rpartition(":")
    what, _, voyage = what.partition(".")
    code, _, iso_type = what.partition("/")
    terminal, at = terminal or "QDTERM", _instant(time)
    event = PortEvent(number, terminal, BOX, code, at, at + int(later or 0) * HOUR, iso_type=iso_type)
    event.voyage_no, event.call = voyage, f"{terminal}||{voyage}" if voyage else ""
    return event


def _instant(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp()) * 1_000


def _hour(instant: int) -> str:
    if instant in (0, FOREVER):
        return "–" if instant else "never"
    return datetime.fromtimestamp(instant / 1_000, SHANGHAI).strftime("%m-%dT%H")


def _marked(event: PortEvent) -> str:
    return f"{event.event}:{event.mark}" if event.mark else event.event
