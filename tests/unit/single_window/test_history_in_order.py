"""The history of a case: what follows comes behind what it follows from, also within one instant."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from single_window.cases.notes_and_files import KeptWithCase, TeamLine, in_time

AT = "2027-01-23T12:00:00.00{}Z"


class Line(NamedTuple):
    at: str
    event: str
    of_team: bool = False


def kept(*lines: TeamLine) -> KeptWithCase:
    return KeptWithCase("", "", None, (), (), lines, ())


def test_a_receipt_with_a_later_time_of_its_own_stays_before_what_followed_from_it() -> None:
    told = [Line(AT.format(0), "declared"), Line(AT.format(1), "accepted"), Line(AT.format(0), "review")]
    assert in_time(told, None) == told


def test_what_officers_did_comes_behind_all_that_had_happened_by_then_and_before_what_came_later() -> None:
    told = [Line(AT.format(0), "review"), Line(AT.format(2), "receipt"), Line(AT.format(0), "arrived")]
    later = Line(AT.format(5), "concluded")
    note = TeamLine(AT.format(0), "wang", "noted", "", "noted")
    assert in_time([*told, later], kept(note)) == [*told, note, later]


@given(st.lists(st.integers(0, 5)), st.lists(st.integers(0, 5)))
def test_the_order_of_a_history_is_kept_whatever_its_times_are(told: list[int], noted: list[int]) -> None:
    lines = [Line(AT.format(at), str(place)) for place, at in enumerate(told)]
    notes = [TeamLine(AT.format(at), "wang", "noted", str(place), "noted") for place, at in enumerate(sorted(noted))]
    mixed = in_time(lines, kept(*notes))
    assert [line for line in mixed if not line.of_team] == lines
    assert [line for line in mixed if line.of_team] == notes
