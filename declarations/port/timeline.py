"""The line of time of a container: stays at terminals, events out of order, two terminals at once.

Events come late, twice and in any order; whatever the order in which they came, the same events give the same line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from declarations.port.events import (
    COMES_IN,
    ENDS_STAY,
    GOES_OUT,
    IMPORT_RANK,
    ONCE,
    RANK,
    THERE,
    TRAILING,
    PortEvent,
    PortEventCode,
)

FOREVER = 1 << 62
MOST_CLASHES = 50
"""Pairs of terminals that a container is said to be at: more of them say nothing new, and each is a case."""


class LineMark(StrEnum):
    """Why an event is kept but marked."""

    LATE = "late"
    """Something later was known already when it was told."""
    ORDER = "order"
    """Its time contradicts the order in which such events can be."""
    AGAIN = "again"
    """It happens once in a stay, and happened before."""


class Stay(NamedTuple):
    """A stay of a container at a terminal, with its events by time. `since`, `until`: the instants between which it was
    there; both 0 if no event says that it was."""

    terminal: str
    number: int
    events: tuple[PortEvent, ...]
    since: int
    until: int

    def first(self, code: PortEventCode) -> PortEvent | None:
        """Return its first event of a code."""
        return next((event for event in self.events if event.event == code), None)

    @property
    def bills(self) -> frozenset[str]:
        """The bills of lading that its events name."""
        return frozenset(event.bill_no for event in self.events if event.bill_no)


class Clash(NamedTuple):
    """Two stays of one container at the same time, the earlier first."""

    first: Stay
    second: Stay

    @property
    def key(self) -> str:
        """Return the key by which it is known, whatever is told later: both terminals."""
        return "|".join(sorted((self.first.terminal, self.second.terminal)))


def stays_of(events: Iterable[PortEvent]) -> list[Stay]:
    """Return the stays of one container, and number and mark its events by them (`stay`, `mark`)."""
    by_terminal: dict[str, list[PortEvent]] = {}
    for event in sorted(events, key=lambda event: (event.at, _rank(event), event.id)):
        by_terminal.setdefault(event.terminal_code, []).append(event)
    stays: list[Stay] = []
    for terminal, told in by_terminal.items():
        for number, within in enumerate(_divided(told), 1):
            _mark(within, number)
            stays.append(Stay(terminal, number, tuple(within), *_presence(within)))
    return sorted(stays, key=lambda stay: (stay.events[0].at, stay.terminal))


def _rank(event: PortEvent) -> int:
    return RANK.get(event.event, IMPORT_RANK.get(event.event, -1))  # type: ignore[call-overload, no-any-return]


def _divided(events: Sequence[PortEvent]) -> Iterator[list[PortEvent]]:
    """Yield the stays among the events of a terminal: one ends when the container has gone."""
    within: list[PortEvent] = []
    ended = False
    for event in events:
        ends = event.event in ENDS_STAY
        if ended and not ends and event.event not in TRAILING:
            yield within
            within, ended = [], False
        ended = ended or ends
        within.append(event)
    if within:
        yield within


def _mark(events: Sequence[PortEvent], number: int) -> None:
    highest, seen = -1, set[str]()
    ranks = IMPORT_RANK if any(event.event == PortEventCode.DISCHARGED for event in events) else RANK
    for event, known_before in zip(events, _later_known_from(events), strict=True):
        event.stay = number
        rank = ranks.get(event.event, -1)  # type: ignore[call-overload]
        if event.event in ONCE and event.event in seen:
            event.mark = LineMark.AGAIN
        elif -1 < rank < highest:
            event.mark = LineMark.ORDER
        elif known_before < event.recorded_at:
            event.mark = LineMark.LATE
        else:
            event.mark = ""
        if event.mark != LineMark.AGAIN:
            highest = max(highest, rank)
        seen.add(event.event)


def _later_known_from(events: Sequence[PortEvent]) -> list[int]:
    """For each event the instant from which something was known that happened later; `FOREVER` if nothing is."""
    found, earliest, of_instant, instant = [], FOREVER, FOREVER, FOREVER
    for event in reversed(events):
        if event.at < instant:
            earliest, of_instant, instant = min(earliest, of_instant), FOREVER, event.at
        found.append(earliest)
        of_instant = min(of_instant, event.recorded_at)
    return found[::-1]


def _presence(events: Sequence[PortEvent]) -> tuple[int, int]:
    there = [event.at for event in events if event.event in THERE]
    if not there:
        return 0, 0
    gone = [event.at for event in events if event.event in GOES_OUT and event.at >= there[0]]
    came_in = any(event.event in COMES_IN for event in events)
    return there[0], gone[0] if gone else FOREVER if came_in else there[-1]


def clashes_of(stays: Sequence[Stay]) -> list[Clash]:
    """Return the pairs of stays at different terminals that overlap in time, one for each pair of terminals, and the
    first `MOST_CLASHES` of them."""
    found: dict[str, Clash] = {}
    there: list[Stay] = []
    for second in sorted((stay for stay in stays if stay.since), key=lambda stay: stay.since):
        there = [first for first in there if second.since < first.until]
        for clash in (Clash(first, second) for first in there if first.terminal != second.terminal):
            found.setdefault(clash.key, clash)
            if len(found) == MOST_CLASHES:
                return list(found.values())
        there.append(second)
    return list(found.values())


class Loadings:
    """The loadings of a container, looked for once: each of its parcels asks for its own."""

    def __init__(self, stays: Iterable[Stay]) -> None:
        self._of_bill: dict[str, PortEvent | None] = {"": None}
        for stay in stays:
            told = (event for event in stay.events if event.event == PortEventCode.LOADED)
            loaded = max((event for event in told if event.mark != LineMark.AGAIN), key=_at, default=None)
            for bill in {"", *stay.bills}:
                known = self._of_bill.setdefault(bill, None)
                if loaded is not None and (known is None or loaded.at > known.at):
                    self._of_bill[bill] = loaded

    def newest(self, bill: str = "", after: int = 0) -> PortEvent | None:
        """Return the newest event that says that it was loaded on a ship; None if none does.

        Containers travel again and again: where a stay names the bill of lading, only such stays count, and only what
        happened later than the instant `after`."""
        loaded = self._of_bill[bill if bill in self._of_bill else ""]
        return loaded if loaded is not None and loaded.at > after else None


def _at(event: PortEvent) -> int:
    return event.at


def packed_after(stays: Sequence[Stay], bill: str) -> int:
    """Return the instant after which a container that is packed now is loaded: the end of its last stay if that has
    ended and does not name this bill of lading, else 0."""
    if not stays or (bill and bill in stays[-1].bills):
        return 0
    return max((event.at for event in stays[-1].events if event.event in ENDS_STAY), default=0)
