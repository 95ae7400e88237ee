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
    there by which that is due (their sign), their dated value, and the code of a late one."""

    waits_for: PortEventCode
    from_events: tuple[PortEventCode, ...]
    sign: int
    value: str
    rule: str


_BEGINS = (PortEventCode.LOADING_BEGAN, PortEventCode.PLANNED)
CLOCKS: Mapping[str, Clock] = {
    "manifest": Clock(PortEventCode.MANIFEST, _BEGINS, -1, "port.manifest_hours", "29401"),
    "loading": Clock(PortEventCode.LOADING_MANIFEST, _BEGINS, -1, "port.loading_hours", "29402"),
    "tally": Clock(PortEventCode.TALLIED, (PortEventCode.LOADING_ENDED,), 1, "port.tally_hours", "29403"),
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
        came = min((event.at for event in events if event.event == clock.waits_for), default=0)
        if came > due or (not came and desk.now > due):
            named = {"voyage": counted.voyage_no, "due": time_text(due), "hours": f"{value.amount:f}"}
            yield name, Reason(clock.rule, named, (value.id,))
        elif not came and due >= desk.now:
            desk.schedule(due + 1, PortClockDue(call, name))


def _start(clock: Clock, events: Sequence[PortEvent]) -> PortEvent | None:
    """The event from which a clock counts: the earliest beginning, but the plan that was told last."""
    for code in clock.from_events:
        found = [event for event in events if event.event == code]
        if found and code == PortEventCode.PLANNED:
            return max(found, key=lambda event: (event.recorded_at, event.id))
        if found:
            return min(found, key=lambda event: event.at)
    return None


def handle_due(due: Sequence[PortClockDue], desk: PortDesk) -> None:
    """Look again at ships' calls of which a clock has run out."""
    look_at_calls({one.call for one in due}, desk)
