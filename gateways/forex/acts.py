"""Carries out decisions of the bank's officers about reports in review: booked, or refused with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from declarations.lifecycle import NotAllowed
from declarations.reasons import Reason
from declarations.refusals import refusal_of_action, refusal_reason
from gateways.decisions import ChangeCheck
from gateways.forex.outcomes import add_event, apply_step, report_collected, send_receipt
from gateways.forex.reports import count_legs
from gateways.forex.repository import FiledReport, ForexDesk
from gateways.topics.shared import Decision

QUESTIONS = ("ask", "remind", "withdraw")
"""Acts by which an officer asks the reporter, which leave the report in review."""
DECISION_STEPS = MappingProxyType({"approve": "book", "refuse": "reject", **{act: act for act in QUESTIONS}})
"""Action of a decision → action of the lifecycle."""
_WAITING_STATES = "in_review"


def decide_reports(decisions: Sequence[Decision], desk: ForexDesk) -> None:
    """Carry out decisions of a bank's officers.

    A decision is refused and noted if the report has changed since it was seen, or if its state forbids the action.
    """
    fresh = ChangeCheck()
    desk.repository.lock_enterprises(
        sorted(desk.repository.companies_of({decision.subject_id for decision in decisions}))
    )
    for decision in decisions:
        report = desk.repository.reports([decision.subject_id]).get(decision.subject_id)
        if report is None:
            desk.answer_refused(decision.id, [refusal_reason("没有这份申报", "there is no such report")])
            continue
        reasons = fresh.refuse_if_changed(decision, report.version, report.state)
        try:
            if not reasons:
                _carry_out(report, decision, desk)
        except NotAllowed as error:
            reasons = (refusal_of_action(error, "forex_report"),)
        if reasons:
            add_event(report, "action_refused", desk, reasons, decision.by)
            desk.answer_refused(decision.id, reasons)
        else:
            fresh.remember_change(decision)
            desk.answer_done(decision.id)


def _carry_out(report: FiledReport, decision: Decision, desk: ForexDesk) -> None:
    """Book or refuse a report; its legs get the same state, and a refused report no longer counts in totals."""
    action, who, why = decision.action, decision.by, decision.reason
    if action not in DECISION_STEPS or report.state != _WAITING_STATES:
        raise NotAllowed(report.state, action, tuple(DECISION_STEPS) if report.state == _WAITING_STATES else ())
    made = apply_step(report, DECISION_STEPS[action])
    if action in QUESTIONS:
        send_receipt(report, made.return_status, Reason(made.words, {"reason": why}), desk)
        add_event(report, f"officer_{action}", desk, [Reason("21200", {"who": who, "reason": why})], who)
        desk.repository.put_report(report)
        return
    legs = desk.repository.legs_of([report.id])
    reasons = [Reason("21200", {"who": who, "reason": why})] if why else [Reason("21201", {"who": who})]
    if action == "refuse":
        send_receipt(report, made.return_status, Reason(made.words, {"reason": why}), desk)
        add_event(report, "forex_refused", desk, reasons, who)
        count_legs(report, legs, desk.repository, -1)
    else:
        send_receipt(report, made.return_status, Reason(made.words, {}), desk)
        add_event(report, "forex_booked", desk, reasons, who)
        report_collected(report, legs, desk)
    report.decided_at = desk.now
    desk.repository.put_report(report)
    desk.repository.put_legs(report.id, [replace(leg, state=report.state) for leg in legs])
