"""The drawing of a shipment's events: close ones are one dot, names do not overlap, and it stays small."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from declarations.calendar import DAY, HOUR, instant_of
from single_window.cases.shipments.lanes import DOT, LETTER, MOST_DAYS, WIDTH, draw
from single_window.cases.shipments.line_of_time import PORT, TAX, ShipmentLine
from single_window.language.words import Words

FIRST = instant_of(date(2026, 11, 20), 9)


def line(at: int, lane: str = PORT, is_odd: bool = False) -> ShipmentLine:
    return ShipmentLine(at, lane, "QDTERM", Words("进闸", "gate in"), None, 1, is_odd=is_odd)


def test_one_instant_is_not_drawn() -> None:
    assert draw([], FIRST, "en") is None and draw([line(FIRST)] * 2, FIRST, "en") is None


def test_each_speaker_has_a_lane_and_the_present_a_place() -> None:
    drawn = draw([line(FIRST), line(FIRST + HOUR, TAX), line(FIRST + DAY, is_odd=True)], FIRST + DAY, "zh")
    assert drawn is not None and [lane.name for lane in drawn.lanes] == [PORT, TAX]
    port = drawn.lanes[0]
    assert [dot.name for dot in port.dots] == ["进闸", "进闸"] and list(port.odd) == [port.dots[1].x]
    assert drawn.now == port.dots[1].x and [day for _, day in drawn.days] == ["11-21"]


def test_a_thousand_events_stay_small_and_names_do_not_overlap() -> None:
    drawn = draw([line(FIRST + number * HOUR) for number in range(1_000)], FIRST + 500 * DAY, "en")
    assert drawn is not None and drawn.now == 0 and len(drawn.days) <= MOST_DAYS
    dots = drawn.lanes[0].dots
    assert len(dots) <= WIDTH // DOT and max(dot.x for dot in dots) < WIDTH
    for below in (False, True):
        named = sorted(dot.at for dot in dots if dot.name and dot.below is below)
        assert all(after - before >= LETTER["en"] * len("gate in") for before, after in pairwise(named))
    assert dots[-1].name and dots[-1].at + LETTER["en"] * len("gate in") <= WIDTH


def test_the_last_of_a_lane_and_what_contradicts_are_named_where_not_all_have_room() -> None:
    close = [line(FIRST + number * HOUR, is_odd=number == 45) for number in range(48)]
    far = line(FIRST + 30 * DAY, TAX)
    drawn = draw([*close, far], FIRST + 30 * DAY, "en")
    assert drawn is not None
    port = drawn.lanes[0]
    named = [dot.x for dot in port.dots if dot.name]
    assert len(named) < len(port.dots) and port.dots[-1].x in named and {*port.odd} <= {*named}
