"""Carries out officers' decisions about cases of commerce: an explanation is accepted, who is silent asked again; and
what becomes of lists while the register says that their company may not trade."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.commerce.licences import LicenceRecord, record_on
from declarations.reasons import Reason
from declarations.refusals import refusal_reason
from gateways.case_course import QUESTIONS
from gateways.commerce import months
from gateways.commerce.changes import is_gone
from gateways.commerce.outcomes import (
    COURSE,
    DIFFERS,
    HOLDING,
    KIND,
    OVERDUE,
    SILENT,
    advise,
    ask_company,
    end,
    hold_or_lift,
    holder_of,
)
from gateways.commerce.repository import CommerceCase, CommerceDesk
from gateways.decisions import carry_out
from gateways.holds import Held
from gateways.topics.commerce import LicenceDue
from gateways.topics.facts import HoldLifted
from gateways.topics.shared import Decision

PRESS, PRESSED = "press", "26503"
ACCEPT, LET_THROUGH, REFUSE_LISTS, ADMIT_LISTS = "accept", "let_through", "refuse_lists", "admit_lists"
ABOUT_LISTS = frozenset({LET_THROUGH, REFUSE_LISTS, ADMIT_LISTS})
LISTS, IDS = "lists", "ids"
STILL_GONE = (
    "登记机关仍记载该企业不得经营：清单须逐票放行或拒收",
    "the register still says so: let single lists go on, or refuse them",
)
NOTHING_HELD = ("该事项不涉及清单", "no list waits for this case")


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
    holds = case.kind in HOLDING and is_gone(_licence_today(case, desk))
    if holds and decision.action == ACCEPT:
        return (refusal_reason(*STILL_GONE),)
    if not holds and decision.action in ABOUT_LISTS:
        return (refusal_reason(*NOTHING_HELD),)
    if decision.action in ABOUT_LISTS:
        _about_lists(case, decision, desk)
        return ()
    end(case, decision.action, desk, reason=decision.reason, by=decision.by)
    if decision.action == PRESS:
        _press(case, decision.id, desk)
    return ()


def _licence_today(case: CommerceCase, desk: CommerceDesk) -> LicenceRecord | None:
    return record_on(desk.repository.licences([case.credit_code]).get(case.credit_code, ()), desk.day)


def _about_lists(case: CommerceCase, decision: Decision, desk: CommerceDesk) -> None:
    """Let lists go on that an officer names, or refuse those that are still to come, or make them wait again."""
    numbers = [str(number) for number in decision.values.get(LISTS) or ()]
    values = {LISTS: " ".join(numbers)} if numbers else {}
    _, text = COURSE.step(case, decision.action, desk, reason=decision.reason, by=decision.by, values=values)
    for number in decision.values.get(IDS) or ():
        desk.hold(Held.THROUGH, str(number), holder_of(case), text)
    hold_or_lift(case, desk, holds=True)
    desk.publish(HoldLifted(Held.COMPANY, case.company, holder_of(case)))  # its lists are looked at again
    advise(case, text, desk, once=f"{decision.action}|{decision.id}")


def _press(case: CommerceCase, decision_id: int, desk: CommerceDesk) -> None:
    """Ask the register again, or remind the zone's company after counting its month anew."""
    if case.kind == SILENT:
        desk.schedule(desk.instant_after("commerce.answer_hours"), LicenceDue(case.query_id))
        return
    months.recount(case.zone, case.month, desk)
    if case.state in COURSE.waiting:
        advise(case, Reason(PRESSED, {}), desk, once=f"press|{decision_id}")
