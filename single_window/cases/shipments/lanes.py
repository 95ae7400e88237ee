"""The line of time of a shipment as a drawing: a lane for each speaker on one axis of days."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from declarations.calendar import day_of, instant_of
from single_window.cases.shipments.line_of_time import LANES, ShipmentLine
from single_window.language import words
from single_window.language.words import Words

WIDTH, LEFT, RIGHT, TOP, STEP = 960, 110, 24, 8, 44
"""Measures of the drawing, in its units: its width, where the axis begins and what is left of its end, the height of
the days above the lanes, and of a lane."""
DOT = 12
"""Events of a lane that lie closer than this are one dot."""
LETTER = {words.ZH: 13, words.EN: 7}
"""The width of a letter of a name, in either language."""
MOST_DAYS = 8
"""Days that the axis names."""


class Dot(NamedTuple):
    """One or more events of a lane at one place; `name` is empty where there is no room for it. It begins at `at`,
    above the dot or `below` it."""

    x: int
    name: str
    at: int = 0
    below: bool = False


class DrawnLane(NamedTuple):
    """A speaker's events from left to right. `y`: its height; `odd`: the places of what contradicts itself."""

    name: str
    y: int
    dots: Sequence[Dot]
    odd: Sequence[int]


class LanesDrawing(NamedTuple):
    """The drawing: its lanes, its days by their places, and the place of the present instant (0: out of sight)."""

    lanes: Sequence[DrawnLane]
    days: Sequence[tuple[int, str]]
    now: int
    width: int
    height: int


def draw(lines: Sequence[ShipmentLine], now: int, language: str) -> LanesDrawing | None:
    """Return the drawing of events, oldest first; None if they are fewer than two, or of one instant."""
    if not lines or lines[0].at == lines[-1].at:
        return None
    scale = _Scale(lines[0].at, max(lines[-1].at, min(now, lines[-1].at + (lines[-1].at - lines[0].at) // 8)))
    spoken = [lane for lane in LANES if any(line.lane == lane for line in lines)]
    lanes = [
        _lane(name, TOP + STEP * place, [line for line in lines if line.lane == name], scale, language)
        for place, name in enumerate(spoken, 1)
    ]
    within = now <= scale.until
    return LanesDrawing(lanes, _days(scale), scale.x(now) if within else 0, WIDTH, TOP + STEP * len(lanes) + 24)


class _Scale(NamedTuple):
    since: int
    until: int

    def x(self, at: int) -> int:
        return LEFT + 10 + (at - self.since) * (WIDTH - LEFT - RIGHT - 20) // (self.until - self.since)


def _lane(name: str, y: int, lines: Sequence[ShipmentLine], scale: _Scale, language: str) -> DrawnLane:
    """Join what lies close, named by what contradicts something, else by what was first."""
    places: dict[int, Words] = {}
    odd = set()
    at = -DOT
    for line in lines:
        x = scale.x(line.at)
        if x - at >= DOT:
            at = x
        if line.is_odd and at not in odd:
            odd.add(at)
            places[at] = line.words
        places.setdefault(at, line.words)
    return DrawnLane(name, y, _named(places, odd, language), sorted(odd))


def _named(places: Mapping[int, Words], odd: Collection[int], language: str) -> Sequence[Dot]:
    """Give each dot its name where there is room, above it or below: first the last of a lane, then what contradicts
    something, then the others from the left."""
    rows: Sequence[list[tuple[int, int]]] = ([], [])
    named: dict[int, Dot] = {}
    for x in sorted(places, key=lambda x: (x != max(places), x not in odd, x)):
        name = places[x].text(language)
        width = LETTER[language] * len(name)
        at = max(0, min(x, WIDTH - width))
        row = next((row for row in rows if all(at + width + DOT <= since or until <= at for since, until in row)), None)
        if row is not None:
            row.append((at, at + width + DOT))
            named[x] = Dot(x, name, at, below=row is rows[1])
    return [named.get(x, Dot(x, "")) for x in places]


def _days(scale: _Scale) -> Sequence[tuple[int, str]]:
    """Midnights between first and last event, at most `MOST_DAYS` of them."""
    first, last = day_of(scale.since).toordinal(), day_of(scale.until).toordinal()
    every = -(-(last - first) // MOST_DAYS) or 1
    return list(_midnights(range(first + 1, last + 1, every), scale))


def _midnights(ordinals: Iterable[int], scale: _Scale) -> Iterator[tuple[int, str]]:
    for day in map(date.fromordinal, ordinals):
        yield scale.x(instant_of(day)), f"{day:%m-%d}"
