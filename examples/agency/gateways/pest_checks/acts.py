"""Carries out decisions about pest checks: a plan is opened, the merchant of a failed sample warned or recalling."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.lifecycle import NotAllowed
from declarations.reasons import Reason
from declarations.refusals import refusal_reason
from gateways.decisions import carry_out
from gateways.pest_checks.drawing import open_pest_plan
from gateways.pest_checks.outcomes import KIND, apply_step
from gateways.pest_checks.repository import GoodsSample, PestCheckDesk
from gateways.topics.shared import Decision

OPEN = "open_pest_plan"
MEASURES = ("warn", "recall")


def decide(decisions: Sequence[Decision], desk: PestCheckDesk) -> None:
    """Carry out decisions, or refuse them with reasons."""

    def act(sample: GoodsSample, decision: Decision) -> None:
        if decision.action not in MEASURES:
            raise NotAllowed(sample.state, decision.action, MEASURES)
        apply_step(sample, decision.action, desk, decision.reason, decision.by)

    carry_out(
        decisions,
        desk.repository.samples([decision.subject_id for decision in decisions if decision.subject_id]),
        desk,
        kind=KIND,
        act=act,
        makes={OPEN: lambda decision: _open(desk)},
        missing=refusal_reason("没有这份样品", "there is no such sample"),
    )


def _open(desk: PestCheckDesk) -> tuple[Reason, ...]:
    if desk.repository.open_pest_plans():
        return (refusal_reason("已有执行中的检疫抽检计划", "a plan of pest checks is open"),)
    open_pest_plan(desk)
    return ()
