"""Decisions about cases are carried out or refused, each with an answer, by one mechanism for all agencies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from declarations.lifecycle import NotAllowed
from declarations.reasons import Reason
from gateways.decisions import SUBJECT_CHANGED, carry_out
from gateways.topics.shared import Decision
from tests.gateways.desks import desk_of

NOT_NOW, MISSING, MADE = (Reason(code, {}) for code in ("24210", "24212", "24206"))


@dataclass
class Case:
    """A case that was seen at version 3."""

    state: str = "open"
    version: int = 3


def answered(*decisions: Decision) -> list[str]:
    """The codes that answer decisions about the case 1; "" for one that is carried out."""

    def act(case: Case, decision: Decision) -> Sequence[Reason] | None:
        if decision.action == "forbidden":
            raise NotAllowed(case.state, decision.action, ())
        return (NOT_NOW,) if decision.action == "later" else None

    desk: Any = desk_of(None)
    makes = {"make": lambda decision: (MADE,) if decision.reason else ()}
    carry_out(decisions, {1: Case()}, desk, kind="recall", act=act, makes=makes, missing=MISSING)
    return ["".join(reason.rule for reason in answer.reasons) for answer in desk.answers.decisions]


def of(action: str, case: int = 1, reason: str = "", seen: int = 3) -> Decision:
    return Decision(case, 7, seen, action, reason, "anna", {})


def test_a_decision_is_carried_out_or_refused_with_its_reasons() -> None:
    assert answered(of("do")) == [""]
    assert answered(of("later")) == [NOT_NOW.rule]
    assert answered(of("do", case=2)) == [MISSING.rule]
    assert answered(of("forbidden")) not in ([""], [NOT_NOW.rule])


def test_what_an_earlier_decision_changed_is_not_as_it_was_seen() -> None:
    assert answered(of("do"), of("do")) == ["", SUBJECT_CHANGED]
    assert answered(of("later"), of("do")) == [NOT_NOW.rule, ""], "a refused one changes nothing"
    assert answered(of("do", seen=2)) == [SUBJECT_CHANGED]


def test_a_case_is_made_by_an_action_of_its_own() -> None:
    assert answered(of("make", case=0)) == [""]
    assert answered(of("make", case=0, reason="again")) == [MADE.rule]
