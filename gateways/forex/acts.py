"""What an officer of the bank decides about a report that waits: it is booked, or refused with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from declarations.lifecycle import NotAllowed
from declarations.reasons import Reason
from gateways.forex.memory import ForexMemory, Report
from gateways.forex.reports import count
from gateways.forex.telling import note, step, tell, tell_collected
from gateways.gateway import Answers, Circumstances, Item

STEPS = MappingProxyType({"approve": "book", "refuse": "reject"})
"""What an officer says → the step of the lifecycle that it is."""
_WAITS = "in_review"


def hear_acted(items: Sequence[Item], memory: ForexMemory, circumstances: Circumstances, answers: Answers) -> None:
    """An officer acted, each item [report id, action, who, reason]; what the state forbids is noted and not done."""
    memory.hold(sorted(memory.companies_of({item[0] for item in items})))
    for number, action, who, why in items:
        report = memory.reports([number]).get(number)
        if report is None:
            continue
        try:
            _carry_out(report, action, who, why, memory, circumstances, answers)
        except NotAllowed as refused:
            note(report, "action_refused", circumstances, answers, [Reason("16003", {"refusal": str(refused)})], who)


def _carry_out(report: Report, action: str, who: str, why: str, memory: ForexMemory, circumstances: Circumstances,
               answers: Answers) -> None:
    """Either way the legs follow; what is refused no longer counts."""
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
