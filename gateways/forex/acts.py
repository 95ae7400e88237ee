"""What an officer of the bank decides about a report that waits: it is booked, or refused with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from declarations.lifecycle import NotAllowed
from declarations.reasons import Reason
from gateways.decisions import Decision, Fresh, decisions
from gateways.forex.memory import ForexMemory, Report
from gateways.forex.reports import count
from gateways.forex.telling import note, step, tell, tell_collected
from gateways.gateway import Answers, Circumstances, Item

STEPS = MappingProxyType({"approve": "book", "refuse": "reject"})
"""What an officer says → the step of the lifecycle that it is."""
REFUSED = "16003"
"""Refused: the state does not allow the action."""
_WAITS = "in_review"


def decide_reports(items: Sequence[Item], memory: ForexMemory, circumstances: Circumstances, answers: Answers) -> None:
    """Carry out a bank's decisions, each item a `Decision`.

    A decision about a report that is no longer as it was seen, or whose state forbids it, is refused and noted.
    """
    filed, fresh = decisions(items), Fresh()
    memory.hold(sorted(memory.companies_of({decision.subject_id for decision in filed})))
    for decision in filed:
        report = memory.reports([decision.subject_id]).get(decision.subject_id)
        if report is None:
            refusal = f"{decision.action} is not allowed: there is no such report"
            answers.refuse(decision.id, [Reason(REFUSED, {"refusal": refusal})])
            continue
        reasons = fresh.refusal(decision, report.version, report.state)
        try:
            if not reasons:
                _carry_out(report, decision, memory, circumstances, answers)
        except NotAllowed as refused:
            reasons = (Reason(REFUSED, {"refusal": str(refused)}),)
        if reasons:
            note(report, "action_refused", circumstances, answers, reasons, decision.by)
            answers.refuse(decision.id, reasons)
        else:
            fresh.decided(decision)
            answers.carried_out(decision.id)


def decide_as_filed_earlier(items: Sequence[Item], memory: ForexMemory, circumstances: Circumstances,
                            answers: Answers) -> None:
    """Decisions that an earlier version filed, each item [report id, action, who, reason]."""
    decide_reports([Decision(number, 0, 0, action, reason, by, {}) for number, action, by, reason in items], memory,
                   circumstances, answers)


def _carry_out(report: Report, decision: Decision, memory: ForexMemory, circumstances: Circumstances,
               answers: Answers) -> None:
    """Either way the legs follow; what is refused no longer counts."""
    action, who, why = decision.action, decision.by, decision.reason
    if action not in STEPS or report.state != _WAITS:
        raise NotAllowed(report.state, action, tuple(STEPS) if report.state == _WAITS else ())
    made, legs = step(report, STEPS[action]), memory.legs_of([report.id])
    reasons = [Reason("21200", {"who": who, "reason": why})] if why else [Reason("21201", {"who": who})]
    if action == "refuse":
        tell(report, made.return_status, Reason(made.words, {"reason": why}), circumstances, answers)
        note(report, "forex_refused", circumstances, answers, reasons, who)
        count(report, legs, memory, -1)
    else:
        tell(report, made.return_status, Reason(made.words, {}), circumstances, answers)
        note(report, "forex_booked", circumstances, answers, reasons, who)
        tell_collected(report, legs, answers)
    report.decided_at = circumstances.now
    memory.put_report(report)
    memory.put_legs(report.id, [replace(leg, state=report.state) for leg in legs])
