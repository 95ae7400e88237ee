"""A decision is filed with an id, answered once under that id, and refused where its subject has moved on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gateways.decisions import SubjectKind
from single_window.cases.batches import queries as batches
from single_window.cases.declarations import matches
from single_window.language.phrases import of_reason
from single_window.refused import NotFound
from single_window.store.decisions import decisions_about
from single_window.store.engine import reading
from single_window.work import filing
from single_window.work.filing import DecisionState, StoredDecision
from tests.databases import ON_BOTH
from tests.officers import named
from tests.stories.story import StoryRunner

pytestmark = ON_BOTH
StartStory = Callable[..., StoryRunner]


def in_review(story: StoryRunner, fault: str = "price_low") -> int:
    """The id of a list that waits for an officer."""
    trade = story.trade(fault=fault)
    story.send(trade)
    return int(str(story.column(trade, "id")))


def file(
    story: StoryRunner, subject_id: int, action: str, seen: int = 0, subject: SubjectKind = SubjectKind.DECLARATION
) -> int:
    return filing.file(
        story.window, story.sandbox, subject, subject_id, action, by=named("关员甲"), seen=seen, reason="测试"
    )


def answered(story: StoryRunner, *filed: int) -> list[StoredDecision]:
    story.window.settle()
    return [filing.outcome(story.window, story.sandbox, decision) for decision in filed]


def version(story: StoryRunner, declaration_id: int) -> int:
    match = story.read(matches.of_list, declaration_id)
    assert match is not None
    return match.version


def test_a_decision_waits_until_its_gateway_has_answered_it(story: StoryRunner) -> None:
    number = in_review(story)
    filed = file(story, number, "conclude")
    assert filing.outcome(story.window, story.sandbox, filed).waiting
    (done,) = answered(story, filed)
    assert (done.state, done.answer, done.by, done.action, done.subject_id) == (
        DecisionState.DONE,
        (),
        "关员甲",
        "conclude",
        str(number),
    )
    assert done.answered_at >= done.at > 0


@pytest.mark.parametrize("second", ["reject", "inspect", "conclude"])
def test_of_two_decisions_on_what_both_saw_the_first_is_carried_out(story: StoryRunner, second: str) -> None:
    number = in_review(story)
    seen = version(story, number)
    first, later = answered(story, file(story, number, "inspect", seen), file(story, number, second, seen))
    assert first.done
    assert later.refused and [reason.rule for reason in later.answer] == ["16004"]


def test_a_decision_on_an_earlier_version_is_refused_and_says_how_it_stands_now(story: StoryRunner) -> None:
    number = in_review(story)
    seen = version(story, number)
    answered(story, file(story, number, "suspend", seen))
    (later,) = answered(story, file(story, number, "reject", seen))
    assert later.refused
    assert later.answer[0].values == {"action": "reject", "state": "suspended"}


def test_a_refusal_belongs_to_its_own_decision_not_to_another_on_the_same_order(story: StoryRunner) -> None:
    number = in_review(story)
    refused, done = answered(story, file(story, number, "close"), file(story, number, "suspend"))
    assert refused.refused and [reason.rule for reason in refused.answer] == ["16003.both"]
    possible = "退单、挂起、要求补充材料、查验、审结、核定完税价格、复核担保、撤销"
    assert of_reason(refused.answer[0]).zh == f"未执行：人工审核状态不能结关；可以：{possible}"
    assert done.done


def test_a_conclusion_that_requests_tax_again_is_answered_when_tax_has_answered(story: StoryRunner) -> None:
    number = in_review(story, "guarantee_short")
    (held,) = answered(story, file(story, number, "conclude"))
    assert held.refused and [reason.rule for reason in held.answer] == ["14204"]


def test_every_subject_answers_what_names_nothing_of_it(story: StoryRunner) -> None:
    subjects = {
        SubjectKind.REFUND_CLAIM: "approve",
        "forex_report": "approve",
        "registration": "approve",
    }
    filed = [
        file(story, 999, action, subject=subject)
        if subject != "registration"
        else filing.file(story.window, story.sandbox, subject, "3702960000", action, by=named("x"))
        for subject, action in subjects.items()
    ]
    assert [decision.state for decision in answered(story, *filed)] == [DecisionState.REFUSED] * len(subjects)


def test_a_batch_is_opened_and_refuses_a_declaration_of_no_lists(start_story: StartStory) -> None:
    story = start_story(batches="")
    where = {"flow": "I", "customs_code": "4240", "trade_mode": "1210"}
    opened = filing.file(story.window, story.sandbox, SubjectKind.BATCH, 0, "open", by=named("甲"), values=where)
    assert answered(story, opened)[0].done
    (batch,) = story.read(batches.BATCH_ROWS.newest, "")
    filed = filing.file(
        story.window,
        story.sandbox,
        SubjectKind.BATCH,
        batch.id,
        "declare",
        by=named("甲"),
        values={"role": "participant"},
    )
    (refused,) = answered(story, filed)
    assert [reason.rule for reason in refused.answer] == ["19213"]


def test_decisions_about_a_subject_are_reported_in_their_order(story: StoryRunner) -> None:
    number = in_review(story)
    answered(story, file(story, number, "suspend"), file(story, number, "reject"))
    with reading(story.window.engine) as connection:
        history = decisions_about(connection, story.sandbox, SubjectKind.DECLARATION, number)
        assert decisions_about(connection, "another", SubjectKind.DECLARATION, number) == []
    assert [(decision.action, decision.state) for decision in history] == [
        ("suspend", DecisionState.DONE),
        ("reject", DecisionState.DONE),
    ]


def test_a_decision_of_another_sandbox_is_not_found(story: StoryRunner) -> None:
    filed = file(story, in_review(story), "conclude")
    with pytest.raises(NotFound, match=str(filed)):
        filing.outcome(story.window, "main", filed)


class Woken:
    """Changes by hand: each wait lets the window work, and wakes."""

    closing = False

    def __init__(self, work: Callable[[], object]) -> None:
        self.generation, self.waits, self._work = 0, 0, work

    def wait_for_change(self, seen: int, timeout: float) -> bool:
        assert timeout > 0
        self.waits += 1
        self._work()
        self.generation += 1
        return True


def test_who_waits_is_woken_and_looks_once_for_each_change(story: StoryRunner) -> None:
    filed = file(story, in_review(story), "conclude")
    woken = Woken(story.window.settle)
    assert filing.wait(story.window, story.sandbox, filed, woken, 600).done
    assert woken.waits == 1


def test_who_waits_no_longer_is_informed_that_it_waits(story: StoryRunner) -> None:
    filed = file(story, in_review(story), "conclude")
    woken = Woken(lambda: None)
    assert filing.wait(story.window, story.sandbox, filed, woken, 0).waiting
    assert filing.wait(story.window, story.sandbox, filed, None).waiting
    assert woken.waits == 0
