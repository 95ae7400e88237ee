"""What a run is injured with: a plan that a seed decides, processes that come up again, poison, doubles."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from schemas.reading import open_message
from simulators.draws import Draws
from tests.chaos import poison
from tests.chaos.crew import Crew, surroundings
from tests.chaos.plan import FIRST, LAST, plan
from tests.chaos.programs import until
from tests.tables import each

VICTIMS = ["serve", "customs", "the broker"]
OTHERS = ["cut broker", "fill database"]


def test_a_plan_kills_everybody_in_turn_and_does_all_else_too() -> None:
    made = plan(1, 20, VICTIMS, OTHERS)
    assert Counter(injury.target for injury in made if injury.kill) == {"serve": 7, "customs": 7, "the broker": 6}
    assert Counter(injury.target for injury in made if not injury.kill) == {"cut broker": 2, "fill database": 2}


def test_a_plan_is_spread_over_the_run_and_drawn_by_its_seed() -> None:
    made = plan(1, 20, VICTIMS, OTHERS)
    places = [injury.at for injury in made]
    assert places == sorted(places)
    assert FIRST <= places[0] < 0.1 and 0.85 < places[-1] <= LAST
    assert made == plan(1, 20, VICTIMS, OTHERS) != plan(2, 20, VICTIMS, OTHERS)


def test_without_kills_all_else_is_done_once() -> None:
    assert sorted(injury.target for injury in plan(1, 0, VICTIMS, OTHERS)) == OTHERS


# the crew


@pytest.fixture
def crew(tmp_path: Path) -> Crew:
    """Two programs that wait, one of them with a child."""
    made = Crew({}, surroundings({}), tmp_path / "logs")
    for name, command in (("alone", "exec sleep 600"), ("parent", "sleep 600 & wait")):
        made.programs[name] = made.programme(name, ["sh", "-c", command])
    return made


@pytest.mark.long
def test_who_is_killed_comes_up_again_and_that_is_not_counted_as_his_doing(crew: Crew) -> None:
    with crew:
        before = crew.programs["alone"].pid
        assert crew.kill("alone", Draws(1)) == "alone"
        until(lambda: crew.programs["alone"].alive and crew.programs["alone"].pid != before, 120, "he is up again")
    assert crew.exits == {}


@pytest.mark.long
def test_who_ends_by_himself_comes_up_again_and_is_counted(crew: Crew, tmp_path: Path) -> None:
    crew.programs["quitter"] = crew.programme("quitter", ["sh", "-c", "exit 7"])
    with crew:
        until(lambda: crew.exits["quitter with 7"] >= 2, 120, "he has ended twice")


def test_a_child_may_be_killed_in_its_parents_place(crew: Crew) -> None:
    victims, seen = set(), {0}
    with crew:
        parent = crew.programs["parent"]
        for number in range(3):
            until(lambda: parent.pid not in seen and len(parent.members()) == 2, 120, "it is up with its child")
            seen.add(parent.pid)
            victims.add(crew.kill("parent", Draws(number)).partition(", ")[2])
    assert victims == {"a child", "its first process"}


@pytest.mark.long
def test_in_the_end_nobody_is_left_and_who_was_left_behind_is_reported(crew: Crew) -> None:
    with crew:
        until(lambda: len(crew.programs["parent"].members()) == 2, 120, "the child is there")
        assert crew.stop() == {"parent": 1}, "a shell ends without its child"
    assert [program.members() for program in crew.programs.values()] == [[], []]


def test_the_window_is_given_these_settings_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SINGLE_WINDOW_PORT", "1")
    result = surroundings({"broker": "amqp://x", "attempts": 5})
    assert {name: value for name, value in result.items() if name.startswith("SINGLE_WINDOW_")} == {
        "SINGLE_WINDOW_BROKER": "amqp://x",
        "SINGLE_WINDOW_ATTEMPTS": "5",
    }


# poison


def test_one_message_in_a_hundred_is_poison_however_they_are_sent() -> None:
    dropper, wanted = poison.Dropper(3, 50), [b"<good/>"] * 30
    sent = [body for _ in range(100) for body in dropper.mixed(wanted)]
    assert sent.count(b"<good/>") == 3_000
    assert len(sent) == 3_030
    assert len(set(sent)) > 20


@each("body", sorted(set(poison.bodies(5, 200)), key=len)[:1] + list(poison.bodies(5, 12)))
def test_what_is_poison_over_http_cannot_be_opened(body: bytes) -> None:
    with pytest.raises(Exception):  # noqa: B017 - whatever it is that reading raises
        assert open_message(body).business.startswith(b"<CEB")
