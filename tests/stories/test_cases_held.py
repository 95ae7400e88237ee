"""A case that an officer has taken is his: others' decisions about it are refused, and a refused decision leaves it as
it was. What waits for its declarant is never overdue."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from declarations.calendar import DAY
from single_window.accounts.people import OPERATOR, Person
from single_window.auditing import waiting
from single_window.cases import queue
from single_window.language.refusal import Refusal
from single_window.master_data.importing import import_csv
from single_window.store import case_queue
from single_window.store.case_queue import Key, QueuedCase
from single_window.store.decisions import find_decision
from single_window.store.desks import NEVER
from single_window.work import filing
from tests.databases import ON_BOTH, read_by, write_by
from tests.officers import act, named
from tests.stories.story import StoryRunner
from tests.tables import each

pytestmark = ON_BOTH
LI, WANG = named("li", "reviewer"), named("wang", "reviewer")


@dataclass
class Short:
    """A list in review whose tax the guarantee does not cover."""

    story: StoryRunner
    number: str
    key: Key

    def decide(self, action: str, officer: Person, reason: str = "") -> filing.StoredDecision:
        filed = act(self.story.window, self.story.sandbox, self.number, action, reason, officer, as_declared=True)
        self.story.window.settle()
        return filing.outcome(self.story.window, self.story.sandbox, filed.decision)

    def case(self) -> QueuedCase | None:
        return self.story.read(case_queue.find, self.key)

    def take(self, officer: Person) -> None:
        assert queue.hold_cases(self.story.window, self.story.sandbox, officer, [self.key]) == [self.key]


@pytest.fixture
def short(start_story) -> Short:
    story = start_story()
    trade = story.trade()
    code = trade.document("inventory").head["assureCode"]
    table = f"assure_code,amount,standing,valid_until\n{code},0.01,good,\n"
    import_csv(story.window, story.sandbox, "guarantees", table)
    story.send(trade)
    assert story.state(trade) == "in_review"
    return Short(story, str(story.column(trade, "cop_no")), ("declaration", str(story.column(trade, "id"))))


def test_a_decision_that_is_refused_leaves_the_case_with_its_officer_and_its_term(short: Short) -> None:
    short.take(LI)
    before = short.case()
    short.story.pass_time(days=3)
    assert short.decide("conclude", LI).refused
    after = short.case()
    assert before is not None and after is not None
    assert (after.assignee, after.due, after.opened_at) == ("li", before.due, before.opened_at)
    assert read_by(short.story.window.engine, waiting.audit_ledger, short.story.sandbox).differences == ()


def test_a_decision_about_a_case_that_another_has_taken_is_refused(short: Short) -> None:
    short.take(LI)
    with pytest.raises(Refusal, match="li has taken"):
        short.decide("inspect", WANG)
    assert read_by(short.story.window.engine, find_decision, short.story.sandbox, 1) is None
    assert short.decide("inspect", LI).done


@each("officer", [LI, named("operator", OPERATOR.role)])
def test_who_has_the_case_decides_and_so_does_the_operator_of_the_machine(short: Short, officer: Person) -> None:
    short.take(LI)
    assert not short.decide("review" if short.story is None else "conclude", officer).waiting


def test_a_case_is_anybodys_again_once_it_was_let_go_or_its_time_is_over(short: Short) -> None:
    short.take(LI)
    queue.release_cases(short.story.window, short.story.sandbox, LI, [short.key])
    assert short.decide("suspend", WANG, "补充材料").done
    assert write_by(short.story.window.engine, case_queue.hold, short.story.sandbox, [short.key], "li", 1)
    assert short.decide("inspect", WANG).done


def test_what_waits_for_its_declarant_is_not_due_until_it_is_reviewed_again(short: Short) -> None:
    short.take(LI)
    first = short.case()
    assert first is not None and first.due < NEVER
    assert short.decide("suspend", LI, "请补充合同").done
    paused = short.case()
    assert paused is not None and (paused.due, paused.assignee) == (NEVER, "li")
    short.story.pass_time(days=30)
    assert short.decide("review", LI, "材料已到").done
    again = short.case()
    assert again is not None and first.due + 25 * DAY < again.due < NEVER
