"""What an order number asks for by its end."""

from __future__ import annotations

import pytest

from single_window.outcomes.magic_values import asked_by_number, sign_of
from single_window.outcomes.scenarios import scenarios
from single_window.outcomes.triggers import LISTS, TO_CALLS, Do
from tests.tables import each


@each(
    ("order_no", "do", "field", "value"),
    [
        ("DD1~R1332", Do.REJECT, "code", "1332"),
        ("DD1~R", Do.REJECT, "code", "1332"),
        ("DD1~R1313", Do.REJECT, "code", "1313"),
        ("DD1~P621005", Do.REFUSE, "code", "-621005"),
        ("DD1~P", Do.REFUSE, "code", "-621001"),
        ("DD1~I", Do.INSPECT, "code", ""),
        ("DD1~V", Do.REVIEW, "code", ""),
        ("DD1~LATE90", Do.DELAY, "seconds", 90),
        ("DD1~LATE", Do.DELAY, "seconds", 30),
        ("DD1~LOST", Do.LOSE, "code", ""),
        ("DD1~TWICE", Do.REPEAT, "copies", 3),
        ("A~I~LOST", Do.LOSE, "code", ""),
    ],
)
def test_the_end_of_an_order_number_asks_for_an_outcome(order_no: str, do: Do, field: str, value: object) -> None:
    triggers = asked_by_number(order_no)
    assert [trigger.action.do for trigger in triggers] == [do]
    assert getattr(triggers[0].action, field) == value
    assert triggers[0].label == order_no[order_no.rindex("~") :]


@each(
    "order_no",
    [
        "",
        "DD1",
        "DD1R1332",
        "DD1~",
        "DD1~r1332",
        "DD1~X",
        "DD1~I5",
        "DD1~LOST2",
        "DD1~R999999",
        "DD1~R12345678",
        "DD1~LATE0",
        "DD1~LATE9999999",
        "DD1~P0000001",
        "~I DD1",
        "DD1~I\n",
        "DD1~R１３３２",
    ],
)
def test_any_other_end_asks_for_nothing(order_no: str) -> None:
    assert asked_by_number(order_no) == ()


@pytest.mark.parametrize("order_no", ["DD1~BAD"])
def test_a_message_is_spoiled_only_if_it_has_a_list(order_no: str) -> None:
    assert [trigger.match.type for trigger in asked_by_number(order_no)] == list(LISTS)


def test_each_sign_belongs_to_one_scenario_and_asks_for_it() -> None:
    signs = {sign_of(scenario): scenario for scenario in scenarios().values() if scenario.ends}
    assert len(signs) == len([scenario for scenario in scenarios().values() if scenario.ends])
    for sign, scenario in signs.items():
        asked = asked_by_number(f"DD1{sign.removesuffix('#')}")
        assert {trigger.action for trigger in asked} == {action for _, action in scenario.steps}, scenario.name


def test_what_is_about_a_call_cannot_be_asked_for_by_a_number() -> None:
    assert not [
        scenario.name for scenario in scenarios().values() if scenario.ends and scenario.steps[0][1].do in TO_CALLS
    ]
