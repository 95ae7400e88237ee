"""The outcome for a container that was to be loaded: loaded, rolled, short, or loaded though on no list (over)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from heapq import nlargest
from typing import NamedTuple

from declarations.port.events import PortEvent, PortEventCode
from declarations.port.timeline import Stay


class LoadingOutcome(StrEnum):
    """Outcomes that are no simple loading; the letter is the kind of their cases."""

    ROLLED = "R"
    """It was told not to be loaded, also after it was, or it was listed for another ship afterwards."""
    SHORT = "S"
    """It was on the loading list, its ship has left, and nobody told that it was loaded."""
    OVER = "O"
    """It was loaded, and its ship's loading list does not have it."""


class CallOutcome(NamedTuple):
    """An outcome for a ship's call."""

    outcome: LoadingOutcome
    call: str
    terminal: str
    voyage: str


def outcomes_of(stays: Sequence[Stay], calls: Mapping[str, Collection[str]]) -> list[CallOutcome]:
    """Return the outcomes of a container for the ships' calls that its events name; `calls`: the codes of
    all events of each of these."""
    events = [event for stay in stays for event in stay.events]
    undone = {loading.id for stay in stays if stay.undone and (loading := stay.loading)}
    of_calls: dict[str, list[PortEvent]] = {}
    for event in events:
        of_calls.setdefault(event.call, []).append(event)
    last_lists = _last_lists(of_calls)
    found = []
    for call, own in of_calls.items():
        for outcome in _outcome(own, last_lists, calls.get(call, ()), undone) if call else ():
            found.append(CallOutcome(outcome, call, own[0].terminal_code, own[0].voyage_no))
    return found


def _last_lists(of_calls: Mapping[str, Sequence[PortEvent]]) -> list[PortEvent]:
    """The newest loading list of each of the two calls that have the newest: for any call one of them is another's."""
    listed = [[event for event in own if event.event == PortEventCode.LISTED] for call, own in of_calls.items() if call]
    return nlargest(2, (max(one, key=_at) for one in listed if one), key=_at)


def _at(event: PortEvent) -> int:
    return event.at


def _outcome(
    own: Sequence[PortEvent], last_lists: Sequence[PortEvent], of_call: Collection[str], undone: Collection[int]
) -> Iterator[LoadingOutcome]:
    listed, loaded = _first(own, PortEventCode.LISTED), _first(own, PortEventCode.LOADED)
    if loaded is not None and any(event.id in undone for event in own):
        yield LoadingOutcome.ROLLED
    elif loaded is not None:
        if listed is None and PortEventCode.LISTED in of_call:
            yield LoadingOutcome.OVER
    elif listed is not None:
        listed_later = any(other.at > listed.at for other in last_lists if other.call != listed.call)
        if _first(own, PortEventCode.NOT_LOADED) is not None or listed_later:
            yield LoadingOutcome.ROLLED
        elif PortEventCode.DEPARTED in of_call:
            yield LoadingOutcome.SHORT


def _first(events: Sequence[PortEvent], code: PortEventCode) -> PortEvent | None:
    return next((event for event in events if event.event == code), None)
