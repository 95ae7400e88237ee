"""Takes samples: the site seals one on the day that was announced, or records earlier that it did, or that the company
refuses it; a sample goes to a laboratory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from declarations.lifecycle import state_values
from declarations.money import SCALE, AmountTooLarge, Scaled, amount_text, scaled_from_text
from declarations.reasons import Reason
from declarations.risk import draw_number
from declarations.spot_checks.judgement import laboratories_on
from declarations.spot_checks.plans import STOPPING
from gateways.spot_checks.outcomes import BY, KIND, RESISTED, apply_step, hold_lot, tell_credit
from gateways.spot_checks.repository import SpotCheckDesk, SpotSample
from gateways.topics.laboratory import SampleForLaboratory
from gateways.topics.spot_checks import GoodsBookedOut, SampleReportDue, SamplingDue

ONE = 1 * SCALE
"""The quantity that the site takes where nobody has recorded another."""
AWAITED = "notified"
"""The state in which a sample is taken or refused."""
TOO_MUCH, TOO_MUCH_KEPT, WRONG_STATE = "23102", "23118", "23112"
REFUSED, KEPT, PHOTO = "23108", "23036", "23037"


class SiteRecord(NamedTuple):
    """A record of the site about a sample that it took: quantities as texts, the seal, and where the part that it
    keeps in reserve is. `photo`: SHA-256 of a picture of the sample, which a message has not."""

    quantity: str
    seal: str
    kept: str = ""
    storage: str = ""
    photo: str = ""


def wrong_state(sample: SpotSample) -> Reason:
    """Return the reason against what a sample's state forbids."""
    return Reason(WRONG_STATE, {"sample": sample.sample_no, **state_values(sample.state, KIND)})


def quantity_of(text: str) -> Scaled:
    """Return a quantity, scaled; -1 for one that is larger than any that a book can hold."""
    try:
        return scaled_from_text(text)
    except AmountTooLarge:
        return -1


def objection(sample: SpotSample, recorded: SiteRecord, left: Scaled) -> Reason | None:
    """Return the reason against a record of a sample; `left`: the quantity that is left of its lot. What is kept is a
    part of what was taken, of which the laboratory needs some."""
    if sample.state != AWAITED:
        return wrong_state(sample)
    taken, kept = quantity_of(recorded.quantity), quantity_of(recorded.kept or "0")
    most = min(sample.qty, left) if sample.lot else sample.qty
    if not 0 < taken <= most:
        return Reason(TOO_MUCH, {"taken": recorded.quantity, "most": amount_text(most)})
    if not 0 <= kept < taken:
        return Reason(TOO_MUCH_KEPT, {"kept": recorded.kept, "taken": recorded.quantity})
    return None


def record(sample: SpotSample, recorded: SiteRecord, desk: SpotCheckDesk, by: str = BY) -> Reason | None:
    """Take a sample as the site recorded it; return the reason if it cannot be so, and then nothing has changed."""
    left = desk.repository.left_of(sample) if sample.lot else 0
    if reason := objection(sample, recorded, left):
        return reason
    take(sample, recorded.seal or seal_of(sample), quantity_of(recorded.quantity), desk, by, _details(recorded))
    return None


def _details(recorded: SiteRecord) -> list[Reason]:
    """The part of a record that only the timeline has."""
    kept = {"kept": recorded.kept or "0", "storage": recorded.storage or "–"}
    found = [Reason(KEPT, kept)] if recorded.kept or recorded.storage else []
    return [*found, Reason(PHOTO, {"photo": recorded.photo})] if recorded.photo else found


def refuse(sample: SpotSample, why: str, desk: SpotCheckDesk, by: str) -> Reason | None:
    """Note that the company refuses a sample, which counts for its credit once an officer has insisted; return the
    reason if the state forbids it."""
    if sample.state != AWAITED:
        return wrong_state(sample)
    apply_step(sample, "refuse_sampling", desk, by=by, why=Reason(REFUSED, {"reason": why}))
    if sample.insisted:
        tell_credit(sample, RESISTED, desk)
    return None


def handle_due(due: Sequence[SamplingDue], desk: SpotCheckDesk) -> None:
    """Take the samples whose day has come, unless they were taken or refused before; nothing is left to sample of a lot
    that lists have drawn whole."""
    for sample in desk.repository.samples([sampling.sample_id for sampling in due]).values():
        if sample.state != AWAITED or sample.due_at > desk.now:
            continue
        quantity = min(ONE, desk.repository.left_of(sample)) if sample.lot else ONE
        if quantity:
            take(sample, seal_of(sample), quantity, desk)
        else:
            apply_step(sample, "miss", desk)


def seal_of(sample: SpotSample) -> str:
    """Return the seal that the site uses where nobody has recorded another."""
    return f"F{sample.sample_no[-10:]}"


def take(
    sample: SpotSample,
    seal_no: str,
    quantity: Scaled,
    desk: SpotCheckDesk,
    by: str = BY,
    details: Sequence[Reason] = (),
) -> None:
    """Seal a sample of this quantity, book it out of its account book, and send it to a laboratory. `details`: what
    only its timeline says.

    A lot that is under suspicion is held from now on, another only once its sample fails."""
    sample.seal_no, sample.taken_at, sample.taken_qty = seal_no, desk.now, quantity
    sample.laboratory = laboratory_for(sample, desk)
    apply_step(sample, "take", desk, by=by, details=details)
    if sample.lot:
        cause = f"sample|{sample.sample_no}|{desk.now}"
        desk.send(GoodsBookedOut(sample.ems_no, sample.item_record_no, quantity, cause, "sample"))
        if sample.basis in STOPPING:
            hold_lot(sample, desk)
    send(sample, sample.laboratory, "", desk)


def send(sample: SpotSample, laboratory: str, answers: str, desk: SpotCheckDesk) -> None:
    """Send a sample to a laboratory, which has so many days; `answers`: the report that a retest contradicts."""
    window = "spot_checks.retest_answer_days" if answers else "spot_checks.report_days"
    desk.schedule(desk.end_of_term(window), SampleReportDue(sample.id, laboratory, answers, sample.taken_at))
    desk.send(SampleForLaboratory(sample.id, sample.sample_no, sample.seal_no, sample.gcode, laboratory, answers))


def laboratory_for(sample: SpotSample, desk: SpotCheckDesk, other_than: str = "") -> str:
    """Return a laboratory that is approved today, the same for the same sample; empty if there is no other."""
    approved = sorted(set(laboratories_on(desk.day, desk.law)) - {other_than})
    return approved[draw_number(desk.seed, "laboratory-choice", sample.sample_no) % len(approved)] if approved else ""
