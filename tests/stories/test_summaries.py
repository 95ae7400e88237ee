"""Summaries of closed exports: asked for by list or by period, merged, reported; a list stands in one summary only."""

from __future__ import annotations

from datetime import date

import pytest

from declarations.money import amount_text
from gateways.customs.summaries.closed_lists import meeting_of_merchant
from gateways.customs.summaries.topics import PHASES
from tests.databases import ON_BOTH
from tests.stories.summarising import MERCHANT, Summarising, inventory, line

pytestmark = ON_BOTH
DRIVER = Summarising
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


def test_the_example_of_the_rule_book(driver):
    numbers = driver.closed(example())
    driver.story.submit(driver.month())
    assert driver.answers()[-1] == ("399", "2300.taken")
    made = driver.made()
    assert [
        (row.head["destination"], row.head["exit_office"], amount_text(row.gross), len(row.lines)) for row in made
    ] == [
        (JPN, "4227", "0.72", 1),
        (KOR, "4220", "0.36", 1),
        (KOR, "4227", "2.00", 3),
    ]
    results = driver.results()
    assert [result["msgCount"] for result in results] == ["1"] * 3
    placed = {
        row["invtNo"]: (result["entryId"], row["gseqno"], row["gcode"]) for result in results for row in result["lists"]
    }
    entry = results[2]["entryId"]
    assert len(entry) == 18
    assert set(placed) == set(numbers)
    assert placed[numbers[0]] == placed[numbers[1]] == (entry, "2", SHIRT)
    assert driver.summary().state == "summarised"
    assert driver.history() == ["summary_begun", "summary_accepted", "summary_merged", "summarised"]
    for number in numbers:
        stands = driver.standing(number)
        assert stands.standing == "summarised"
        assert made[stands.lines[0][0] - 1].entry_id == placed[number][0]
    assert driver.due() == []


def test_a_declaration_for_each_currency_where_that_is_wished(start_story):
    driver = Summarising(start_story(split_currency=True))
    driver.closed(example())
    driver.story.submit(driver.month())
    assert [sorted({line[3] for line in declaration.lines}) for declaration in driver.made()] == [
        [USD],
        [USD],
        [CNY],
        [USD],
    ]


def test_a_request_that_names_lists_is_taken_in_and_carries_its_number(driver):
    numbers = driver.closed([inventory(number) for number in range(4)])
    driver.story.submit(driver.request(numbers[:3]))
    assert driver.answers() == TAKEN
    assert driver.summary().lists == 3
    assert driver.standing(numbers[3]).standing == "waits"
    assert driver.summary(driver.summary().sum_no).cop_no == "HZ1"


def test_a_request_is_refused_for_each_list_that_cannot_be_summarised_and_claims_none(driver):
    sound, counted, direct, other = driver.closed(
        [inventory(1), inventory(2, flag="A"), inventory(3, mode="9710"), inventory(4, merchant="3301968DEF")]
    )
    driver.story.submit(driver.request([sound, counted, direct, other, "42272026E999999999"]))
    assert driver.answers() == [("2", "2"), ("100", "18001")]
    assert set(driver.rules()) == {"18001", "18005", "18006", "18010"}
    assert driver.summary().state == "rejected"
    assert [driver.standing(row).standing for row in (sound, counted, direct)] == ["waits", "statistics", ""]
    driver.story.submit(driver.request([sound], app_type="2"))
    assert driver.answers()[-1] == ("399", "2300.taken")
    assert driver.standing(sound).standing == "summarised"


def test_a_period_leaves_out_what_cannot_be_summarised_and_says_why(driver):
    numbers = driver.closed([inventory(1), inventory(2), inventory(3, flag="A"), inventory(4, mode="9810")])
    driver.story.submit(driver.request(numbers[:1], "HZ0"), driver.month())
    assert driver.summary().lists == 1
    assert driver.summary().left_out == {"18004": 1, "18005": 1, "18010": 1}
    assert driver.rules().count("18021") == 3


