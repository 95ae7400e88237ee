"""Ships' calls: when manifests and tally reports are due on the sandbox's clock, and which came too late."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from declarations.calendar import HOUR
from declarations.port.events import PortEvent, PortEventCode
from declarations.port.notices import time_text
from declarations.reasons import Reason
from gateways.port import outcomes
from gateways.port.repository import PortDesk
from gateways.topics.port import PortClockDue


class Clock(NamedTuple):
    """A clock: the event that it waits for, the events from which it counts (the first that is told), the hours from
    there by which that is due (their sign), their dated value, the code of a late one, and whether what it waits for is
    handed in here."""

    waits_for: PortEventCode
    from_events: tuple[PortEventCode, ...]
    sign: int
    value: str
    rule: str
    handed_in: bool = True


_BEGINS = (PortEventCode.LOADING_BEGAN, PortEventCode.PLANNED)
_ENDED = (PortEventCode.LOADING_ENDED,)
CLOCKS: Mapping[str, Clock] = {
    "manifest": Clock(PortEventCode.MANIFEST, _BEGINS, -1, "port.manifest_hours", "29401"),
    "loading": Clock(PortEventCode.LOADING_MANIFEST, _BEGINS, -1, "port.loading_hours", "29402"),
    "tally": Clock(PortEventCode.TALLIED, _ENDED, 1, "port.tally_hours", "29403", handed_in=False),
}


def look_at_calls(calls: Collection[str], desk: PortDesk) -> None:
    """Compare ships' calls with their clocks, where the sandbox has these: what is late becomes a case, what is still
    to come a deadline."""
    if desk.options.port not in ("manifest", "full") or not calls:
        return
    known = desk.repository.ship_events(calls)
    for call in sorted(calls):
        events = known.get(call, ())
        late = {f"C|{name}": reason for name, reason in _late(call, events, desk)}
        told = [call.partition("|")[0]]
        found = {key: outcomes.PortFinding(outcomes.LATE, reason, told) for key, reason in late.items()}
        outcomes.settle(call, found, desk)


def _late(call: str, events: Sequence[PortEvent], desk: PortDesk) -> Iterator[tuple[str, Reason]]:
    for name, clock in CLOCKS.items():
        counted = _start(clock, events)
        if counted is None:
            continue
        value = desk.value_today(clock.value)
        due = counted.at + clock.sign * int(value.amount * HOUR)
        known = min(event.recorded_at for event in events if event.event in clock.from_events)
        told = [event for event in events if event.event == clock.waits_for]
        came = min((_came(event, clock, max(due, known)) for event in told), default=0)
        if came > due or (not came and desk.now > due):
            named = {"voyage": counted.voyage_no, "due": time_text(due), "hours": f"{value.amount:f}"}
            yield name, Reason(clock.rule, named, (value.id,))
        elif not came and due >= desk.now:
            desk.schedule(due + 1, PortClockDue(call, name))


def _came(event: PortEvent, clock: Clock, due: int) -> int:
    """When something came for which a clock waits: what is handed in here came when it is told, whatever it says of
    itself, unless it is told before it is due, or before anybody told of the loading."""
    return max(event.at, event.recorded_at) if clock.handed_in and event.recorded_at > due else event.at


def _start(clock: Clock, events: Sequence[PortEvent]) -> PortEvent | None:
    """The event from which a clock counts: the earliest beginning, the latest end, but the plan that was told last."""
    for code in clock.from_events:
        found = [event for event in events if event.event == code]
        if found and code == PortEventCode.PLANNED:
            return max(found, key=lambda event: (event.recorded_at, event.id))
        if found:
            last = code == PortEventCode.LOADING_ENDED  # what is loaded in two counts has ended with the second
            return max(found, key=lambda event: event.at) if last else min(found, key=lambda event: event.at)
    return None


def handle_due(due: Sequence[PortClockDue], desk: PortDesk) -> None:
    """Look again at ships' calls of which a clock has run out."""
    look_at_calls({one.call for one in due}, desk)
