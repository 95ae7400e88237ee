"""Manifests and tally reports are due on the sandbox's clock, with `port=manifest` or `full`."""

from __future__ import annotations

import pytest

from tests.databases import ON_BOTH
from tests.stories.port import Port

pytestmark = ON_BOTH


@pytest.fixture
def port(start_story) -> Port:
    return Port(start_story(port="manifest"))


def codes(port: Port) -> list[tuple[str, str]]:
    """Code and state of each case."""
    return [(case.reasons[0].rule if case.state == "open" else "", case.state) for case in port.cases("C")]


def test_a_pre_loading_manifest_is_due_24_hours_before_the_planned_loading(port: Port) -> None:
    port.tell(port.told("PLN", 40, box=""))
    port.story.pass_time(hours=11)  # 23:00; loading is planned for 00:00 on the 22nd
    assert codes(port) == []
    port.story.pass_time(hours=2)
    assert codes(port) == [("29401", "open")]
    assert port.cases()[0].reasons[0].parameter_ids == ("port.manifest_hours@2009-01-01",)
    assert port.cases()[0].reasons[0].values["due"] == "2026-11-21 00:00"


@pytest.mark.parametrize(("minute", "late"), [(0, False), (1, True)])
def test_at_the_last_minute_is_in_time_and_one_later_is_not(port: Port, minute: int, late: bool) -> None:
    port.story.pass_time(hours=13)
    told = port.told("MAN", 16 + minute / 60, box="")
    assert port.tell(told, port.told("PLN", 40, box=""))[0] == "120"
    assert codes(port) == [("29401", "open")] * late


def test_a_manifest_that_is_told_in_time_ends_the_clock(port: Port) -> None:
    port.tell(port.told("PLN", 40, box=""), port.told("MAN", 2, box=""), port.told("LMN", 3, box=""))
    port.story.pass_time(days=3)
    assert codes(port) == []


def test_a_plan_that_moves_moves_the_clock(port: Port) -> None:
    port.tell(port.told("PLN", 40, box=""))
    port.tell(port.told("PLN", 64, box=""))
    port.story.pass_time(hours=20)
    assert codes(port) == []
    port.story.pass_time(hours=21)
    assert codes(port) == [("29401", "open")]


def test_a_loading_manifest_is_due_half_an_hour_before_loading_and_a_tally_six_hours_after(port: Port) -> None:
    begun = port.told("LBG", 3, box="")
    port.tell(port.told("MAN", -24, box=""), port.told("LMN", 2.6, box=""), begun)
    assert [rule for rule, _ in codes(port)] == ["29402"]
    port.tell(port.told("LEN", 4, box=""))
    port.story.pass_time(hours=5)
    assert [rule for rule, _ in codes(port)] == ["29402"]
    port.story.pass_time(hours=2)
    assert [rule for rule, _ in codes(port)] == ["29402", "29403"]


def test_a_tally_that_happened_in_time_and_is_told_late_clears_it(port: Port) -> None:
    port.tell(port.told("LEN", 4, box=""))
    port.story.pass_time(hours=7)
    assert codes(port) == [("29403", "open")]
    port.tell(port.told("TAL", 9, box=""))
    assert codes(port) == [("", "cleared")]


@pytest.mark.parametrize("again", ["PLN", "LBG"])
def test_a_manifest_came_when_it_is_told_whatever_it_says_of_itself(port: Port, again: str) -> None:
    port.tell(port.told("PLN", 40, box=""))
    port.story.pass_time(hours=13)
    port.tell(port.told("MAN", 15, box=""))
    assert codes(port) == [("29401", "open")], "it was due at hour 16 and told at hour 17"
    port.tell(port.told(again, 40, box="") if again == "PLN" else port.told("LBG", 16.5, box=""))
    assert ("29401", "open") in codes(port), "another beginning does not make it have come"


def test_what_was_handed_in_before_anybody_told_of_the_loading_is_believed(port: Port) -> None:
    port.tell(port.told("MAN", -24, box=""), port.told("PLN", 5, box=""))
    assert codes(port) == []


def test_a_loading_in_two_counts_has_ended_with_the_second(port: Port) -> None:
    port.tell(port.told("LEN", 1, box=""))
    port.story.pass_time(hours=2)
    port.tell(port.told("LEN", 6, box=""))
    port.story.pass_time(hours=5)
    assert codes(port) == [], "six hours after hour 6"
    port.story.pass_time(hours=2)
    assert codes(port) == [("29403", "open")]


def test_below_manifest_there_are_no_clocks(start_story) -> None:
    port = Port(start_story(port="events"))
    port.tell(port.told("LEN", 1, box=""), port.told("LBG", 0, box=""))
    port.story.pass_time(days=2)
    assert port.cases() == []
