"""Carries out officers' decisions about registrations: approve, refuse, suspend, resume, grade, time to correct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from declarations import lifecycle
from declarations.calendar import day_of, instant_of
from declarations.reasons import Reason, clean_typed_text
from declarations.registration import grading
from declarations.risk import grade_values
from gateways.decisions import ChangeCheck
from gateways.records import CaseReference
from gateways.registration import filing
from gateways.registration.outcome import (
    ACTOR,
    REFUSED,
    REGISTRATION_KIND,
    STANDING,
    add_event,
    apply_step,
    current_registration,
    send_receipt,
)
from gateways.registration.repository import CreditGrade, Enterprise, Participant, RegistrarDesk
from gateways.topics.facts import SuspensionChanged
from gateways.topics.registration import GradeDue
from gateways.topics.shared import Decision

QUESTIONS = {"ask": "21305", "remind": "21305", "withdraw": "21300"}
"""Acts by which a registrar asks the applicant, which leave the application in review → the text of their receipts."""
STEPS = {
    "approve": "register",
    "refuse": "reject",
    "suspend": "suspend",
    "resume": "resume",
    **{action: action for action in QUESTIONS},
}
"""Action of a decision → action of the lifecycle."""
ACTIONS = (*STEPS, "grade", "correct")
NEED_REASON = frozenset({"refuse", "suspend", "ask", "remind"})
DECIDED = "decided"
"""Name of the day of a decision among its values."""
GRADED, WILL_BE_GRADED, CORRECTING = "21340", "21341", "21343"
UNKNOWN, NOT_NOW, NO_SUCH_ACTION, NO_REASON, NO_DAY = "21344", "21345", "21346", "21347", "21348"
Values = Mapping[str, str]


def decide_registrations(decisions: Sequence[Decision], desk: RegistrarDesk) -> None:
    """Carry out registrars' decisions; the subject is a company code.

    A decision that is not possible is refused and noted with its reasons. The automatic officer's is ignored if a
    person has decided.
    """
    fresh = ChangeCheck()
    codes = sorted({decision.subject_id for decision in decisions})
    enterprises, participants = dict(desk.repository.enterprises(codes)), desk.repository.participants(codes)
    for decision in decisions:
        participant = participants.get(decision.subject_id)
        enterprise = current_registration(enterprises.get(decision.subject_id), participant)
        if enterprise is None:
            _refuse_unknown(decision, desk)
        else:
            enterprises[decision.subject_id] = enterprise
            _decide_application(enterprise, participant, decision, fresh, desk)


def _refuse_unknown(decision: Decision, desk: RegistrarDesk) -> None:
    """Refuse a decision about an unknown company code."""
    reasons = (Reason(UNKNOWN, {"code": decision.subject_id}),)
    desk.add_event(
        CaseReference(REGISTRATION_KIND, decision.subject_id, decision.subject_id).event(
            REFUSED, "", desk.now, reasons, actor=decision.by or ACTOR
        )
    )
    desk.answer_refused(decision.id, reasons)


def _decide_application(
    enterprise: Enterprise, participant: Participant | None, decision: Decision, fresh: ChangeCheck, desk: RegistrarDesk
) -> None:
    values = {name: clean_typed_text(text) for name, text in (*decision.values.items(), ("reason", decision.reason))}
    if decision.by == filing.AUTOMATIC and not _is_pending(enterprise, values):
        return
    reasons = (
        refusals_of(enterprise, decision.action, values)
        or fresh.refuse_if_changed(decision, enterprise.version, enterprise.state)
        or _carry_out(enterprise, participant, decision.action, decision.by, _with_day(values, decision, desk), desk)
    )
    if reasons:
        add_event(enterprise, REFUSED, desk, reasons, decision.by)
        desk.answer_refused(decision.id, reasons)
    else:
        desk.repository.put_enterprise(enterprise)
        fresh.remember_change(decision)
        desk.answer_done(decision.id)


def _with_day(values: Values, decision: Decision, desk: RegistrarDesk) -> Values:
    """Add the day on which a decision was made: another agency names it, since its decision may come days later."""
    today = desk.day.isoformat()
    return {**values, DECIDED: today if decision.id else values.get(DECIDED, today)}


def _is_pending(enterprise: Enterprise, values: Values) -> bool:
    """True if the automatic officer's application is still in review."""
    return enterprise.state == "in_review" and str(enterprise.document_version) == values.get("application", "")


def refusals_of(enterprise: Enterprise, action: str, values: Values) -> tuple[Reason, ...]:
    """Return the reasons to refuse an officer's action: unknown, not possible in this state, reason or day missing."""
    if action not in ACTIONS:
        return (Reason(NO_SUCH_ACTION, {"action": action[:40], "actions": ", ".join(ACTIONS)}),)
    reasons = []
    allowed = lifecycle.allowed_transitions(enterprise.state, lifecycle.OFFICER, REGISTRATION_KIND)
    may = {transition.action for transition in allowed}
    if STEPS[action] not in may if action in STEPS else enterprise.state not in STANDING:
        known = lifecycle.state_of(enterprise.state, REGISTRATION_KIND)
        reasons.append(Reason(NOT_NOW, {"action": action, "state_zh": known.zh, "state_en": known.en}))
    if action in NEED_REASON and not clean_typed_text(values.get("reason", "")):
        reasons.append(Reason(NO_REASON, {}))
    if action == "approve" and enterprise.facts.get(filing.ASKED):
        named_licence = {"credit_code": enterprise.credit_code, "day": day_of(enterprise.filed_at).isoformat()}
        reasons.append(Reason(filing.WAITS, named_licence))
    named = {"grade": "since", "correct": "until"}.get(action)
    if named and parse_day(values.get(named, "")) is None:
        reasons.append(Reason(NO_DAY, {"text": values.get(named, "")[:40]}))
    return tuple(reasons)


