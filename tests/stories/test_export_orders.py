"""Documents and notes of several exports in any order, any of them twice, in batches of any size: one outcome."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.stories.exporting import Sale, note, statuses
from tests.stories.test_export_lives import CLOSED, CONCLUDED, TAKEN, lists

SALES = (Sale(1), Sale(2), Sale(3, mode="9710"))
NOTES = (("consolidation", "ZD1"), ("arrival_note", "YD1"), ("departure_note", "LJ1"))
BODIES = (
    *[body for sale in SALES for body in sale.messages()],
    *[
        note(kind, of_part, number, part, 2)
        for kind, number in NOTES
        for part, of_part in ((1, SALES[:2]), (2, SALES[2:]))
    ],
)
_names = count(1)


# a failure is reported as it was found: making the example smaller takes minutes
@pytest.mark.long
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(
    order=st.permutations(range(len(BODIES))),
    again=st.lists(st.integers(0, len(BODIES) - 1), max_size=4),
    sizes=st.lists(st.integers(1, 7), min_size=len(BODIES) + 4),
)
def test_every_order_ends_alike(start_story, order, again, sizes):
    story = start_story(f"order{next(_names)}")
    left = [*order, *again]
    for size in sizes:
        story.submit(*[BODIES[place] for place in left[:size]])
        left = left[size:]
        if not left:
            break
    for sale in SALES:
        assert once(lists(story, sale)) == CLOSED
        assert once(statuses(story, sale.waybill, "export_waybill")) == CONCLUDED
        assert once(statuses(story, sale.id, "export_order")) == TAKEN
        times = [receipt.return_time for receipt in story.receipts(sale, "export_inventory")]
        assert times == sorted(set(times))
    for kind, number in NOTES:
        assert sorted(once(statuses(story, number, kind))) == sorted(CONCLUDED * 2)


def once(message: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What was said, but for the answers to what came again."""
    return [answer for answer in message if not answer[0].startswith("-")]
