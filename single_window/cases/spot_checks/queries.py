"""Queries of spot checks: samples, one with its reports and history, plans with what they found."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, func, select

from declarations.spot_checks import judgement
from declarations.spot_checks.judgement import FAILED
from declarations.spot_checks.plans import RANDOM, read_terms
from declarations.spot_checks.power import failure_rate
from gateways.laboratory.repository import SampleOrder
from gateways.spot_checks.plans import factors_of
from gateways.spot_checks.repository import SpotCheckPlan, SpotSample
from single_window.cases.spot_checks.answers import (
    SPOT_CHECK_KIND,
    FailureRateOut,
    LaboratoryLineOut,
    LaboratoryReportOut,
    SpotCheckPlanOut,
    SpotSampleOut,
    raised_out,
)
from single_window.cases.spot_checks.hits import hits_of
from single_window.frame import case_rows
from single_window.frame.case_rows import CaseReader, CaseRows
from single_window.frame.kinds import NumberedAt
from single_window.frame.typed import history_out, instant_text
from single_window.store.agency_tables.laboratory import sample_order
from single_window.store.agency_tables.spot_checks import spot_check_plan, spot_check_sample
from single_window.store.gateways.laboratory import ORDERS
from single_window.store.gateways.spot_checks import PLANS, SAMPLES
from single_window.store.law_books import law_of

WAITING = ("unqualified", "confirmed", "sampling_refused", "overdue", "report_overdue", "retest_overdue")
SPOT_SAMPLE_ROWS = CaseRows(spot_check_sample, SAMPLES.select, SAMPLES.make, WAITING)


def find_spot_sample(connection: Connection, sandbox: str, number: str) -> SpotSample | None:
    """Return a sample by sampleNo or by id."""
    column = spot_check_sample.c
    by_id = number.isascii() and number.isdigit() and len(number) < 19
    return SPOT_SAMPLE_ROWS.find(connection, sandbox, column.id == int(number) if by_id else column.sample_no == number)


def list_spot_check_plans(connection: Connection, sandbox: str) -> list[SpotCheckPlan]:
    """Return the plans, newest first."""
    chosen = PLANS.select().where(spot_check_plan.c.sandbox == sandbox).order_by(spot_check_plan.c.id.desc())
    return list(map(PLANS.make, connection.execute(chosen)))


def show_plans(connection: Connection, sandbox: str) -> tuple[SpotCheckPlanOut, ...]:
    """Return the plans with their numbers of samples, and of random ones the share that failed."""
    column = spot_check_sample.c
    counted = select(column.plan_no, column.verdict, func.count()).where(column.sandbox == sandbox)
    drawn: dict[str, Counter[str]] = {}
    for plan_no, verdict, number in connection.execute(counted.group_by(column.plan_no, column.verdict)):
        drawn.setdefault(plan_no, Counter())[verdict] += number
    return tuple(
        SpotCheckPlanOut.of(
            plan,
            samples=sum(drawn.get(plan.plan_no, {}).values()),
            rate=_rate(plan, drawn.get(plan.plan_no, Counter())),
            raised=raised_out(factors_of(plan), read_terms(plan.terms)),
        )
        for plan in list_spot_check_plans(connection, sandbox)
    )


def _rate(plan: SpotCheckPlan, verdicts: Counter[str]) -> FailureRateOut | None:
    failed, tested = verdicts[FAILED], verdicts[FAILED] + verdicts["P"]
    rate = failure_rate(failed, tested) if plan.basis == RANDOM else None
    return None if rate is None else FailureRateOut(failed=failed, tested=tested, **rate._asdict())


def reports_of(connection: Connection, sandbox: str, sample: SpotSample) -> tuple[LaboratoryReportOut, ...]:
    """Return the reports about a sample, oldest first."""
    column = sample_order.c
    chosen = ORDERS.select().where(column.sandbox == sandbox, column.sample_id == sample.id, column.report_no != "")
    return tuple(map(_report_out, map(ORDERS.make, connection.execute(chosen.order_by(column.issued_at, column.id)))))


def _report_out(order: SampleOrder) -> LaboratoryReportOut:
    lines = tuple(LaboratoryLineOut(**line._asdict()) for line in order.lines)
    return LaboratoryReportOut.of(order, lines=lines)


def _show(connection: Connection, sandbox: str, number: str) -> SpotSampleOut | None:
    sample = find_spot_sample(connection, sandbox, number)
    if sample is None:
        return None
    lines = case_rows.history(connection, sandbox, sample.sample_no, "spot_check")
    return SpotSampleOut.of(
        sample,
        reports=reports_of(connection, sandbox, sample),
        retest_until=instant_text(retest_until(connection, sandbox, sample)),
        hits=hits_of(connection, sandbox, sample),
        history=history_out(lines),
    )


def retest_until(connection: Connection, sandbox: str, sample: SpotSample) -> int:
    """Return the last instant at which a company may contradict the failure of its sample; 0: none to contradict."""
    if sample.state != "unqualified":
        return 0
    until, _ = judgement.retest_until(sample.reported_at, law_of(connection, sandbox))
    return until


PLAN_AT = NumberedAt(
    "spot_check_plan", "/spot-checks/plans/{number}/redraw", "spot-check redraw {number}", "spot_check_plans"
)
SPOT_SAMPLE_CASES = CaseReader(kind=SPOT_CHECK_KIND, listed=SPOT_SAMPLE_ROWS.newest, out=SpotSampleOut.of, show=_show)
