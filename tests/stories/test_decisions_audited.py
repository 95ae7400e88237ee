"""The audit holds the log of decisions against the decisions, the cases that they decided and what the timeline tells,
both ways; what officers did without a name is named."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select, update

from simulators.imports.stories import refund
from single_window.auditing import decisions as audit
from single_window.store import tables
from single_window.store.engine import reading
from tests.databases import ON_BOTH
from tests.stories.story import StoryRunner
from tests.tables import each

pytestmark = ON_BOTH
log, own, case, line = tables.decision_log, tables.decision, tables.work_case, tables.timeline


@pytest.fixture(scope="module")
def decided(start_story_once: Any) -> StoryRunner:
    """A list that was concluded in vain and rejected; one that was inspected and concluded; a return that was refused;
    and a list that the automatic officer decided, of which the log has nothing."""
    story: StoryRunner = start_story_once()
    first, second, last = (story.trade(number, fault="guarantee_short") for number in (0, 1, 3))
    sound = story.trade(7)
    for trade in (first, second, sound):
        story.send(trade)
    for trade, action in ((first, "conclude"), (first, "reject"), (second, "inspect"), (second, "conclude")):
        story.decide(str(story.column(trade, "invt_no")), action)
    story.submit(refund(sound, str(story.column(sound, "invt_no"))).body)
    story.decide(f"T{str(story.column(sound, 'cop_no'))[1:]}", "reject")
    story.window.set_options(story.sandbox, automatic_officer=True)
    story.send(last)
    story.pass_time(days=3)
    return story


def found(story: StoryRunner, *tampering: Any) -> list[str]:
    """What the audit says once statements were carried out, which are taken back."""
    with story.window.engine.connect() as connection:
        for statement in tampering:
            assert connection.execute(statement).rowcount, statement
        return [difference.what for difference in audit.audit_ledger(connection, story.sandbox).differences]


def test_decisions_that_are_logged_and_carried_out_balance(decided: StoryRunner) -> None:
    assert found(decided) == []
    with reading(decided.window.engine) as connection:
        assert audit.audit_ledger(connection, decided.sandbox).rows == 6
        assert connection.execute(select(log.c.action).where(log.c.by == "automatic")).all() == [("reject",)]


@each(
    ("name", "tampering", "named"),
    [
        ("all rows gone", (delete(log), delete(tables.decision_log_head)), "without a row of decision 1"),
        ("the last row gone", (delete(log).where(log.c.sequence == 6),), "its head counts 6 rows"),
        ("a row without its decision", (delete(own).where(own.c.action == "inspect"),), "its decision is missing"),
        (
            "a decision that says else",
            (update(own).where(own.c.action == "inspect").values(by="x"),),
            "its decision differs",
        ),
        ("a case that is gone", (delete(case).where(case.c.subject == "declaration"),), "no case, though row 2"),
        (
            "a case that waits as it was decided",
            (
                update(case)
                .where(case.c.subject_id == select(log.c.subject_id).where(log.c.sequence == 2).scalar_subquery())
                .values(waiting=1, version=select(log.c.seen).where(log.c.sequence == 2).scalar_subquery()),
            ),
            "waits, though row 2 decided it;",
        ),
        (
            "an act of an officer that nobody logged",
            (update(line).where(line.c.event == "officer_inspect").values(actor="wang"),),
            "officer_inspect by wang, logged",
        ),
        (
            "a decision about a return that was not carried out",
            (delete(line).where(line.c.event == "return_reject"),),
            "return_reject by",
        ),
        (
            "a decision about a list that was not carried out",
            (delete(line).where(line.c.event == "officer_inspect"),),
            "officer_inspect by",
        ),
        (
            "an act of nobody",
            (update(line).where(line.c.event == "officer_inspect").values(actor=""),),
            "officer_inspect of nobody",
        ),
    ],
)
def test_what_is_not_so_both_ways_is_named(
    decided: StoryRunner, name: str, tampering: tuple[Any, ...], named: str
) -> None:
    assert any(named in what for what in found(decided, *tampering)), (name, found(decided, *tampering))


def test_what_retention_has_pruned_is_not_missed(decided: StoryRunner) -> None:
    assert found(decided, delete(line)) == []
