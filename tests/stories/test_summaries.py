"""Summaries of closed exports: asked for by list or by period, merged, told; a list stands in one summary only."""

from __future__ import annotations

from datetime import date

import pytest

from declarations.money import plain
from gateways.customs.summaries.handlers import PHASES
from gateways.customs.summaries.places import merchant
from tests.databases import LATER_ON_POSTGRESQL, ON_BOTH
from tests.stories.summarising import MERCHANT, Summarising, inventory, line

pytestmark = LATER_ON_POSTGRESQL
TOLD = Summarising
TAKEN = [("2", "2"), ("399", "2300.taken")]
KOR, JPN, USD, CNY = "133", "116", "502", "142"
SHIRT, SHOE = "6109100010", "6404110000"


def example() -> list:
    """The lists of the example in the rule book."""
    return [
        inventory(1, line(qty="2", amount="25.80")),
        inventory(2, line(qty="3", amount="38.70"), kg="0.54"),
        inventory(3, line(qty="1", amount="89.00", currency=CNY), kg="0.18"),
        inventory(4, line(gcode=SHOE, qty="1", amount="54.99", unit="025"), kg="0.92"),
        inventory(5, line(qty="4", amount="51.60", country=JPN), country=JPN, kg="0.72"),
        inventory(6, line(qty="2", amount="25.80"), port="4220"),
    ]


@ON_BOTH
def test_the_example_of_the_rule_book(told):
    numbers = told.closed(example())
    told.story.say(told.month())
    assert told.answers()[-1] == ("399", "2300.taken")
    made = told.made()
    assert [(one.head["destination"], one.head["exit_office"], plain(one.gross), len(one.lines)) for one in made] == [
        (JPN, "4227", "0.72", 1),
        (KOR, "4220", "0.36", 1),
        (KOR, "4227", "2.00", 3),
    ]
    results = told.results()
    assert [one["msgCount"] for one in results] == ["1"] * 3
    placed = {row["invtNo"]: (one["entryId"], row["gseqno"], row["gcode"]) for one in results for row in one["lists"]}
    entry = results[2]["entryId"]
    assert len(entry) == 18
    assert set(placed) == set(numbers)
    assert placed[numbers[0]] == placed[numbers[1]] == (entry, "2", SHIRT)
    assert told.one().state == "summarised"
    assert told.told() == ["summary_begun", "summary_accepted", "summary_merged", "summarised"]
    for number in numbers:
        stands = told.standing(number)
        assert stands.standing == "summarised"
        assert made[stands.lines[0][0] - 1].entry_id == placed[number][0]
    assert told.due() == []


def test_a_declaration_for_each_currency_where_that_is_wished(tell):
    told = Summarising(tell(split_currency=True))
    told.closed(example())
    told.story.say(told.month())
    assert [sorted({line[3] for line in one.lines}) for one in told.made()] == [[USD], [USD], [CNY], [USD]]


def test_a_request_that_names_lists_is_taken_in_and_carries_its_number(told):
    numbers = told.closed([inventory(number) for number in range(4)])
    told.story.say(told.request(numbers[:3]))
    assert told.answers() == TAKEN
    assert told.one().lists == 3
    assert told.standing(numbers[3]).standing == "waits"
    assert told.one(told.one().sum_no).cop_no == "HZ1"


def test_a_request_is_refused_for_each_list_that_cannot_be_summarised_and_claims_none(told):
    sound, counted, direct, other = told.closed(
        [inventory(1), inventory(2, flag="A"), inventory(3, mode="9710"), inventory(4, merchant="3301968DEF")]
    )
    told.story.say(told.request([sound, counted, direct, other, "42272026E999999999"]))
    assert told.answers() == [("2", "2"), ("100", "18001")]
    assert set(told.rules()) == {"18001", "18005", "18006", "18010"}
    assert told.one().state == "rejected"
    assert [told.standing(one).standing for one in (sound, counted, direct)] == ["waits", "statistics", ""]
    told.story.say(told.request([sound], app_type="2"))
    assert told.answers()[-1] == ("399", "2300.taken")
    assert told.standing(sound).standing == "summarised"


