"""Tests samples as the laboratory that the window simulates: values beside limits, and the faults that a test forces.

What it reports is checked like any other report."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from declarations.calendar import DAY, day_of
from declarations.risk import DRAW_RANGE, draw_number
from declarations.spot_checks import judgement
from declarations.spot_checks.drawing import BY_INSPECTION
from declarations.spot_checks.judgement import FAILED
from gateways.forced import UNFORCED, ForcedReport, ForcedSample
from gateways.laboratory.filing import LaboratoryReport, take_in
from gateways.laboratory.repository import LaboratoryDesk, SampleOrder
from gateways.topics.laboratory import LaboratoryDue

FAILS, PASSES, SILENT, LATE, REVISED = "fails", "passes", "silent", "late", "revised"
CONTRADICTED, OTHER_SEAL, NOT_APPROVED = "contradicted", "other_seal", "not_approved"
STRANGER = "QDLAB99"
"""A laboratory that nobody approved."""
ORDINARY = ForcedReport("")


def handle_due(due: Sequence[LaboratoryDue], desk: LaboratoryDesk) -> None:
    """Report the samples that are tested, each once; a test may force a fault of the laboratory."""
    orders = desk.repository.orders([report.order_id for report in due])
    known = desk.repository.orders_of({order.sample_no for order in orders.values()})
    samples = _forced_samples([order.sample_id for order in orders.values()], desk)
    for report in due:
        order = orders[report.order_id]
        same = known.get(order.sample_no, (order,))
        if report.fault == REVISED:
            _amend(order, same, desk)
        elif not order.report_no:
            sample = samples.get(order.sample_id) if not report.fault else None
            _report(order, same, (sample and desk.forced.report(sample)) or ORDINARY, desk)


def _forced_samples(ids: Collection[int], desk: LaboratoryDesk) -> Mapping[int, ForcedSample]:
    """The samples as triggers name them; none is read where nothing is forced."""
    return {} if desk.forced is UNFORCED else desk.repository.forced_samples(ids)


def _report(order: SampleOrder, same: Sequence[SampleOrder], forced: ForcedReport, desk: LaboratoryDesk) -> None:
    """Report a sample as it is forced, or as it is drawn."""
    if forced.fault == SILENT:
        return
    if forced.fault == LATE:
        desk.schedule(desk.now + (forced.delay_ms or _after_overdue(order, desk)), LaboratoryDue(order.id, LATE))
        return
    failing = forced.fault in {FAILS, REVISED} or (forced.fault != PASSES and _is_failing(order, desk))
    report = _made(order, failing, forced.item, desk)
    if forced.fault == OTHER_SEAL:
        report = report._replace(seal_no=f"X{report.seal_no}"[:30])
    elif forced.fault == NOT_APPROVED:
        report = report._replace(laboratory=STRANGER)
    take_in(report, same, desk)
    if forced.fault == CONTRADICTED:
        other = _made(order, report.verdict != FAILED, forced.item, desk)
        take_in(other._replace(report_no=f"{other.report_no}-2"), same, desk)
    elif forced.fault == REVISED:
        later = forced.delay_ms or int(desk.value_today("spot_checks.laboratory_days").amount) * DAY
        desk.schedule(desk.now + later, LaboratoryDue(order.id, REVISED))


def _amend(order: SampleOrder, same: Sequence[SampleOrder], desk: LaboratoryDesk) -> None:
    """Amend the failure that was reported: the sample passed."""
    if order.report_no:
        report = _made(order, False, "", desk)
        take_in(report._replace(report_no=f"{order.report_no}-A", amends=order.report_no), same, desk)


def _after_overdue(order: SampleOrder, desk: LaboratoryDesk) -> int:
    """Milliseconds after which a report that is due today is overdue."""
    window = "spot_checks.retest_answer_days" if order.answers else "spot_checks.report_days"
    return int(desk.value_today(window).amount) * DAY


def _made(order: SampleOrder, failing: bool, item: str, desk: LaboratoryDesk) -> LaboratoryReport:
    """The report about a sample that fails in an item (the first unless it has this one), or passes."""
    items = judgement.items_of(order.gcode, day_of(desk.now), desk.law)
    wrong = next((number for number, known in enumerate(items) if known.item == item), 0)
    lines = tuple(
        judgement.judged(known, _value(known.most, order, number, failing and number == wrong, desk.seed))
        for number, known in enumerate(items)
    )
    number = f"{order.sample_no}{'-R' if order.answers else ''}"
    told = (order.sample_no, order.laboratory, number, order.seal_no)
    return LaboratoryReport(*told, judgement.verdict_of(lines), desk.now, lines)


def _is_failing(order: SampleOrder, desk: LaboratoryDesk) -> bool:
    """True if a sample is drawn to fail, at the rate of failures; a retest finds the same."""
    rate = _rate_of_inspections(desk) if _of_inspection(order) else desk.value_today("spot_checks.failure").amount
    return draw_number(desk.seed, "laboratory", order.sample_no) < rate * DRAW_RANGE


def _of_inspection(order: SampleOrder) -> bool:
    return order.sample_no.startswith(f"{BY_INSPECTION}-")


def is_first_of_inspection(order: SampleOrder) -> bool:
    """Return True for the first test of a sample that an inspection has taken; False for its retest, or any other."""
    return _of_inspection(order) and not order.answers


def _rate_of_inspections(desk: LaboratoryDesk) -> Decimal:
    """The share that fails of the samples that inspections take: the failing share of the lists that are inspected."""
    failing = desk.value_today("inspection.quality_failure").amount
    sampled = max(failing, desk.value_today("inspection.quality_sampled").amount)
    return failing / sampled if sampled else failing


def _value(most: Decimal, order: SampleOrder, number: int, failing: bool, seed: str) -> Decimal:
    """A value between nothing and the limit, or above it, which depends only on sample and item."""
    part = Decimal(draw_number(seed, "laboratory-value", f"{order.sample_no}|{order.answers}|{number}")) / DRAW_RANGE
    if failing:
        return (most * (Decimal("1.1") + part) if most else Decimal(1)).quantize(most / 10 if most else Decimal(1))
    return (most * part * Decimal("0.9")).quantize(most / 100 if most else Decimal(1))