def test_the_seconds_of_a_period_belong_to_it(driver):
    driver.closed([inventory(1)])
    driver.story.submit(driver.request(startTime="20261110100000", endTime="20261110100000"))
    assert driver.answers()[-1] == ("399", "2300.taken")
    driver.story.submit(driver.request(cop_no="HZ2", startTime="20261110100001", endTime="20261130235959"))
    assert driver.answers("HZ2")[-1] == ("100", "18007")


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 2, 3, 3, 1, 1)])
def test_parts_come_in_any_order_and_doubled(driver, order):
    numbers = driver.closed([inventory(number) for number in range(6)])
    parts = {part: driver.request(numbers[2 * part - 2 : 2 * part], part=part, parts=3) for part in (1, 2, 3)}
    for part in order:
        driver.story.submit(parts[part])
    assert sorted(driver.answers()).count(("399", "2300.taken")) == 3
    assert driver.summary().lists == 6


def test_parts_that_contradict_each_other_are_refused_and_missing_ones_refuse_the_others(driver):
    numbers = driver.closed([inventory(number) for number in range(2)])
    driver.story.submit(
        driver.request(numbers[:1], part=1, parts=2), driver.request(numbers[1:], part=2, parts=2, summaryFlag="2")
    )
    assert ("100", "18011") in driver.answers()
    driver.story.pass_time(days=8)
    assert driver.answers()[-1] == ("100", "18009")
    assert driver.standing(numbers[0]).standing == "waits"


def test_a_part_may_not_be_changed_while_its_lists_are_summarised(driver):
    numbers = driver.closed([inventory(1)])
    driver.story.submit(driver.request(numbers))
    driver.story.submit(driver.request(numbers, app_type="2"))
    assert driver.answers()[-1][0] == "-704004"


def test_a_list_that_is_named_twice_is_summarised_once(driver):
    numbers = driver.closed([inventory(number) for number in range(3)])
    driver.story.submit(
        driver.request([*numbers[:2], numbers[0]], part=1, parts=2), driver.request(numbers[1:], part=2, parts=2)
    )
    assert (driver.summary().state, driver.summary().lists) == ("summarised", 3)


def test_work_that_comes_twice_finds_nothing_to_do(driver):
    numbers = driver.closed([inventory(number) for number in range(3)])
    driver.story.submit(driver.request(numbers))
    before, history = driver.results(), driver.history()
    for phase in PHASES:
        driver.deliver("summary.worked", [driver.summary().id, meeting_of_merchant(MERCHANT.code), phase, 0, 0])
    assert (driver.results(), driver.history()) == (before, history)
    assert not any(driver.story.window.depth("story").values())
    assert driver.summary().state == "summarised"


def test_two_requests_that_race_for_lists(driver):
    numbers = driver.closed([inventory(number) for number in range(5)])
    driver.story.submit(driver.request(numbers[:3], "HZ1"), driver.request(numbers[2:], "HZ2"))
    assert {driver.summary("HZ1").state, driver.summary("HZ2").state} == {"summarised", "rejected"}
    loser = next(number for number in ("HZ1", "HZ2") if driver.summary(number).state == "rejected")
    assert driver.answers(loser)[-1] == ("100", "18004")
    assert len([number for number in numbers if driver.standing(number).standing == "summarised"]) == 3


def test_the_months_of_a_request_are_summarised_each_by_itself_and_late_ones_remarked(driver):
    numbers = [
        driver.closed([inventory(place)], day)[0]
        for place, day in enumerate((date(2026, 11, 3), date(2026, 9, 20), date(2026, 11, 4), date(2026, 9, 21)))
    ]
    driver.story.submit(driver.request(numbers))
    assert [(row.month, row.sources) for row in driver.made()] == [("2026-09-01", 2), ("2026-11-01", 2)]
    assert driver.rules().count("18023") == 2
    assert driver.rules().count("18008") == 1
    assert [driver.standing(number).lines[0][0] for number in numbers] == [2, 1, 2, 1]
    assert len(driver.results()) == 2
