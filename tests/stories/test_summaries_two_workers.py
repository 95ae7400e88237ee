"""Two who work at the same instant on requests that race for lists: a list stands in one summary only, once."""

from __future__ import annotations

from collections import Counter

import pytest

from gateways.customs.summaries import claiming, merging, results
from tests.databases import ON_BOTH
from tests.stories.summarising import Summarising, inventory
from tests.stories.test_batches_two_workers import beside, together

pytestmark = ON_BOTH
LISTS = 21


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    """A summary of a few lists takes many deliveries."""
    for module, name in (
        (claiming, "LISTS_PER_CHUNK"),
        (merging, "MAX_MESSAGE_LINES"),
        (results, "MESSAGES_PER_DELIVERY"),
    ):
        monkeypatch.setattr(module, name, 3)


def worked(driver: Summarising, *bodies: bytes) -> Counter[str]:
    """Two windows work off these messages; gives how often each list was reported."""
    driver.story.file(*bodies)
    other = beside(driver.story)
    together(driver.story.window, other)
    other.close()
    driver.story.window.settle()
    return Counter(row["invtNo"] for result in driver.results() for row in result["lists"])


def test_of_two_requests_for_the_same_lists_one_wins_and_the_other_is_refused(start_story):
    driver = Summarising(start_story(batch=1))
    numbers = driver.closed([inventory(place) for place in range(LISTS)])
    lines = worked(driver, driver.request(numbers[:14], "HZ1"), driver.request(numbers[:6:-1], "HZ2"))
    states = {number: driver.summary(number).state for number in ("HZ1", "HZ2")}
    won = [numbers[:14], numbers[7:]]
    expected = [of for of, state in zip(won, states.values(), strict=True) if state == "summarised"]
    assert len(expected) == 1, states
    assert lines == Counter(expected[0])
    assert sum(driver.standing(number).standing == "summarised" for number in numbers) == len(lines)
    assert [driver.answers(name)[-1] for name, state in states.items() if state == "rejected"] == [("100", "18004")]


@pytest.mark.long
def test_periods_and_names_together_report_every_list_once(start_story):
    driver = Summarising(start_story(batch=1))
    numbers = driver.closed([inventory(place) for place in range(LISTS)])
    lines = worked(driver, driver.month("HZ1"), driver.request(numbers[::4], "HZ2"), driver.month("HZ3"))
    assert set(lines.values()) <= {1}
    assert {driver.summary(number).phase for number in ("HZ1", "HZ2", "HZ3")} == {""}
    waits = [number for number in numbers if driver.standing(number).standing == "waits"]
    assert set(lines) | set(waits) == set(numbers)
    assert not set(lines) & set(waits)
    total = sum(driver.summary(number).lists for number in ("HZ1", "HZ2", "HZ3"))
    assert total == len(lines)
