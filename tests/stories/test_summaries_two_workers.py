"""Two who work at the same instant on requests that race for lists: a list stands in one summary only, told once."""

from __future__ import annotations

from collections import Counter

import pytest

from gateways.customs.summaries import claiming, merging, telling
from tests.databases import ON_BOTH
from tests.stories.summarising import Summarising, inventory
from tests.stories.test_batches_two_workers import beside, together

pytestmark = ON_BOTH
LISTS = 21


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    """A summary of a few lists takes many deliveries."""
    for module, name in ((claiming, "CHUNK"), (merging, "LINES"), (telling, "TOGETHER")):
        monkeypatch.setattr(module, name, 3)


def worked(told: Summarising, *bodies: bytes) -> Counter[str]:
    """Two windows work off these messages; gives how often each list was told of."""
    told.story.file(*bodies)
    other = beside(told.story)
    together(told.story.window, other)
    other.close()
    told.story.window.settle()
    return Counter(row["invtNo"] for one in told.results() for row in one["lists"])


def test_of_two_requests_for_the_same_lists_one_wins_and_the_other_is_refused(tell):
    told = Summarising(tell(batch=1))
    numbers = told.closed([inventory(place) for place in range(LISTS)])
    lines = worked(told, told.request(numbers[:14], "HZ1"), told.request(numbers[:6:-1], "HZ2"))
    states = {one: told.one(one).state for one in ("HZ1", "HZ2")}
    won = [numbers[:14], numbers[7:]]
    expected = [of for of, state in zip(won, states.values(), strict=True) if state == "summarised"]
    assert len(expected) == 1, states
    assert lines == Counter(expected[0])
    assert sum(told.standing(number).standing == "summarised" for number in numbers) == len(lines)
    assert [told.answers(one)[-1] for one, state in states.items() if state == "rejected"] == [("100", "18004")]


def test_periods_and_names_together_tell_of_every_list_once(tell):
    told = Summarising(tell(batch=1))
    numbers = told.closed([inventory(place) for place in range(LISTS)])
    lines = worked(told, told.month("HZ1"), told.request(numbers[::4], "HZ2"), told.month("HZ3"))
    assert set(lines.values()) <= {1}
    assert {told.one(one).phase for one in ("HZ1", "HZ2", "HZ3")} == {""}
    waits = [number for number in numbers if told.standing(number).standing == "waits"]
    assert set(lines) | set(waits) == set(numbers)
    assert not set(lines) & set(waits)
    total = sum(told.one(one).lists for one in ("HZ1", "HZ2", "HZ3"))
    assert total == len(lines)
