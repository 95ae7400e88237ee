"""Months of merchants: real exports are closed, their month's deadline passes, they are summarised in time or late."""

from __future__ import annotations

from datetime import date

from declarations.calendar import instant_of
from gateways.customs.summaries.closed_lists import meeting_of_merchant
from tests.databases import ON_BOTH
from tests.stories.exporting import Sale, invt_no, note, refund
from tests.stories.summarising import MERCHANT, Summarising

pytestmark = ON_BOTH
DRIVER = Summarising


def left(driver: Summarising, sales: list[Sale], number: str = "1") -> list[str]:
    """Sales that are declared, arrive and leave; gives the numbers of their lists."""
    driver.story.submit(*[body for sale in sales for body in sale.messages()])
    driver.story.submit(note("arrival_note", sales, f"YD{number}"))
    driver.story.submit(note("departure_note", sales, f"LJ{number}"))
    assert {driver.story.state(sale) for sale in sales} == {"closed"}
    return [invt_no(driver.story, sale) for sale in sales]


def test_a_month_of_exports_becomes_declarations(driver):
    numbers = left(driver, [Sale(1), Sale(2), Sale(3)])
    assert [(row.ebc_code, row.month, row.last_day, row.waiting, row.overdue) for row in driver.due()] == [
        (MERCHANT.code, "2026-11", "2026-12-15", 3, False)
    ]
    driver.story.submit(driver.month())
    assert driver.due() == []
    (made,) = driver.made()
    assert (made.sources, len(made.lines)) == (3, 1)
    assert {row["invtNo"] for result in driver.results() for row in result["lists"]} == set(numbers)
    driver.story.pass_time(days=30)
    assert driver.overdue() == []


def test_a_month_that_nobody_summarised_is_marked_once_when_its_last_day_is_over(driver):
    left(driver, [Sale(1), Sale(2)])
    window = driver.story.window
    window.advance("story", instant_of(date(2026, 12, 16)) - 1)
    assert driver.overdue() == []
    window.advance("story", instant_of(date(2026, 12, 16)))
    assert driver.overdue() == [("summary_overdue", "18026")]
    assert [(row.waiting, row.overdue) for row in driver.due()] == [(2, True)]
    driver.deliver("deadline.summary", [MERCHANT.code, meeting_of_merchant(MERCHANT.code), "2026-11-01"])
    assert driver.overdue() == [("summary_overdue", "18026")]
    left(driver, [Sale(3)], "2")
    assert [(row.month, row.overdue) for row in driver.due()] == [("2026-11", True), ("2026-12", False)]
    driver.story.submit(driver.month(appTime="20261216120000"))
    assert driver.summary().state == "summarised"
    assert "18008" in driver.rules()
    window.advance("story", instant_of(date(2027, 1, 10)))
    assert driver.overdue() == [("summary_overdue", "18026")]


def test_what_came_back_is_not_summarised(driver):
    sales = [Sale(1), Sale(2)]
    numbers = left(driver, sales)
    driver.story.submit(refund(sales[0], numbers[0]))
    assert driver.due()[0].waiting == 1
    driver.story.submit(driver.month())
    assert (driver.summary().lists, driver.summary().left_out) == (1, {"18003": 1})
    driver.story.submit(driver.request(numbers[:1], "HZ2"))
    assert driver.answers("HZ2")[-1] == ("100", "18003")
