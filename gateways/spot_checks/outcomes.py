"""The course of a sample: its state, the notice to the merchant, its timeline."""

from __future__ import annotations

from collections.abc import Sequence

from declarations import lifecycle
from declarations.calendar import day_of, stamp14
from declarations.lifecycle import Transition
from declarations.money import amount_text
from declarations.reasons import Reason
from declarations.spot_checks.judgement import retest_until
from gateways.holds import Held
from gateways.records import CaseReference
from gateways.spot_checks.repository import SpotCheckDesk, SpotSample
from gateways.topics.facts import general_credit_event
from gateways.topics.spot_checks import SamplingDue

KIND = "spot_check"
LOT_HELD, RETEST_POSSIBLE, RETESTED = "23110", "23122", "23125"
FINAL = ("confirmed", "measure_ordered", "overdue", "closed", "seller_suspended")
"""The states of a failure that a retest or an officer has confirmed, or about which a measure is ordered. One that is
only reported may still be contradicted."""
SAMPLE_FAILED = "201"
"""Kind of credit event: a spot check failed."""
RETESTING = frozenset({"retesting", "retest_overdue"})
"""States of a sample of which another laboratory is to report."""
RESISTED = "106"
"""Kind of credit event: a sample is refused again after an officer found that the refusal had no ground."""
BY = "spot_checks"
"""The holder of lots, and the actor in timelines."""


def notify_sampling(sample: SpotSample, desk: SpotCheckDesk) -> None:
    """Begin a sample: the notice to the merchant, and the day on which the site takes it."""
    value = desk.value_today("spot_checks.sampling_days")
    sample.due_at, sample.law = desk.end_of_term(value.name), value.id
    apply_step(sample, "notify", desk)
    desk.schedule(sample.due_at, SamplingDue(sample.id))


def reference_of(sample: SpotSample) -> CaseReference:
    """Return the sample as what receipts and events are about."""
    return CaseReference(KIND, sample.sample_no, sample.sample_no)


def apply_step(
    sample: SpotSample,
    action: str,
    desk: SpotCheckDesk,
    reason: str = "",
    by: str = BY,
    why: Reason | None = None,
    details: Sequence[Reason] = (),
) -> Transition:
    """Apply an action of the lifecycle to a sample, note it and notify the merchant; raises `lifecycle.NotAllowed`.

    `reason`: what an officer wrote; `why`: a reason with values of its own instead of the step's words; `details`: what
    only the timeline says."""
    made = lifecycle.transition_of(sample.state, action, KIND)
    text = why or made.receipt_text(reason, {"due": stamp14(sample.due_at)} if made.to == "notified" else None)
    # the page says them as why the case waits; the timeline has the rest
    sample.state, sample.reasons = made.to, (text,)
    about = reference_of(sample)
    if made.return_status:
        notice = about.receipt("", made.return_status, 0, text, _fields(sample), code="SpotCheckNotice")
        told = (made.to, sample.report_no, sample.measure_no, sample.laboratory)
        desk.notify(sample.ebc_code, notice, once="|".join(told))
    desk.add_event(about.event(f"spot_check_{action}", made.to, desk.now, [text, *details], actor=by))
    desk.repository.put_sample(sample)
    return made


def _fields(sample: SpotSample) -> dict[str, str]:
    return {
        "sampleNo": sample.sample_no,
        "planNo": sample.plan_no,
        "basis": sample.basis,
        "place": sample.place,
        "ebcCode": sample.ebc_code,
        "invtNo": sample.invt_no,
        "gnum": str(sample.gnum) if sample.gnum else "",
        "emsNo": sample.ems_no,
        "itemRecordNo": sample.item_record_no,
        "gcode": sample.gcode,
        "qty": amount_text(sample.taken_qty) if sample.taken_qty else "",
        "sealNo": sample.seal_no,
        "reportNo": sample.report_no,
        "verdict": sample.verdict,
        "measureNo": sample.measure_no,
        "measure": sample.measure,
        "dueTime": stamp14(sample.measure_due or sample.due_at),
    }


def tell_credit(
    sample: SpotSample,
    kind: str,
    desk: SpotCheckDesk,
    *,
    since: str = "",
    final: str | None = None,
    cured: str = "",
    withdrawn: str = "",
) -> None:
    """Publish that something counts for the company's credit `since` a day, without one today, until it is cured, or no
    longer: a failure (201), a measure that is overdue (202), a sample that is refused without ground (106). `final`:
    the day from which it counts, by default that day; empty: not yet."""
    if sample.ebc_code:
        day = since or desk.day.isoformat()
        event = general_credit_event(sample.ebc_code, kind, BY, sample.sample_no, occurred=day)
        told = event._replace(doc_no=sample.report_no, cured=cured, withdrawn=withdrawn)
        desk.publish(told if final is None else told._replace(final=final))


def tell_failure(sample: SpotSample, desk: SpotCheckDesk) -> None:
    """Publish that a sample failed: it counts for credit when the term of the retest has ended; while one is made, not
    before its report."""
    last, _ = retest_until(sample.reported_at, desk.law)
    final = "" if sample.state in RETESTING else day_of(last + 1).isoformat()
    tell_credit(sample, SAMPLE_FAILED, desk, since=day_of(sample.reported_at).isoformat(), final=final)


def hold_lot(sample: SpotSample, desk: SpotCheckDesk) -> None:
    """Hold the lot of a sample: lists that draw on it wait for an officer (300)."""
    if sample.lot:
        reason = Reason(LOT_HELD, {"lot": sample.lot, "sample": sample.sample_no})
        desk.hold(Held.LOT, sample.lot, f"{BY}:{sample.sample_no}", reason)


def keep_evidence(sample: SpotSample, desk: SpotCheckDesk) -> None:
    """Keep the goods of a sample that failed, its list and its lot, for as long as they may be tested again: until the
    term of the retest ends, or, once one was applied for, until its report."""
    if sample.answers:
        until, reason = 0, Reason(RETESTED, {"sample": sample.sample_no})
    else:
        last, value = retest_until(sample.reported_at, desk.law)
        until, reason = last + 1, Reason(RETEST_POSSIBLE, {"until": stamp14(last)}, (value.id,))
    for key in _evidence_of(sample):
        desk.hold(Held.EVIDENCE, key, f"{BY}:{sample.sample_no}", reason, until)


def free_evidence(sample: SpotSample, desk: SpotCheckDesk) -> None:
    """Let go of the goods of a sample that is tested for good."""
    for key in _evidence_of(sample):
        desk.lift(Held.EVIDENCE, key, f"{BY}:{sample.sample_no}")


def _evidence_of(sample: SpotSample) -> list[str]:
    return [key for key in (str(sample.declaration_id or ""), sample.lot) if key]


def free_lot(sample: SpotSample, desk: SpotCheckDesk) -> None:
    """Let go of the lot of a sample."""
    if sample.lot:
        desk.lift(Held.LOT, sample.lot, f"{BY}:{sample.sample_no}")