def parse_day(text: str) -> date | None:
    """Parse a day in the form 2026-04-01; None for any other text."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def _carry_out(
    enterprise: Enterprise, participant: Participant | None, action: str, who: str, values: Values, desk: RegistrarDesk
) -> tuple[Reason, ...]:
    """Carry out an action; return the reasons if it fails."""
    reason = values.get("reason", "")
    if action == "approve":
        return _approve_application(enterprise, who, desk)
    if action == "refuse":
        filing.refuse_application(
            enterprise, [Reason("21302", {"reason": reason})], enterprise.facts.get("standing", ""), desk, who
        )
        return ()
    if action in QUESTIONS:
        _ask(enterprise, action, who, reason, desk)
        return ()
    if participant is None:
        return (Reason(UNKNOWN, {"code": enterprise.code}),)
    if action in {"suspend", "resume"}:
        _suspend_company(enterprise, participant, reason if action == "suspend" else "", who, desk)
        desk.repository.put_participant(participant)
        return ()
    if action == "correct":
        return _allow_correction(enterprise, participant, who, values, desk)
    return _change_grade(enterprise, participant, who, values, desk)


def _ask(enterprise: Enterprise, action: str, who: str, reason: str, desk: RegistrarDesk) -> None:
    """Ask the applicant, remind him, or take the question back."""
    apply_step(enterprise, action)
    text = Reason(QUESTIONS[action], {"reason": reason} if action != "withdraw" else {})
    send_receipt(enterprise, text, desk)
    add_event(enterprise, f"officer_{action}", desk, [text], who)


def _approve_application(enterprise: Enterprise, who: str, desk: RegistrarDesk) -> tuple[Reason, ...]:
    """Approve an application if it still passes its checks: its agent, for instance, may have been suspended."""
    papers = desk.repository.documents([enterprise.document_id])
    if enterprise.document_id not in papers:
        return (Reason(UNKNOWN, {"code": enterprise.code}),)
    facts = papers[enterprise.document_id].facts
    _, _, reasons = filing.examine_application(facts, desk)
    if not reasons:
        add_event(enterprise, "officer_approve", desk, (), who)
        filing.register_company(enterprise, facts, desk)
    return reasons


def _suspend_company(
    enterprise: Enterprise, participant: Participant, reason: str, who: str, desk: RegistrarDesk
) -> None:
    """Suspend a company for a reason; resume it if `reason` is empty."""
    apply_step(enterprise, "suspend" if reason else "resume")
    enterprise.suspended_at = participant.suspended_at = desk.now if reason else 0
    answer = Reason("21303", {"reason": reason}) if reason else Reason("21304", {})
    if reason:
        enterprise.facts = {**enterprise.facts, "suspended_on": desk.day.isoformat()}
    send_receipt(enterprise, answer, desk, company=participant)
    desk.publish(SuspensionChanged(enterprise.code, bool(reason)))
    add_event(enterprise, "suspended" if reason else "resumed", desk, [answer], who)


def _change_grade(
    enterprise: Enterprise, participant: Participant, who: str, values: Values, desk: RegistrarDesk
) -> tuple[Reason, ...]:
    since = date.fromisoformat(values["since"])
    change = grading.GradeChange(values.get("grade", ""), since, values.get("reason", ""))
    rows = desk.repository.grades([enterprise.code]).get(enterprise.code, ())
    now_graded = [grade.grade for grade in rows if grade.since <= values["since"]]
    ruling = grading.regrade(
        _company_with_grade(enterprise, participant, now_graded[-1] if now_graded else participant.credit_grade),
        change,
        date.fromisoformat(values[DECIDED]),
        desk.law,
    )
    if ruling.reasons:
        return ruling.reasons
    desk.repository.put_grade(
        CreditGrade(enterprise.code, values["since"], change.grade, ruling.parameter_ids[0], who, desk.now)
    )
    begun = ruling.at_once or since <= desk.day
    if not begun:
        desk.schedule(instant_of(since), GradeDue(enterprise.code, values["since"]))
    elif not any(values["since"] < row.since <= desk.day.isoformat() for row in rows):
        participant.credit_grade = change.grade
        desk.repository.put_participant(participant)
    noted = Reason(
        GRADED if begun else WILL_BE_GRADED,
        {**grade_values(change.grade), "since": values["since"]},
        ruling.parameter_ids,
    )
    add_event(enterprise, "graded" if begun else "grade_planned", desk, [noted], who)
    return ()


def _allow_correction(
    enterprise: Enterprise, participant: Participant, who: str, values: Values, desk: RegistrarDesk
) -> tuple[Reason, ...]:
    until = date.fromisoformat(values["until"])
    ruling = grading.correct(
        _company_with_grade(enterprise, participant, participant.credit_grade), until, desk.day, desk.law
    )
    if not ruling.reasons:
        enterprise.facts = {**enterprise.facts, "correcting_until": values["until"]}
        add_event(
            enterprise, "correcting", desk, [Reason(CORRECTING, {"until": values["until"]}, ruling.parameter_ids)], who
        )
    return ruling.reasons


def _company_with_grade(enterprise: Enterprise, participant: Participant, grade: str) -> grading.GradedCompany:
    until = enterprise.facts.get("correcting_until", "")
    state = grading.STANDING if enterprise.state in STANDING else enterprise.state
    return grading.GradedCompany(
        enterprise.code, grade, state, bool(participant.suspended_at), date.fromisoformat(until) if until else None
    )
