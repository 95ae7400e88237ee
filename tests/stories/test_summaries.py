"""Summaries of closed exports: asked for by list or by period, merged, told; a list stands in one summary only."""

from __future__ import annotations

import pytest

from declarations.money import plain
from tests.databases import ENGINES
from tests.stories.summarising import Summarising, inventory, line

TAKEN = [("2", "2.summary_request"), ("120", "1800")]
KOR, JPN, USD, CNY = "133", "116", "502", "142"
SHIRT, SHOE = "6109100010", "6404110000"


@pytest.fixture(params=ENGINES)
def engine(request):
    return request.param


def example() -> list:
    """The lists of the example in the rule book."""
    return [inventory(1, line(qty="2", amount="25.80")),
            inventory(2, line(qty="3", amount="38.70"), kg="0.54"),
            inventory(3, line(qty="1", amount="89.00", currency=CNY), kg="0.18"),
            inventory(4, line(gcode=SHOE, qty="1", amount="54.99", unit="025"), kg="0.92"),
            inventory(5, line(qty="4", amount="51.60", country=JPN), country=JPN, kg="0.72"),
            inventory(6, line(qty="2", amount="25.80"), port="4220")]


def test_the_example_of_the_rule_book(tell):
    told = Summarising(tell())
    numbers = told.closed(example())
    told.story.say(told.month())
    assert told.answers()[-1] == ("120", "1800")
    made = told.made()
    assert [(one.head["destination"], one.head["exit_office"], plain(one.gross), len(one.lines)) for one in made] == [
        (JPN, "4227", "0.72", 1), (KOR, "4220", "0.36", 1), (KOR, "4227", "2.00", 3)]
    results = told.results()
    assert [one["msgCount"] for one in results] == ["1"] * 3
    placed = {row["invtNo"]: (one["entryId"], row["gseqno"], row["gcode"]) for one in results for row in one["lists"]}
    entry = results[2]["entryId"]
    assert len(entry) == 18
    assert set(placed) == set(numbers)
    assert placed[numbers[0]] == placed[numbers[1]] == (entry, "2", SHIRT)
    assert told.one().state == "summarised"
