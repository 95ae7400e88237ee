"""Takes laboratories' reports: a sample passes, or fails and waits for an officer; a retest confirms or overturns."""

from __future__ import annotations

from collections.abc import Sequence

from declarations import lifecycle
from declarations.calendar import DAY, stamp14
from declarations.reasons import Reason
from declarations.spot_checks.judgement import FAILED, PASSED
from gateways.spot_checks.drawing import AT_SITE
from gateways.spot_checks.outcomes import KIND, apply_step, free_lot, hold_lot, reference_of, tell_credit
from gateways.spot_checks.repository import SpotCheckDesk, SpotSample
from gateways.topics.customs import InspectionFailed, InspectionPassed
from gateways.topics.spot_checks import SampleTested, SamplingDue

LABORATORY = "laboratory"
SAMPLE_FAILED = "201"
"""Kind of credit event: a spot check failed."""
STEPS = {
    ("at_lab", PASSED): "pass",
    ("at_lab", FAILED): "fail",
    ("at_lab", "N"): "untestable",
    ("retesting", PASSED): "overturn",
    ("retesting", FAILED): "confirm",
    ("retesting", "N"): "confirm",
}
"""(state, verdict) → action of the lifecycle. A retest that could not be tested leaves the first report in force."""


def handle_tested(reports: Sequence[SampleTested], desk: SpotCheckDesk) -> None:
    """Take reports in the order of their numbers; one that comes too late, or again, changes nothing."""
    samples = desk.repository.samples([report.sample_id for report in reports])
    for report in sorted(reports, key=lambda report: (report.sample_id, report.answers, report.report_no)):
        sample = samples[report.sample_id]
        awaited = "retesting" if report.answers else "at_lab"
        if sample.state == awaited and report.answers == sample.answers and not report.amends:
            _take_in(sample, report, desk)
        elif report.amends and report.amends == sample.report_no:
            _revise(sample, report, desk)


def _take_in(sample: SpotSample, report: SampleTested, desk: SpotCheckDesk) -> None:
    sample.report_no, sample.verdict, sample.reported_at = report.report_no, report.verdict, report.issued_at
    step = STEPS[sample.state, report.verdict]
    value = desk.value_today("spot_checks.retest_days")
    why = Reason("23004", {"days": str(int(value.amount))}, (value.id,)) if step == "fail" else None
    apply_step(sample, step, desk, by=LABORATORY, why=why)
    if step == "untestable":
        _take_again(sample, desk)
    elif step in {"pass", "overturn"}:
        free_lot(sample, desk)
        if step == "overturn":
            tell_credit(sample, SAMPLE_FAILED, desk, withdrawn=desk.day.isoformat())
        if sample.place == AT_SITE:
            desk.send(InspectionPassed(sample.declaration_id))
    elif step == "fail":
        hold_lot(sample, desk)
        tell_credit(sample, SAMPLE_FAILED, desk)
        if sample.place == AT_SITE:
            desk.send(InspectionFailed(sample.declaration_id))


def _revise(sample: SpotSample, report: SampleTested, desk: SpotCheckDesk) -> None:
    """Take an amended report: it changes the verdict, unless a measure was ordered because of the first."""
    changed = report.verdict != sample.verdict
    sample.report_no, sample.verdict, sample.reported_at = report.report_no, report.verdict, report.issued_at
    step = {PASSED: "revise_pass", FAILED: "revise_fail"}.get(report.verdict, "")
    if changed and step in {made.action for made in lifecycle.allowed_transitions(sample.state, None, KIND)}:
        apply_step(sample, step, desk, by=LABORATORY)
        (hold_lot if step == "revise_fail" else free_lot)(sample, desk)
        tell_credit(sample, SAMPLE_FAILED, desk, withdrawn="" if step == "revise_fail" else desk.day.isoformat())
        return
    desk.add_event(reference_of(sample).event("spot_check_revised", sample.state, desk.now, actor=LABORATORY))
    desk.repository.put_sample(sample)


def _take_again(sample: SpotSample, desk: SpotCheckDesk) -> None:
    sample.due_at = desk.now + int(desk.value_today("spot_checks.sampling_days").amount) * DAY
    desk.repository.put_sample(sample)
    desk.schedule(sample.due_at, SamplingDue(sample.id))


def retest_until(sample: SpotSample, desk: SpotCheckDesk) -> int:
    """Return the instant until which a retest may be applied for: so many days after the report."""
    return sample.reported_at + int(desk.value_today("spot_checks.retest_days").amount) * DAY


def late_retest(sample: SpotSample, desk: SpotCheckDesk) -> Reason:
    """Return the reason against an application for a retest that is late."""
    value = desk.value_today("spot_checks.retest_days")
    return Reason("23106", {"until": stamp14(retest_until(sample, desk))}, (value.id,))
