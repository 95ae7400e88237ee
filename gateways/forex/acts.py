"""Carries out decisions of the bank's officers about reports in review: booked, or refused with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from declarations.lifecycle import NotAllowed
from declarations.reasons import Reason
from declarations.refusals import not_allowed, refused
from gateways.decisions import Fresh
from gateways.forex.outcomes import note, report_collected, send_receipt, step
from gateways.forex.reports import count
from gateways.forex.repository import FiledReport, ForexDesk
from gateways.topics.shared import Decision

STEPS = MappingProxyType({"approve": "book", "refuse": "reject"})
"""Action of a decision → action of the lifecycle."""
_WAITS = "in_review"


def decide_reports(filed: Sequence[Decision], desk: ForexDesk) -> None:
    """Carry out decisions of a bank's officers.

    A decision is refused and noted if the report has changed since it was seen, or if its state forbids the action.
    """
    fresh = Fresh()
    desk.repository.lock_enterprises(sorted(desk.repository.companies_of({decision.subject_id for decision in filed})))
    for decision in filed:
        report = desk.repository.reports([decision.subject_id]).get(decision.subject_id)
        if report is None:
            desk.refuse(decision.id, [refused("没有这份申报", "there is no such report")])
            continue
        reasons = fresh.refusal(decision, report.version, report.state)
        try:
            if not reasons:
                _carry_out(report, decision, desk)
        except NotAllowed as error:
            reasons = (not_allowed(error, "forex_report"),)
        if reasons:
            note(report, "action_refused", desk, reasons, decision.by)
            desk.refuse(decision.id, reasons)
        else:
            fresh.decided(decision)
            desk.carried_out(decision.id)


def _carry_out(report: FiledReport, decision: Decision, desk: ForexDesk) -> None:
    """Book or refuse a report; its legs get the same state, and a refused report no longer counts in totals."""
    action, who, why = decision.action, decision.by, decision.reason
    if action not in STEPS or report.state != _WAITS:
        raise NotAllowed(report.state, action, tuple(STEPS) if report.state == _WAITS else ())
    made, legs = step(report, STEPS[action]), desk.repository.legs_of([report.id])
    reasons = [Reason("21200", {"who": who, "reason": why})] if why else [Reason("21201", {"who": who})]
    if action == "refuse":
        send_receipt(report, made.return_status, Reason(made.words, {"reason": why}), desk)
        note(report, "forex_refused", desk, reasons, who)
        count(report, legs, desk.repository, -1)
    else:
        send_receipt(report, made.return_status, Reason(made.words, {}), desk)
        note(report, "forex_booked", desk, reasons, who)
        report_collected(report, legs, desk)
    report.decided_at = desk.now
    desk.repository.put_report(report)
    desk.repository.put_legs(report.id, [replace(leg, state=report.state) for leg in legs])
