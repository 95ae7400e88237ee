"""The audit draws every plan again, and names samples, lists, lots and reports that do not belong to each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Executable, ScalarSelect, delete, func, select, update

from declarations.lifecycle import all_lifecycles
from single_window.auditing.sampled_goods import (
    HELD_BY_NOBODY,
    NO_REPORT,
    NOT_HELD,
    NOT_SENT,
    RELEASED_BEFORE,
    WAITS_FOR_NOTHING,
)
from single_window.auditing.spot_checks import (
    GROUPS,
    MISNAMED,
    NEVER_AGAIN,
    NO_PLAN,
    NOT_COMMITTED,
    NOT_DRAWN,
    NOT_SAMPLED,
    audit_ledger,
)
from single_window.cases.spot_checks.decisions import OPENING
from single_window.frame.creating import create
from single_window.frame.decision_kinds import Requested
from single_window.store.agency_tables.laboratory import sample_order
from single_window.store.agency_tables.spot_checks import spot_check_plan, spot_check_sample
from single_window.store.tables import deadline, declaration, hold
from tests.databases import by_the_program
from tests.officers import TESTER
from tests.stories.story import StoryRunner
from tests.tables import each

SAMPLE = spot_check_sample.c
PLANS = (
    "title=流; rate=1; days=30",
    "title=库存; universe=stock; size=2; basis=T; days=30",
    "title=布控; basis=T; goods=0901; rate=1",
)
"""Of the flow, of lots under suspicion, of lists that are stopped."""


@pytest.fixture(scope="module")
def sound(start_story_once: Callable[..., StoryRunner]) -> StoryRunner:
    """Released lists and lots are drawn, and passed or not tested yet; a list is stopped."""
    story = start_story_once()
    plan(story, PLANS[0])
    for number in range(1, 7):
        story.send(story.trade(number))
    story.pass_time(days=7)
    plan(story, PLANS[1])
    story.pass_time(days=6)
    plan(story, PLANS[2])
    story.send(story.trade())
    return story


def plan(story: StoryRunner, terms: str) -> None:
    """Open a plan."""
    wanted = Requested(OPENING.action, values={"plan": terms})
    create(story.window, story.sandbox, "spot_check", OPENING, wanted, TESTER)
    story.window.settle()


def first(column: ColumnElement[Any], *where: ColumnElement[bool]) -> ScalarSelect[Any]:
    """The smallest value of a column."""
    return select(func.min(column)).where(*where).scalar_subquery()


STOPPED = first(SAMPLE.declaration_id, SAMPLE.place == "S", SAMPLE.state == "notified")
LOT = first(SAMPLE.key, SAMPLE.place == "W")
PASSED = first(SAMPLE.id, SAMPLE.state == "qualified")
BOUGHT = first(SAMPLE.key, SAMPLE.place == "O")
BREAKS: dict[str, tuple[str, Executable]] = {
    "a drawn line without a sample": (NOT_SAMPLED, delete(spot_check_sample).where(SAMPLE.key == BOUGHT)),
    "a drawn lot without a sample": (NOT_SAMPLED, delete(spot_check_sample).where(SAMPLE.key == LOT)),
    "samples that a plan does not draw": (
        NOT_DRAWN,
        update(spot_check_plan).where(spot_check_plan.c.terms == PLANS[0]).values(terms="title=流; rate=0; days=30"),
    ),
    "a lot that was not drawn": (NOT_DRAWN, update(spot_check_sample).where(SAMPLE.key == LOT).values(key="T|1")),
    "a sample of goods that its plan does not name": (
        NOT_DRAWN,
        update(spot_check_sample).where(SAMPLE.place == "S").values(gcode="3304990000"),
    ),
    "a sample of another number": (
        MISNAMED,
        update(spot_check_sample).where(SAMPLE.key == BOUGHT).values(sample_no="SP1"),
    ),
    "samples of no plan": (NO_PLAN, update(spot_check_sample).where(SAMPLE.key == BOUGHT).values(plan_no="SP1")),
    "a commitment to another secret": (NOT_COMMITTED, update(spot_check_plan).values(commitment="0" * 64)),
    "another secret": (NOT_COMMITTED, update(spot_check_plan).values(secret="0" * 64)),
    "a plan that draws no more": (
        NEVER_AGAIN,
        update(deadline).where(deadline.c.kind == "deadline.spot_check_draw").values(state="done"),
    ),
    "a stopped list that is released": (
        RELEASED_BEFORE,
        update(declaration).where(declaration.c.id == STOPPED).values(state="released"),
    ),
    "a stopped list that is closed": (
        RELEASED_BEFORE,
        update(declaration).where(declaration.c.id == STOPPED).values(state="closed"),
    ),
    "a list that waits for no sample": (WAITS_FOR_NOTHING, delete(spot_check_sample).where(SAMPLE.place == "S")),
    "a list whose sample has ended": (
        WAITS_FOR_NOTHING,
        update(spot_check_sample).where(SAMPLE.place == "S").values(state="excused"),
    ),
    "a lot that is not held": (NOT_HELD, delete(hold).where(hold.c.kind == "lot")),
    "a lot held for a sample that has ended": (
        HELD_BY_NOBODY,
        update(spot_check_sample).where(SAMPLE.place == "W").values(state="closed"),
    ),
    "a lot held for nobody's sample": (HELD_BY_NOBODY, update(hold).where(hold.c.kind == "lot").values(key="T|1")),
    "a verdict without its report": (
        NO_REPORT,
        delete(sample_order).where(sample_order.c.sample_id == PASSED),
    ),
    "a verdict that is not the report's": (
        NO_REPORT,
        update(spot_check_sample).where(SAMPLE.id == PASSED).values(verdict="F"),
    ),
    "a sample that no laboratory tests": (NOT_SENT, delete(sample_order).where(sample_order.c.report_no == "")),
}


def words(story: StoryRunner) -> Sequence[str]:
    """What the audit says is wrong."""
    return [difference.what for difference in story.read(audit_ledger).differences]


def test_what_is_sound_has_no_differences_and_counts_each_sample_once(sound: StoryRunner) -> None:
    ledger = sound.read(audit_ledger)
    assert ledger.differences == ()
    assert ledger.sums["drawn"] == sum(ledger.sums[name] for name in GROUPS) > 0
    assert ledger.sums["passed"] > 0 and ledger.sums["out"] > 0


def test_each_state_of_a_sample_is_counted_once() -> None:
    states = [state for group in GROUPS.values() for state in group]
    assert sorted(states) == sorted(all_lifecycles()["spot_check"].states)


@each("name", BREAKS)
def test_the_audit_names(sound: StoryRunner, name: str) -> None:
    said, broken = BREAKS[name]
    with sound.window.engine.connect().execution_options(write=True) as connection:
        assert connection.execute(by_the_program(broken)).rowcount
        assert said in [difference.what for difference in audit_ledger(connection, sound.sandbox).differences]
        connection.rollback()
    assert words(sound) == []
