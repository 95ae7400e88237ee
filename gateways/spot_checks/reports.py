"""Takes laboratories' reports: a sample passes, or fails and waits for an officer; a retest confirms or overturns."""

from __future__ import annotations

from collections.abc import Sequence

from declarations import lifecycle
from declarations.calendar import stamp14
from declarations.reasons import Reason
from declarations.spot_checks.judgement import FAILED, NOT_TESTABLE, PASSED, retest_until
from gateways.spot_checks.drawing import AT_SITE, pass_list
from gateways.spot_checks.outcomes import (
    KIND,
    RETESTING,
    SAMPLE_FAILED,
    apply_step,
    free_evidence,
    free_lot,
    hold_lot,
    keep_evidence,
    reference_of,
    tell_credit,
    tell_failure,
)
from gateways.spot_checks.repository import SpotCheckDesk, SpotSample
from gateways.topics.customs import InspectionFailed
from gateways.topics.spot_checks import SampleReportDue, SampleTested, SamplingDue

LABORATORY = "laboratory"
CONTRADICTING, TOO_LATE = "23115", "23116"
AWAITED = {False: frozenset({"at_lab", "report_overdue"}), True: RETESTING}
"""States in which a sample awaits the report of a first test, or of a retest."""
STEPS = {
    (False, PASSED): "pass",
    (False, FAILED): "fail",
    (False, "N"): "untestable",
    (True, PASSED): "overturn",
    (True, FAILED): "confirm",
    (True, "N"): "confirm",
}
"""(retest?, verdict) → action of the lifecycle. A retest that could not be tested leaves the first report in force."""
OVERDUE = {"at_lab": ("lapse_report", "23031"), "retesting": ("lapse_retest", "23032")}
"""State → action of the lifecycle and code where a laboratory has not reported in time."""


def handle_tested(reports: Sequence[SampleTested], desk: SpotCheckDesk) -> None:
    """Take reports in the order of their numbers; one that comes too late, or again, changes nothing: the timeline says
    that it contradicts the one in force, or comes after the measure."""
    samples = desk.repository.samples([report.sample_id for report in reports])
    for report in sorted(reports, key=lambda report: (report.sample_id, report.answers, report.report_no)):
        sample = samples[report.sample_id]
        awaited = sample.state in AWAITED[bool(report.answers)]
        if awaited and report.answers == sample.answers and not report.amends:
            _take_in(sample, report, desk)
        elif report.amends and report.amends == sample.report_no:
            _revise(sample, report, desk)
        elif report.report_no != sample.report_no and report.verdict not in {sample.verdict, NOT_TESTABLE}:
            why = Reason(CONTRADICTING, {"report": report.report_no, "first": sample.report_no})
            _note(sample, "contradicted", why, desk)


def handle_due(due: Sequence[SampleReportDue], desk: SpotCheckDesk) -> None:
    """Note that a laboratory has not reported in time, unless it has or the sample is elsewhere; an officer decides."""
    samples = desk.repository.samples([report.sample_id for report in due])
    for report in due:
        sample = samples[report.sample_id]
        same = (report.taken_at, report.answers) == (sample.taken_at, sample.answers)
        elsewhere = not report.answers and report.laboratory != sample.laboratory
        if same and not elsewhere and sample.state in OVERDUE:
            step, code = OVERDUE[sample.state]
            days = "spot_checks.retest_answer_days" if report.answers else "spot_checks.report_days"
            value = desk.value_today(days)
            words = {"laboratory": report.laboratory, "days": str(int(value.amount))}
            apply_step(sample, step, desk, why=Reason(code, words, (value.id,)))


def _note(sample: SpotSample, event: str, why: Reason, desk: SpotCheckDesk) -> None:
    """Note in a sample's timeline what changes nothing."""
    about = reference_of(sample)
    desk.add_event(about.event(f"spot_check_{event}", sample.state, desk.now, [why], actor=LABORATORY))


def _take_in(sample: SpotSample, report: SampleTested, desk: SpotCheckDesk) -> None:
    sample.report_no, sample.verdict, sample.reported_at = report.report_no, report.verdict, desk.now
    step = STEPS[bool(report.answers), report.verdict]
    sample.laboratory = sample.laboratory if report.answers else report.laboratory
    value = desk.value_today("spot_checks.retest_days")
    why = Reason("23004", {"days": str(int(value.amount))}, (value.id,)) if step == "fail" else None
    apply_step(sample, step, desk, by=LABORATORY, why=why)
    if step == "untestable":
        _take_again(sample, desk)
    elif step in {"pass", "overturn"}:
        free_lot(sample, desk)
        free_evidence(sample, desk)
        if step == "overturn":
            tell_credit(sample, SAMPLE_FAILED, desk, withdrawn=desk.day.isoformat())
        pass_list(sample, desk)
    elif step == "confirm":
        free_evidence(sample, desk)
        tell_credit(sample, SAMPLE_FAILED, desk)
    elif step == "fail":
        hold_lot(sample, desk)
        keep_evidence(sample, desk)
        tell_failure(sample, desk)
        if sample.place == AT_SITE:
            desk.send(InspectionFailed(sample.declaration_id))


def _revise(sample: SpotSample, report: SampleTested, desk: SpotCheckDesk) -> None:
    """Take an amended report: it changes the verdict, unless a measure was ordered because of the first."""
    changed = report.verdict != sample.verdict
    step = {PASSED: "revise_pass", FAILED: "revise_fail"}.get(report.verdict, "")
    allowed = step in {made.action for made in lifecycle.allowed_transitions(sample.state, None, KIND)}
    if changed and not allowed:
        values = {"report": report.report_no, "first": sample.report_no, **lifecycle.state_values(sample.state, KIND)}
        _note(sample, "revised", Reason(TOO_LATE, values), desk)
        return
    sample.report_no, sample.verdict, sample.reported_at = report.report_no, report.verdict, desk.now
    if changed:
        apply_step(sample, step, desk, by=LABORATORY)
        for act in (hold_lot, keep_evidence) if step == "revise_fail" else (free_lot, free_evidence):
            act(sample, desk)
        if step == "revise_fail":
            tell_failure(sample, desk)
        else:
            tell_credit(sample, SAMPLE_FAILED, desk, withdrawn=desk.day.isoformat())
        return
    desk.add_event(reference_of(sample).event("spot_check_revised", sample.state, desk.now, actor=LABORATORY))
    desk.repository.put_sample(sample)


def _take_again(sample: SpotSample, desk: SpotCheckDesk) -> None:
    sample.due_at = desk.end_of_term("spot_checks.sampling_days")
    desk.repository.put_sample(sample)
    desk.schedule(sample.due_at, SamplingDue(sample.id))


def release_untested(sample: SpotSample, desk: SpotCheckDesk) -> None:
    """Let go of what waited for the report of a sample that an officer waives: its lot, its list, and what a first
    report had told of the company."""
    free_lot(sample, desk)
    free_evidence(sample, desk)
    if sample.answers:
        tell_credit(sample, SAMPLE_FAILED, desk, withdrawn=desk.day.isoformat())
    pass_list(sample, desk)


def late_retest(sample: SpotSample, desk: SpotCheckDesk) -> Reason | None:
    """Return the reason against an application for a retest that is late."""
    until, value = retest_until(sample.reported_at, desk.law)
    if desk.now <= until:
        return None
    return Reason("23106", {"until": stamp14(until)}, (value.id,))
