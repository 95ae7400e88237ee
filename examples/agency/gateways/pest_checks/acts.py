"""Carries out decisions about pest checks: a plan is opened, the merchant of a failed sample warned or recalling."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.lifecycle import NotAllowed
from declarations.reasons import Reason
from declarations.refusals import refusal_of_action, refusal_reason
from gateways.decisions import ChangeCheck
from gateways.pest_checks.drawing import open_pest_plan
from gateways.pest_checks.outcomes import KIND, apply_step
from gateways.pest_checks.repository import PestCheckDesk
from gateways.topics.shared import Decision

OPEN = "open_pest_plan"
MEASURES = ("warn", "recall")


def decide(decisions: Sequence[Decision], desk: PestCheckDesk) -> None:
    """Carry out decisions, or refuse them with reasons."""
    fresh = ChangeCheck()
    samples = desk.repository.samples([decision.subject_id for decision in decisions if decision.subject_id])
    for decision in decisions:
        if decision.action == OPEN:
            reasons = _open(desk)
        elif (sample := samples.get(decision.subject_id)) is None:
            reasons = (refusal_reason("没有这份样品", "there is no such sample"),)
        else:
            reasons = fresh.refuse_if_changed(decision, sample.version, sample.state)
            try:
                if not reasons and decision.action not in MEASURES:
                    raise NotAllowed(sample.state, decision.action, MEASURES)
                if not reasons:
                    apply_step(sample, decision.action, desk, decision.reason, decision.by)
                    fresh.remember_change(decision)
            except NotAllowed as error:
                reasons = (refusal_of_action(error, KIND),)
        if reasons:
            desk.answer_refused(decision.id, reasons)
        else:
            desk.answer_done(decision.id)


def _open(desk: PestCheckDesk) -> tuple[Reason, ...]:
    if desk.repository.open_pest_plans():
        return (refusal_reason("已有执行中的检疫抽检计划", "a plan of pest checks is open"),)
    open_pest_plan(desk)
    return ()
