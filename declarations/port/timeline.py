"""The line of time of a container: stays at terminals, events out of order, two terminals at once.

Events come late, twice and in any order; whatever the order in which they came, the same events give the same line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from declarations.calendar import DAY
from declarations.port.events import (
    COMES_IN,
    ENDS_STAY,
    GOES_OUT,
    IMPORT_RANK,
    ONCE,
    RANK,
    STARTS_AGAIN,
    THERE,
    TRAILING,
    UNDOES_LOADING,
    PortEvent,
    PortEventCode,
)

FOREVER = 1 << 62
BACK_AFTER = DAY
"""A loaded container that is booked or comes in so much later has travelled meanwhile (I)."""
PACKED_WITHIN = 30 * DAY
"""A packing list comes at most so long after the loading: what was loaded before was another journey (I)."""
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
    CLAIMED = "claimed"
    """Another line tells of the container, too, and nothing says whose it is: it does not count yet."""
    ANOTHERS = "anothers"
    """A line tells it of a container that is another line's: it does not count."""


NOT_COUNTED = frozenset({LineMark.CLAIMED, LineMark.ANOTHERS})
"""Marks of events that belong to no stay, and name no container of a bill of lading (`claims.settle_claims`)."""


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
    def loading(self) -> PortEvent | None:
        """The event of its loading, whatever came after it."""
        told = (event for event in self.events if event.event == PortEventCode.LOADED)
        return max((event for event in told if event.mark != LineMark.AGAIN), key=_at, default=None)

    @property
    def undone(self) -> PortEvent | None:
        """The event after its loading that says that it is not on the ship: it was told not to be loaded, or seen to
        leave the terminal another way before its ship had left."""
        loading = self.loading
        later = [event for event in self.events if loading is not None and event.at >= loading.at]
        left = min((event.at for event in later if event.event == PortEventCode.DEPARTED), default=FOREVER)
        not_loaded = PortEventCode.NOT_LOADED
        return next(
            (one for one in later if one.event in UNDOES_LOADING and (one.at < left or one.event == not_loaded)), None
        )

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
    """Return the stays of one container, and number and mark its events by them (`stay`, `mark`); those whose mark says
    that they do not count are in none, and stay as they are."""
    stays: list[Stay] = []
    for terminal, told in by_terminal(event for event in events if event.mark not in NOT_COUNTED).items():
        for number, within in enumerate(divided(told), 1):
            _mark(within, number)
            stays.append(Stay(terminal, number, tuple(within), *_presence(within)))
    return sorted(stays, key=lambda stay: (stay.events[0].at, stay.terminal))


def by_terminal(events: Iterable[PortEvent]) -> dict[str, list[PortEvent]]:
    """Return the events of one container by terminal, as they happened."""
    found: dict[str, list[PortEvent]] = {}
    for event in sorted(events, key=lambda event: (event.at, _rank(event), event.id)):
        found.setdefault(event.terminal_code, []).append(event)
    return found


def _rank(event: PortEvent) -> int:
    return RANK.get(event.event, IMPORT_RANK.get(event.event, -1))  # type: ignore[call-overload, no-any-return]


def divided(events: Sequence[PortEvent]) -> Iterator[list[PortEvent]]:
    """Yield the stays among the events of a terminal: one ends when the container has gone."""
    within: list[PortEvent] = []
    ended, loaded_at = False, FOREVER
    for event in events:
        ends = event.event in ENDS_STAY and not _is_contested(event, within)
        back = event.event in STARTS_AGAIN and event.at >= loaded_at + BACK_AFTER
        if back or (ended and not ends and event.event not in TRAILING):
            yield within
            within, ended, loaded_at = [], False, FOREVER
        ended = ended or ends
        loaded_at = min(loaded_at, event.at) if event.event == PortEventCode.LOADED else loaded_at
        within.append(event)
    if within:
        yield within


def _is_contested(event: PortEvent, before: Sequence[PortEvent]) -> bool:
    """True if a line tells it of a container of which the terminal, or another line, has told as another line's."""
    told = {one.line_code for one in before if not one.claimed_by}
    lines = told | {one.claimed_by for one in before}
    return event.claimed_by != "" and event.claimed_by not in told and bool(lines - {"", event.claimed_by})


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


def current(stays: Sequence[Stay]) -> list[Stay]:
    """Return the last stay, and those at other terminals that had not ended when it began."""
    return [stay for stay in stays if stay is stays[-1] or stay.until > stays[-1].since]


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


class Loading(NamedTuple):
    """A loading, and the event that says later that there was none."""

    event: PortEvent
    undone: PortEvent | None


class Loadings:
    """The loadings of a container, looked for once: each of its parcels asks for its own."""

    def __init__(self, stays: Iterable[Stay]) -> None:
        self._of_bill: dict[str, Loading | None] = {"": None}
        for stay in stays:
            loading = stay.loading
            found = Loading(loading, stay.undone) if loading is not None else None
            for bill in {"", *stay.bills}:
                known = self._of_bill.setdefault(bill, None)
                if found is not None and (known is None or found.event.at > known.event.at):
                    self._of_bill[bill] = found

    def newest(self, bill: str = "", after: int = 0) -> PortEvent | None:
        """Return the newest event that says that it was loaded on a ship; None if none does, or it is undone.

        Containers travel again and again: where a stay names the bill of lading, only such stays count, and only what
        happened later than the instant `after`."""
        loading = self._of(bill, after)
        return loading.event if loading is not None and loading.undone is None else None

    def undone(self, bill: str = "", after: int = 0) -> PortEvent | None:
        """Return the event that says that the newest loading was none; None if nothing does."""
        loading = self._of(bill, after)
        return loading.undone if loading is not None else None

    def _of(self, bill: str, after: int) -> Loading | None:
        loading = self._of_bill[bill if bill in self._of_bill else ""]
        return loading if loading is not None and loading.event.at > after else None


def _at(event: PortEvent) -> int:
    return event.at


def packed_after(stays: Sequence[Stay], bill: str, now: int) -> int:
    """Return the instant after which a container that is packed `now` is loaded: the end of those of its stays that are
    over and do not name this bill of lading, and not too long ago."""
    over = [stay for stay in stays if not (bill and bill in stay.bills) and _is_over(stay, stays[-1])]
    return max([event.at for stay in over for event in stay.events] + [now - PACKED_WITHIN])


def _is_over(stay: Stay, last: Stay) -> bool:
    """True if a container has left a stay: it was told to, or it was on its way again at the beginning of its last."""
    begins = last.since or last.events[0].at
    return any(event.event in ENDS_STAY for event in stay.events) or (stay is not last and 0 < stay.until <= begins)
