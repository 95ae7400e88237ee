"""The line of time of a shipment as a drawing: a lane for each speaker on one axis of days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from declarations.calendar import day_of, instant_of
from single_window.cases.shipments.line_of_time import LANES, ShipmentLine
from single_window.language import words
from single_window.language.words import Words

WIDTH, LEFT, RIGHT, TOP, STEP = 960, 110, 24, 28, 34
"""Measures of the drawing, in its units: its width, where the axis begins and what is left of its end, the height of
the days above the lanes, and of a lane."""
DOT = 12
"""Events of a lane that lie closer than this are one dot."""
LETTER = {words.ZH: 13, words.EN: 7}
"""The width of a letter of a name, in either language."""
MOST_DAYS = 8
"""Days that the axis names."""


class Dot(NamedTuple):
    """One or more events of a lane at one place; `name` is empty where there is no room for it."""

    x: int
    name: str


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
    return LanesDrawing(lanes, _days(scale), scale.x(now) if within else 0, WIDTH, TOP + STEP * len(lanes) + 14)


class _Scale(NamedTuple):
    since: int
    until: int

    def x(self, at: int) -> int:
        return LEFT + 10 + (at - self.since) * (WIDTH - LEFT - RIGHT - 20) // (self.until - self.since)


def _lane(name: str, y: int, lines: Sequence[ShipmentLine], scale: _Scale, language: str) -> DrawnLane:
    """Join what lies close, and name what has room: a name ends before the next dot's begins."""
    places: dict[int, Words] = {}
    at = -DOT
    for line in lines:
        x = scale.x(line.at)
        if x - at >= DOT:
            at = x
        places.setdefault(at, line.words)
    return DrawnLane(name, y, _named(places, language), sorted({scale.x(line.at) for line in lines if line.is_odd}))


def _named(places: Mapping[int, Words], language: str) -> Sequence[Dot]:
    dots, free = [], 0
    for x, told in places.items():
        name = told.text(language)
        width = LETTER[language] * len(name)
        has_room = x >= free and x + width < WIDTH
        dots.append(Dot(x, name if has_room else ""))
        free = x + width + DOT if has_room else free
    return dots


def _days(scale: _Scale) -> Sequence[tuple[int, str]]:
    """Midnights between first and last event, at most `MOST_DAYS` of them."""
    first, last = day_of(scale.since).toordinal(), day_of(scale.until).toordinal()
    every = -(-(last - first) // MOST_DAYS) or 1
    return list(_midnights(range(first + 1, last + 1, every), scale))


def _midnights(ordinals: Iterable[int], scale: _Scale) -> Iterator[tuple[int, str]]:
    for day in map(date.fromordinal, ordinals):
        yield scale.x(instant_of(day)), f"{day:%m-%d}"
