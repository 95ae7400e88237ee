"""Carries out decisions about spot checks: plans are opened, samples taken at the site, measures about failed goods
ordered, refusals judged."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from declarations import lifecycle
from declarations.calendar import stamp14
from declarations.lifecycle import OFFICER, NotAllowed
from declarations.reasons import Reason
from declarations.refusals import refusal_reason
from declarations.spot_checks.judgement import retest_until
from declarations.spot_checks.plans import STOCK, read_terms
from gateways.decisions import carry_out, decision_route
from gateways.spot_checks.drawing import draw_stock
from gateways.spot_checks.measures import (
    RECALL,
    WARNING,
    cure,
    end_hold,
    objection_to_closing,
    order_recall,
    tell_measure,
)
from gateways.spot_checks.outcomes import (
    KIND,
    RESISTED,
    RETEST_POSSIBLE,
    SAMPLE_FAILED,
    apply_step,
    free_lot,
    hold_lot,
    tell_credit,
)
from gateways.spot_checks.plans import OPEN_PLANS, open_plan
from gateways.spot_checks.reports import release_untested
from gateways.spot_checks.repository import SpotCheckDesk, SpotSample
from gateways.spot_checks.sampling import SiteRecord, laboratory_for, record, refuse, send
from gateways.topics.shared import Decision
from gateways.topics.spot_checks import MeasureDue, SamplingDue

OPEN = "open_plan"
PLAN = "plan"
TAKE, REFUSE = "take", "refuse_sampling"
MEASURES = MappingProxyType(
    {"warn": "W", "delist": "D", "rectify": "R", "send_back_goods": "B", "destroy": "X", "order_recall": "C"}
)
"""Action → code of the measure."""
FOR_GOOD = frozenset({"send_back_goods", "destroy"})
"""Measures after which nothing is left that another laboratory could test."""


def decide(decisions: Sequence[Decision], desk: SpotCheckDesk) -> None:
    """Carry out decisions, or refuse them with reasons."""
    samples = desk.repository.samples([decision.subject_id for decision in decisions if decision.subject_id])
    carry_out(
        decisions,
        samples,
        desk,
        kind=KIND,
        act=lambda sample, decision: _decide(sample, decision, desk),
        makes={OPEN: lambda decision: _open(decision, desk)},
        missing=refusal_reason("没有这份样品", "there is no such sample"),
    )


def _open(decision: Decision, desk: SpotCheckDesk) -> tuple[Reason, ...]:
    if len(desk.repository.open_plans()) >= OPEN_PLANS:
        return (refusal_reason("执行中的抽查计划过多", f"{OPEN_PLANS} plans of spot checks are open already"),)
    plan = open_plan(str(decision.values[PLAN]), decision.by, desk)
    if plan.universe == STOCK:
        draw_stock(plan, read_terms(plan.terms), desk)
    return ()


def _decide(sample: SpotSample, decision: Decision, desk: SpotCheckDesk) -> tuple[Reason, ...]:
    allowed = tuple(step.action for step in lifecycle.allowed_transitions(sample.state, OFFICER, KIND))
    if decision.action not in allowed:
        raise NotAllowed(sample.state, decision.action, allowed)
    if decision.action in MEASURES:
        if reason := _too_early(sample, decision.action, desk):
            return (reason,)
        _order_measure(sample, decision, desk)
        return ()
    if decision.action == TAKE:
        return _reasons(record(sample, SiteRecord(**decision.values), desk, decision.by))
    if decision.action == REFUSE:
        return _reasons(refuse(sample, decision.reason, desk, decision.by))
    if decision.action == "send_elsewhere":
        return _send_elsewhere(sample, decision, desk)
    if decision.action == "close_check" and (refusal := objection_to_closing(sample, desk)):
        return (refusal,)
    apply_step(sample, decision.action, desk, decision.reason, decision.by)
    if decision.action == "insist":
        sample.insisted += 1
        sample.due_at = desk.end_of_term("spot_checks.sampling_days")
        desk.repository.put_sample(sample)
        desk.schedule(sample.due_at, SamplingDue(sample.id))
    elif decision.action == "excuse":
        _excuse(sample, desk)
    elif decision.action == "uphold":
        tell_credit(sample, SAMPLE_FAILED, desk)
    elif decision.action == "waive_test":
        release_untested(sample, desk)
    elif decision.action == "close_check":
        end_hold(sample, desk)
        cure(sample, desk)
    elif decision.action == "suspend_seller":
        suspension = Decision(sample.ebc_code, 0, 0, "suspend", decision.reason, decision.by, {})
        desk.answers.send(decision_route("registration"), suspension)
    return ()


def _too_early(sample: SpotSample, action: str, desk: SpotCheckDesk) -> Reason | None:
    """Return the reason against a measure that takes the goods away while the company may contradict the report."""
    if action not in FOR_GOOD or sample.state != "unqualified":
        return None
    until, value = retest_until(sample.reported_at, desk.law)
    if desk.now > until:
        return None
    return Reason(RETEST_POSSIBLE, {"until": stamp14(until)}, (value.id,))


def _reasons(reason: Reason | None) -> tuple[Reason, ...]:
    return (reason,) if reason else ()


def _send_elsewhere(sample: SpotSample, decision: Decision, desk: SpotCheckDesk) -> tuple[Reason, ...]:
    """Send a sample that was not tested in time to another laboratory that is approved today, if there is one."""
    other = laboratory_for(sample, desk, sample.laboratory)
    if not other:
        return (refusal_reason("今日没有其他获批准的实验室", "no other laboratory is approved today"),)
    sample.laboratory = other
    apply_step(sample, decision.action, desk, decision.reason, decision.by)
    send(sample, other, "", desk)
    return ()


def _excuse(sample: SpotSample, desk: SpotCheckDesk) -> None:
    """Let go of what waited for a sample that nobody takes; a refusal that credit was told of is not one any more."""
    if sample.insisted:
        tell_credit(sample, RESISTED, desk, withdrawn=desk.day.isoformat())
    release_untested(sample, desk)


def _order_measure(sample: SpotSample, decision: Decision, desk: SpotCheckDesk) -> None:
    """Order a measure: its number, its due day, who is told, and what becomes of the lot. A warning frees it."""
    sample.measure_no, sample.measure = f"M{sample.sample_no}"[:24], MEASURES[decision.action]
    sample.measure_due = desk.end_of_term("spot_checks.measure_days")
    listed = desk.repository.lists([sample.declaration_id]).get(sample.declaration_id)
    sample.ebp_code = listed.facts.ebp_code if listed else ""
    apply_step(sample, decision.action, desk, decision.reason, decision.by)
    tell_measure(sample, desk)
    desk.schedule(sample.measure_due, MeasureDue(sample.id, sample.measure_no))
    if sample.measure == RECALL:
        order_recall(sample, listed, decision, desk)
    if sample.measure == WARNING:
        free_lot(sample, desk)
    else:
        hold_lot(sample, desk)
