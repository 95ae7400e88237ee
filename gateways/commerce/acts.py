"""Carries out officers' decisions about cases of commerce: an explanation is accepted, or who is silent asked again."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.reasons import Reason
from declarations.refusals import refusal_reason
from gateways.case_course import QUESTIONS
from gateways.commerce import months
from gateways.commerce.outcomes import DIFFERS, KIND, OVERDUE, SILENT, advise, ask_company, end
from gateways.commerce.repository import CommerceCase, CommerceDesk
from gateways.decisions import carry_out
from gateways.topics.commerce import LicenceDue
from gateways.topics.shared import Decision

PRESS, PRESSED = "press", "26503"


def decide(decisions: Sequence[Decision], desk: CommerceDesk) -> None:
    """Carry out decisions, or refuse them with reasons."""
    cases = desk.repository.cases([decision.subject_id for decision in decisions])
    carry_out(decisions, cases, desk, kind=KIND, act=lambda case, decision: _decide(case, decision, desk))


def can_press(kind: str) -> bool:
    """True for a kind of case in which somebody can be asked again."""
    return kind in (SILENT, OVERDUE, DIFFERS)


def _decide(case: CommerceCase, decision: Decision, desk: CommerceDesk) -> tuple[Reason, ...]:
    if decision.action == PRESS and not can_press(case.kind):
        return (refusal_reason("该事项无须再次查询", "there is nothing to ask again in this case"),)
    if decision.action in QUESTIONS:
        ask_company(case, decision, desk)
        return ()
    end(case, decision.action, desk, reason=decision.reason, by=decision.by)
    if decision.action == PRESS:
        _press(case, decision.id, desk)
    return ()


def _press(case: CommerceCase, decision_id: int, desk: CommerceDesk) -> None:
    """Ask the register again, or remind the zone's company after counting its month anew."""
    if case.kind == SILENT:
        desk.schedule(desk.instant_after("commerce.answer_hours"), LicenceDue(case.query_id))
        return
    months.recount(case.zone, case.month, desk)
    if case.state == "open":
        advise(case, Reason(PRESSED, {}), desk, once=f"press|{decision_id}")
