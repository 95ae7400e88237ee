"""Beside a decision that was carried out stands the counter-entry that undoes it, as long as there is one."""

from __future__ import annotations

import pytest

from declarations import lifecycle
from gateways.decisions import SubjectKind
from single_window.cases import undoing
from single_window.cases.declarations.decisions import LIST_DECISION
from single_window.cases.undoing import LastDecision
from single_window.store.engine import reading
from single_window.work import filing
from tests.databases import ON_BOTH
from tests.officers import named
from tests.stories.story import StoryRunner
from tests.tables import each

pytestmark = ON_BOTH


def decided(story: StoryRunner, number: int, *actions: str) -> None:
    for action in actions:
        filing.file(
            story.window,
            story.sandbox,
            SubjectKind.DECLARATION,
            number,
            action,
            by=named("关员甲"),
            seen=0,
            reason="测试",
        )
        story.window.settle()


def last(story: StoryRunner, trade: object, number: int) -> LastDecision | None:
    with reading(story.window.engine) as connection:
        subject = LIST_DECISION.by_id(connection, story.sandbox, str(number))
        return undoing.last_decision(connection, story.sandbox, LIST_DECISION, subject, "I")


@pytest.mark.parametrize(
    ("actions", "action", "counters"),
    [
        ([], "", []),
        (["suspend"], "suspend", [("review", ("officer",))]),
        (["suspend", "review"], "review", []),
        (["reject"], "reject", [("amend", ("participant",))]),
        (["inspect", "detain"], "detain", [("conclude", ("officer",))]),
        (["conclude"], "conclude", []),
    ],
)
def test_the_counter_entry_of_the_last_decision_is_named(
    story: StoryRunner, actions: list[str], action: str, counters: list[tuple[str, tuple[str, ...]]]
) -> None:
    trade = story.trade(fault="price_low")
    story.send(trade)
    number = int(str(story.column(trade, "id")))
    decided(story, number, *actions)
    last_decision = last(story, trade, number)
    if not actions:
        assert last_decision is None
        return
    assert last_decision is not None and (last_decision.action, last_decision.by) == (action, "关员甲"), story.state(
        trade
    )
    assert [(counter.action, counter.by) for counter in last_decision.counters] == counters, (
        "what is released nothing undoes"
    )


@each(
    ("lives", "state", "action", "counters"),
    [
        ("declaration", "concluded", "conclude", ["review"]),
        ("declaration", "released", "conclude", []),
        ("registration", "suspended", "suspend", ["resume"]),
        ("registration", "registered", "resume", ["suspend"]),
        ("refund", "rejected", "reject", ["amend"]),
        ("cancellation", "approved", "approve", []),
    ],
)
def test_the_lifecycle_says_what_undoes_what(lives: str, state: str, action: str, counters: list[str]) -> None:
    assert [step.action for step in lifecycle.undoing_transitions(action, state, lives)] == counters
