"""Whatever people, officers and time do with a batch, in whatever order: each member ends in exactly one way."""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gateways.customs.batches.repository import ENDED_STATES, LEFT_STATES
from simulators.imports.stories import cancellation
from single_window.cases.batches import queries as batches
from single_window.language.refusal import Refusal
from single_window.settings import Settings
from single_window.wiring import Window
from tests.databases import made_database, read_by
from tests.officers import TESTER, act
from tests.stories.batching import Batching
from tests.stories.story import StoryRunner

LISTS = 5
COUNTED = {"released": "released", "refused": "refused"}
REACHES = {
    "released": {"released", "closed"},
    "refused": {"rejected", "cancelled", "sent_back"},
    "withdrawn": {"rejected", "cancelled", "sent_back"},
    "removed": {"released", "closed", "rejected", "cancelled", "sent_back"},
}
"""End of a member → states in which its list may be then."""
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "add",
                "remove",
                "declare",
                "review_all",
                "hours",
                "cancel",
                "send",
                "other",
                *(
                    f"act_{name}"
                    for name in ("review", "inspect", "conclude", "reject", "detain", "suspend", "send_back", "release")
                ),
            ]
        ),
        st.integers(0, LISTS - 1),
    ),
    max_size=14,
)


def play(driver: Batching, steps: list[tuple[str, int]]) -> list[str]:
    """Do all this to two batches and five lists; gives the batches' numbers."""
    story = driver.story
    trades = [story.trade(0, fault="content_missing"), *driver.trades(LISTS - 1, first=1)]
    numbers = [driver.open(), driver.open()]
    driver.add(numbers[0], trades[:3])
    sent = set()
    for step, place in steps:
        trade, number = trades[place], numbers[step == "other"]
        if place not in sent and (step in {"send", "cancel"} or step.startswith("act_")):
            sent.add(place)
            driver.send([trade])
        if step == "hours":
            story.pass_time(hours=5 * place)
        elif step == "cancel":
            story.submit(cancellation(trade, str(story.column(trade, "invt_no"))).body)
        elif step.startswith("act_"):
            with suppress(Refusal):
                act(
                    story.window,
                    "story",
                    str(story.column(trade, "cop_no")),
                    step[4:],
                    "测试",
                    TESTER,
                    as_declared=True,
                )
            story.window.settle()
        elif step != "send":
            with suppress(Refusal):
                action = {"add": "add", "other": "add", "remove": "remove", "review_all": "review"}.get(step, "declare")
                driver.ask(number, action, [trade.id] if action in {"add", "remove"} else None, role="officer", who="W")
    driver.send([entry for place, entry in enumerate(trades) if place not in sent])
    story.pass_time(days=12)
    return numbers


@pytest.mark.parametrize("examples", [4, pytest.param(40, marks=pytest.mark.long)])
def test_a_member_ends_in_exactly_one_way(examples):
    some = settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    some(example([("act_conclude", 0), ("remove", 0)])(given(STEPS)(ends_in_one_way)))()


def ends_in_one_way(steps):
    with tempfile.TemporaryDirectory() as folder, made_database("sqlite", Path(folder)):
        window = Window(Settings(data=Path(folder), synchronous="OFF", readers=0))
        try:
            driver = Batching(StoryRunner(window, inspection=True, automatic_officer=True))
            check(driver, play(driver, steps))
        finally:
            window.close()


def check(driver: Batching, numbers: list[str]) -> None:
    """Counts agree with places, places with lists, and nobody is left behind."""
    staying: Counter[int] = Counter()
    for number in numbers:
        batch = driver.batch(number)
        places = read_by(driver.story.window.engine, batches.list_members, batch.id, limit=1_000)
        states = Counter(place.state for place in places)
        assert set(states) <= ENDED_STATES | LEFT_STATES, (number, states)
        assert batch.state in {"closed", "dissolved"}
        assert (batch.released, batch.refused) == (states["released"], states["refused"])
        assert batch.members == batch.released + batch.refused
        assert (batch.held, batch.awaited, batch.phase) == (0, 0, "")
        for place in places:
            assert not place.list_state or place.list_state in REACHES.get(place.state, {place.list_state}), place
            staying[place.declaration_id] += place.state in ENDED_STATES
    assert all(count <= 1 for number, count in staying.items() if number)
