"""Notes events, without doubles, and finds the containers that they concern."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from declarations.port.events import PortEvent, PortEventCode
from declarations.reasons import Reason
from gateways.port.calls import look_at_calls
from gateways.port.containers import look
from gateways.port.repository import PortDesk

CROWDED, MOST_EVENTS = "29111", 2_000
"""Events that a container, or a ship's call, can have: its line is computed anew with each."""


class Touched(NamedTuple):
    """The outcome of noting events: those that are new, and the contradictions that there are now about their
    containers, or that they bring about for others of the same ship."""

    new: Sequence[PortEvent]
    contradictions: Sequence[Reason]


def note(events: Sequence[PortEvent], desk: PortDesk, containers: Iterable[str] = ()) -> Touched:
    """Note events, without doubles, and look at the containers that they are about, and at further ones."""
    boxes = sorted({event.container_no for event in events if event.container_no} | set(containers))
    new = new_among(events, desk)
    concerned = _concerned(new, desk)
    for event in new:
        event.id = desk.repository.new_id()
    desk.repository.put_events(new)
    look_at_calls({event.call for event in new if event.call}, desk)
    reasons = look(sorted({*boxes, *concerned}), desk, boxes) if new or not events else []
    return Touched(new, reasons)


def new_among(events: Sequence[PortEvent], desk: PortDesk) -> list[PortEvent]:
    """Return the events that are not known yet, each once."""
    known = desk.repository.events_of({event.container_no for event in events if event.container_no})
    ships = desk.repository.ship_events({event.call for event in events if not event.container_no})
    told: dict[str, list[PortEvent]] = {}
    for one in chain(*known.values(), *ships.values()):
        told.setdefault(one.said, []).append(one)
    new: list[PortEvent] = []
    for event in events:
        same = told.setdefault(event.said, [])
        if not any(event.repeats(one) for one in same):
            same.append(event)
            new.append(event)
    return new


def crowded(events: Sequence[PortEvent], desk: PortDesk) -> list[Reason]:
    """Return a reason for each container, or ship's call, of which more events would be known than it can have."""
    counts = Counter(event.container_no or event.call for event in new_among(events, desk))
    known = desk.repository.events_of(counts.keys()), desk.repository.ship_events(counts.keys())
    counts.update({about: len(told) for group in known for about, told in group.items()})
    named = sorted(about for about, count in counts.items() if count > MOST_EVENTS)
    return [Reason(CROWDED, {"about": about, "most": str(MOST_EVENTS)}) for about in named]


def _concerned(new: Sequence[PortEvent], desk: PortDesk) -> Collection[str]:
    """The containers of ships that are told to have left, or of whose loading list something is told, for the first
    time."""
    told = [event for event in new if event.event in (PortEventCode.DEPARTED, PortEventCode.LISTED) and event.call]
    before = desk.repository.codes_of_calls({event.call for event in told}) if told else {}
    first = {event.call for event in told if event.event not in before.get(event.call, ())}
    return desk.repository.containers_of_calls(first) if first else ()