def test_a_period_leaves_out_what_cannot_be_summarised_and_says_why(told):
    numbers = told.closed([inventory(1), inventory(2), inventory(3, flag="A"), inventory(4, mode="9810")])
    told.story.say(told.request(numbers[:1], "HZ0"), told.month())
    assert told.one().lists == 1
    assert told.one().left_out == {"18004": 1, "18005": 1, "18010": 1}
    assert told.rules().count("18021") == 3


def test_a_period_without_lists_is_refused(told):
    told.closed([inventory(1)])
    told.story.say(told.month(month="202609"))
    assert told.answers()[-1] == ("100", "18007")


def test_the_seconds_of_a_period_belong_to_it(told):
    told.closed([inventory(1)])
    told.story.say(told.request(startTime="20261110100000", endTime="20261110100000"))
    assert told.answers()[-1] == ("399", "2300.taken")
    told.story.say(told.request(cop_no="HZ2", startTime="20261110100001", endTime="20261130235959"))
    assert told.answers("HZ2")[-1] == ("100", "18007")


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 2, 3, 3, 1, 1)])
def test_parts_come_in_any_order_and_doubled(told, order):
    numbers = told.closed([inventory(number) for number in range(6)])
    parts = {part: told.request(numbers[2 * part - 2 : 2 * part], part=part, parts=3) for part in (1, 2, 3)}
    for part in order:
        told.story.say(parts[part])
    assert sorted(told.answers()).count(("399", "2300.taken")) == 3
    assert told.one().lists == 6


def test_parts_that_contradict_each_other_are_refused_and_missing_ones_refuse_the_others(told):
    numbers = told.closed([inventory(number) for number in range(2)])
    told.story.say(
        told.request(numbers[:1], part=1, parts=2), told.request(numbers[1:], part=2, parts=2, summaryFlag="2")
    )
    assert ("100", "18011") in told.answers()
    told.story.pass_time(days=8)
    assert told.answers()[-1] == ("100", "18009")
    assert told.standing(numbers[0]).standing == "waits"


def test_a_part_may_not_be_changed_while_its_lists_are_summarised(told):
    numbers = told.closed([inventory(1)])
    told.story.say(told.request(numbers))
    told.story.say(told.request(numbers, app_type="2"))
    assert told.answers()[-1][0] == "-704004"


def test_a_list_that_is_named_twice_is_summarised_once(told):
    numbers = told.closed([inventory(number) for number in range(3)])
    told.story.say(
        told.request([*numbers[:2], numbers[0]], part=1, parts=2), told.request(numbers[1:], part=2, parts=2)
    )
    assert (told.one().state, told.one().lists) == ("summarised", 3)


def test_work_that_comes_twice_finds_nothing_to_do(told):
    numbers = told.closed([inventory(number) for number in range(3)])
    told.story.say(told.request(numbers))
    before, history = told.results(), told.told()
    for phase in PHASES:
        told.hears("summary.worked", [told.one().id, merchant(MERCHANT.code), phase, 0, 0])
    assert (told.results(), told.told()) == (before, history)
    assert not any(told.story.window.depth("story").values())
    assert told.one().state == "summarised"


def test_two_requests_that_race_for_lists(told):
    numbers = told.closed([inventory(number) for number in range(5)])
    told.story.say(told.request(numbers[:3], "HZ1"), told.request(numbers[2:], "HZ2"))
    assert {told.one("HZ1").state, told.one("HZ2").state} == {"summarised", "rejected"}
    loser = next(one for one in ("HZ1", "HZ2") if told.one(one).state == "rejected")
    assert told.answers(loser)[-1] == ("100", "18004")
    assert len([one for one in numbers if told.standing(one).standing == "summarised"]) == 3


def test_the_months_of_a_request_are_summarised_each_by_itself_and_late_ones_remarked(told):
    numbers = [
        told.closed([inventory(place)], day)[0]
        for place, day in enumerate((date(2026, 11, 3), date(2026, 9, 20), date(2026, 11, 4), date(2026, 9, 21)))
    ]
    told.story.say(told.request(numbers))
    assert [(one.month, one.sources) for one in told.made()] == [("2026-09-01", 2), ("2026-11-01", 2)]
    assert told.rules().count("18023") == 2
    assert told.rules().count("18008") == 1
    assert [told.standing(number).lines[0][0] for number in numbers] == [2, 1, 2, 1]
    assert len(told.results()) == 2
