"""Months of merchants: real exports are closed, their month's deadline passes, they are summarised in time or late."""

from __future__ import annotations

from datetime import date

from declarations.calendar import instant_of
from gateways.customs.summaries.places import merchant
from tests.databases import LATER_ON_POSTGRESQL
from tests.stories.exporting import Sale, invt_no, note, refund
from tests.stories.summarising import MERCHANT, Summarising

pytestmark = LATER_ON_POSTGRESQL
TOLD = Summarising


def left(told: Summarising, sales: list[Sale], number: str = "1") -> list[str]:
    """Sales that are declared, arrive and leave; gives the numbers of their lists."""
    told.story.say(*[body for sale in sales for body in sale.messages()])
    told.story.say(note("arrival_note", sales, f"YD{number}"))
    told.story.say(note("departure_note", sales, f"LJ{number}"))
    assert {told.story.state(sale) for sale in sales} == {"closed"}
    return [invt_no(told.story, sale) for sale in sales]


def test_a_month_of_exports_becomes_declarations(told):
    numbers = left(told, [Sale(1), Sale(2), Sale(3)])
    assert [(one.ebc_code, one.month, one.last_day, one.waiting, one.overdue) for one in told.due()] == [
        (MERCHANT.code, "2026-11", "2026-12-15", 3, False)
    ]
    told.story.say(told.month())
    assert told.due() == []
    (made,) = told.made()
    assert (made.sources, len(made.lines)) == (3, 1)
    assert {row["invtNo"] for one in told.results() for row in one["lists"]} == set(numbers)
    told.story.pass_time(days=30)
    assert told.overdue() == []


def test_a_month_that_nobody_summarised_is_marked_once_when_its_last_day_is_over(told):
    left(told, [Sale(1), Sale(2)])
    window = told.story.window
    window.advance("story", instant_of(date(2026, 12, 16)) - 1)
    assert told.overdue() == []
    window.advance("story", instant_of(date(2026, 12, 16)))
    assert told.overdue() == [("summary_overdue", "18026")]
    assert [(one.waiting, one.overdue) for one in told.due()] == [(2, True)]
    told.hears("deadline.summary", [MERCHANT.code, merchant(MERCHANT.code), "2026-11-01"])
    assert told.overdue() == [("summary_overdue", "18026")]
    left(told, [Sale(3)], "2")
    assert [(one.month, one.overdue) for one in told.due()] == [("2026-11", True), ("2026-12", False)]
    told.story.say(told.month(appTime="20261216120000"))
    assert told.one().state == "summarised"
    assert "18008" in told.rules()
    window.advance("story", instant_of(date(2027, 1, 10)))
    assert told.overdue() == [("summary_overdue", "18026")]


def test_what_came_back_is_not_summarised(told):
    sales = [Sale(1), Sale(2)]
    numbers = left(told, sales)
    told.story.say(refund(sales[0], numbers[0]))
    assert told.due()[0].waiting == 1
    told.story.say(told.month())
    assert (told.one().lists, told.one().left_out) == (1, {"18003": 1})
    told.story.say(told.request(numbers[:1], "HZ2"))
    assert told.answers("HZ2")[-1] == ("100", "18003")
