"""Whose a container is of which several lines tell at one terminal (I): all is kept, and what does not count is marked.
The terminal says it; else an officer, else a bill of lading."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from declarations.port.events import PortEvent
from declarations.port.timeline import LineMark, by_terminal, divided


class Dispute(NamedTuple):
    """Lines that tell of one container in one stay at a terminal, and nothing says whose it is: the first event of
    each, the earliest first."""

    terminal: str
    claims: tuple[PortEvent, ...]


def settle_claims(
    events: Iterable[PortEvent], bills: Collection[str] = (), decided: Mapping[str, str] | None = None
) -> list[Dispute]:
    """Mark what lines tell of a container that is not, or may not be, theirs; return what is open of the last stay at
    each terminal: an earlier one is over.

    `bills`: the bills of lading of what is packed in it; `decided`: terminal → the line that an officer chose."""
    found: dict[str, Dispute] = {}
    for terminal, told in by_terminal(events).items():
        for within in divided(told):
            claims = _claims(within)
            owners = _owners(within, claims, bills, (decided or {}).get(terminal, ""))
            found.pop(terminal, None)
            if not owners and claims:
                found[terminal] = Dispute(terminal, tuple(claims.values()))
            _mark(within, owners, LineMark.ANOTHERS if owners else LineMark.CLAIMED)
    return list(found.values())


def _claims(events: Sequence[PortEvent]) -> dict[str, PortEvent]:
    """The first event of each line that tells of the container."""
    found: dict[str, PortEvent] = {}
    for event in events:
        if event.claimed_by:
            found.setdefault(event.claimed_by, event)
    return found


def _owners(
    events: Sequence[PortEvent], claims: Mapping[str, PortEvent], bills: Collection[str], decided: str
) -> set[str]:
    """The lines whose container it is; none: nothing says so."""
    of_terminal = [event for event in events if not event.claimed_by]
    if named := {event.line_code for event in of_terminal if event.line_code}:
        return named
    if len(claims) < 2 or decided in claims:
        return {decided} if decided in claims else {*claims}
    known = {*bills, *(event.bill_no for event in of_terminal)} - {""}
    by_bill = {event.claimed_by for event in events if event.claimed_by and event.bill_no in known}
    return by_bill if len(by_bill) == 1 else set()


def _mark(events: Sequence[PortEvent], owners: Collection[str], mark: LineMark) -> None:
    for event in events:
        event.mark = mark if event.claimed_by and event.claimed_by not in owners else ""
        event.stay = 0 if event.mark else event.stay
