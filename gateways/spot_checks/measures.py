"""Measures about failed goods: who is told of them, what platforms answer, and when the last report is due."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.calendar import day_of, stamp14
from declarations.money import Scaled, amount_text
from declarations.parameters import NoValue
from declarations.reasons import Reason
from gateways.spot_checks.outcomes import BY, apply_step, free_lot, reference_of, tell_credit
from gateways.spot_checks.repository import ReleasedGoods, SpotCheckDesk, SpotSample
from gateways.topics.facts import RecallOrdered
from gateways.topics.shared import Decision
from gateways.topics.spot_checks import MeasureDue

OVERDUE = "202"
"""Kind of credit event: a measure is overdue."""
DELIST, RECALL, WARNING = "D", "C", "W"
LEAVE_GOODS = frozenset({DELIST, RECALL})
"""Measures that leave the goods in the book."""
UNACCOUNTED, STAYS_HELD = "23123", "23042"
DELISTED, NOT_YET, SILENT = "23026", "23027", "23028"
ORDERED = "600"


def tell_measure(sample: SpotSample, desk: SpotCheckDesk) -> None:
    """Send the measure that was just ordered to the company of the goods, and to the platform that sells them."""
    draft = reference_of(sample).receipt("", ORDERED, 0, sample.reasons[0], _fields(sample, desk), code="RiskMeasure")
    for company in dict.fromkeys(filter(None, (sample.ebc_code, sample.ebp_code))):
        desk.notify(company, draft, once=f"measure|{sample.measure_no}")


def _fields(sample: SpotSample, desk: SpotCheckDesk) -> dict[str, str]:
    try:
        law = desk.value_today("law.quality_spot_check").source
    except NoValue:
        law = ""
    return {
        "measureNo": sample.measure_no,
        "sampleNo": sample.sample_no,
        "reportNo": sample.report_no,
        "measure": sample.measure,
        "ebcCode": sample.ebc_code,
        "ebpCode": sample.ebp_code,
        "invtNo": sample.invt_no,
        "gnum": str(sample.gnum) if sample.gnum else "",
        "emsNo": sample.ems_no,
        "itemRecordNo": sample.item_record_no,
        "gcode": sample.gcode,
        "gname": sample.gname,
        "dueTime": stamp14(sample.measure_due),
        "law": law,
    }


def order_recall(sample: SpotSample, listed: ReleasedGoods | None, decision: Decision, desk: SpotCheckDesk) -> None:
    """Publish that the goods of a sample are to be recalled: those of its lot, or of its line of a list."""
    lines = listed.facts.lines if listed else ()
    item_no = next((line.item_no for line in lines if line.gnum == sample.gnum), "")
    goods = (sample.ems_no, sample.item_record_no, item_no, sample.gcode, sample.gname)
    desk.publish(
        RecallOrdered(sample.measure_no, sample.ebc_code, sample.ebp_code, *goods, decision.reason, decision.by)
    )


def awaits_platform(sample: SpotSample) -> bool:
    """True if a platform other than the company itself is to delist the goods of a sample."""
    return sample.measure == DELIST and sample.ebp_code not in ("", sample.ebc_code)


def note_answer(sample: SpotSample, delisted: bool, desk: SpotCheckDesk) -> None:
    """Note what a platform answers about goods that it is to delist. The company's own report finishes the measure."""
    sample.platform_answered = desk.now
    _note(sample, "delisted" if delisted else "answered", Reason(DELISTED if delisted else NOT_YET, {}), desk)
    desk.repository.put_sample(sample)


def objection_to_closing(sample: SpotSample, desk: SpotCheckDesk, done: Scaled = 0, found: Scaled = 0) -> Reason | None:
    """The reason against closing a measure: the book and waiting lists have more of the lot, or more was `found`, than
    was dealt with, including what is `done` now. A warning leaves the goods as they are."""
    has_lot = bool(sample.lot) and sample.measure != WARNING
    left = desk.repository.left_of(sample) + desk.repository.waiting_of(sample) if has_lot else 0
    done += sample.done_qty
    if done >= (whole := max(left, found)):
        return None
    values = {"no": sample.measure_no, "whole": amount_text(whole), "done": amount_text(done)}
    return Reason(UNACCOUNTED, {**values, "left": amount_text(whole - done)})


def end_hold(sample: SpotSample, desk: SpotCheckDesk) -> None:
    """Let go of the lot of a closed measure. Failed goods that were only delisted or recalled stay held while the book
    has any, until their company sends back or destroys them."""
    if sample.measure in LEAVE_GOODS and sample.lot and (left := desk.repository.left_of(sample)):
        kept = Reason(STAYS_HELD, {"lot": sample.lot, "left": amount_text(left)})
        event = reference_of(sample).event("spot_check_lot_stays_held", sample.state, desk.now, [kept], actor=BY)
        desk.add_event(event)
    else:
        free_lot(sample, desk)


def clears_lot(sample: SpotSample, way: str) -> bool:
    """True if a report about a closed measure says what became of failed goods that stayed in the book."""
    return sample.state == "closed" and sample.measure in LEAVE_GOODS and bool(sample.lot) and bool(way)


def handle_due(due: Sequence[MeasureDue], desk: SpotCheckDesk) -> None:
    """Note that a platform is silent, and that a measure is overdue unless it was finished; an officer decides about
    the seller."""
    samples = desk.repository.samples([measure.sample_id for measure in due])
    for measure in due:
        sample = samples[measure.sample_id]
        if sample.measure_no != measure.measure_no:
            continue
        if awaits_platform(sample) and not sample.platform_answered:
            _note(sample, "silent", Reason(SILENT, {"due": stamp14(sample.measure_due)}), desk)
        if sample.state == "measure_ordered":
            sample.overdue_at = desk.now
            apply_step(sample, "lapse", desk)
            tell_credit(sample, OVERDUE, desk)


def cure(sample: SpotSample, desk: SpotCheckDesk) -> None:
    """Tell credit that a measure that was overdue is done with; nothing if it never was."""
    if sample.overdue_at:
        since = day_of(sample.overdue_at).isoformat()
        tell_credit(sample, OVERDUE, desk, since=since, cured=desk.day.isoformat())


def _note(sample: SpotSample, what: str, why: Reason, desk: SpotCheckDesk) -> None:
    said = why._replace(values={**why.values, "platform": sample.ebp_code})
    about, actor = reference_of(sample), BY if what == "silent" else "participant"
    desk.add_event(about.event(f"spot_check_platform_{what}", sample.state, desk.now, [said], actor=actor))
