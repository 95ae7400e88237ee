"""Terminals tell of containers late, twice and out of order; what contradicts itself becomes a case."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.databases import ON_BOTH
from tests.stories.port import BOX, OTHER_TERMINAL, TERMINAL, Port

pytestmark = ON_BOTH


@pytest.fixture
def port(start_story) -> Port:
    return Port(start_story(port="events"))


def test_a_box_is_booked_gated_in_loaded_and_leaves(port: Port) -> None:
    told = [port.told(event, hour) for hour, event in enumerate(("BKD", "GIN", "LOD", "DEP"))]
    assert port.tell(*told) == ("120", "29101")
    assert port.line() == [(TERMINAL, 1, event, "") for event in ("BKD", "GIN", "LOD", "DEP")]
    (stay,) = port.container().stays
    assert (stay.since[11:16], stay.until[11:16]) == ("01:00", "02:00")  # UTC
    assert port.states() == []


def test_the_same_again_changes_nothing(port: Port) -> None:
    gate_in = port.told("GIN", 1)
    assert port.tell(gate_in) == ("120", "29101")
    assert port.tell(gate_in) == ("120", "29102")
    assert port.tell(gate_in, number="ANOTHER") == ("120", "29102")
    assert port.line() == [(TERMINAL, 1, "GIN", "")]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_whatever_comes_first_the_line_is_the_same_but_for_what_came_late(port: Port, order: tuple[int, ...]) -> None:
    events = [port.told("GIN", 1), port.told("LOD", 2), port.told("DEP", 3)]
    for place in order:
        status, rule = port.tell(events[place])
        assert status == "120" and rule in ("29101", "29106")
        port.story.pass_time(hours=1)
    assert [event for _, _, event, _ in port.line()] == ["GIN", "LOD", "DEP"]
    late = [any(order.index(after) < order.index(place) for after in range(place + 1, 3)) for place in range(3)]
    assert [mark == "late" for *_, mark in port.line()] == late


def test_what_cannot_be_in_that_order_is_kept_and_marked(port: Port) -> None:
    assert port.tell(port.told("LOD", 1), port.told("GIN", 2)) == ("120", "29107")
    assert port.line() == [(TERMINAL, 1, "LOD", ""), (TERMINAL, 1, "GIN", "order")]


def test_a_box_that_gates_in_twice_is_marked(port: Port) -> None:
    assert port.tell(port.told("GIN", 1)) == ("120", "29101")
    assert port.tell(port.told("GIN", 2)) == ("120", "29110")
    assert [mark for *_, mark in port.line()] == ["", "again"]


def test_a_box_that_comes_back_stays_a_second_time(port: Port) -> None:
    port.tell(port.told("GIN", 0), port.told("LOD", 1), port.told("DEP", 2))
    port.tell(port.told("DIS", 3), port.told("GOU", 4), voyageNo="2648W")
    assert [(stay, event) for _, stay, event, _ in port.line()] == [
        (1, "GIN"),
        (1, "LOD"),
        (1, "DEP"),
        (2, "DIS"),
        (2, "GOU"),
    ]


def test_a_box_at_two_terminals_is_a_case_that_says_who_says_what_since_when(port: Port) -> None:
    assert port.tell(port.told("GIN", 1)) == ("120", "29101")
    assert port.tell(port.told("GIN", 2), terminal=OTHER_TERMINAL) == ("300", "29108")
    (case,) = port.cases("T")
    (reason,) = case.reasons
    assert (case.state, case.container_no) == ("open", BOX)
    assert dict(reason.values) == {
        "container": BOX,
        "first": TERMINAL,
        "since": "2026-11-20 09:00",
        "second": OTHER_TERMINAL,
        "also": "2026-11-20 10:00",
    }
    assert len(port.line()) == 2, "nothing is dropped"


def test_a_late_gate_out_explains_it(port: Port) -> None:
    port.tell(port.told("GIN", 1))
    port.tell(port.told("GIN", 3), terminal=OTHER_TERMINAL)
    assert port.states() == [("T", "open")]
    port.story.pass_time(hours=1)
    assert port.tell(port.told("GOU", 2)) == ("120", "29101")
    assert port.states() == [("T", "cleared")]


def test_an_officer_accepts_an_explanation_and_the_same_is_not_asked_again(port: Port) -> None:
    port.tell(port.told("GIN", 1))
    port.tell(port.told("GIN", 2), terminal=OTHER_TERMINAL)
    (case,) = port.cases()
    port.decide(case.case_no, "accept")
    assert port.states() == [("T", "accepted")]
    assert port.tell(port.told("INS", 3))[0] == "300", "it still contradicts itself"
    assert port.states() == [("T", "accepted")]


REFUSED = {
    "check digit": ({"containerNo": "QDXU1000016"}, {}, "29104"),
    "no box": ({"containerNo": "ABCD1234567"}, {}, "29104"),
    "unknown event": ({"event": "QQQ"}, {}, "29104"),
    "no such day": ({"eventTime": "20261131120000"}, {}, "29104"),
    "port": ({"dischargePort": "KR1NC"}, {}, "29104"),
    "ship": ({}, {"vesselId": "9990003"}, "29104"),
    "to come": ({"eventTime": "20261120120001"}, {}, "29105"),
    "box of a ship": ({"event": "TAL"}, {}, "29104"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_document_with_a_fault_is_refused_whole(port: Port, case: str) -> None:
    line, head, rule = REFUSED[case]
    good = port.told("GIN", 1, box="QDXU2000175")
    assert port.tell(good, {**port.told("GIN", 1), **line}, **head) == ("100", rule)
    assert port.container("QDXU2000175").stays == ()


def test_where_the_port_is_off_a_document_is_refused(start_story) -> None:
    port = Port(start_story())
    assert port.tell(port.told("GIN", 1)) == ("100", "29103")
    assert port.line() == []
