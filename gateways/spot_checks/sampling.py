"""Takes samples: the site seals one on the day that was announced, and sends it to a laboratory."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.calendar import DAY
from declarations.money import SCALE
from declarations.risk import draw_number
from declarations.spot_checks.judgement import laboratories_on
from declarations.spot_checks.plans import STOPPING
from gateways.spot_checks.outcomes import apply_step, hold_lot
from gateways.spot_checks.repository import SpotCheckDesk, SpotSample
from gateways.topics.laboratory import SampleForLaboratory
from gateways.topics.spot_checks import GoodsBookedOut, SampleReportDue, SamplingDue

ONE = 1 * SCALE
"""The quantity that the site takes where nobody has recorded another."""


def handle_due(due: Sequence[SamplingDue], desk: SpotCheckDesk) -> None:
    """Take the samples whose day has come, unless they were taken or refused before; nothing is left to sample of a lot
    that lists have drawn whole."""
    for sample in desk.repository.samples([sampling.sample_id for sampling in due]).values():
        if sample.state != "notified" or sample.due_at > desk.now:
            continue
        quantity = min(ONE, desk.repository.left_of(sample)) if sample.lot else ONE
        if quantity:
            take(sample, seal_of(sample), quantity, desk)
        else:
            apply_step(sample, "miss", desk)


def seal_of(sample: SpotSample) -> str:
    """Return the seal that the site uses where nobody has recorded another."""
    return f"F{sample.sample_no[-10:]}"


def take(sample: SpotSample, seal_no: str, quantity: int, desk: SpotCheckDesk) -> None:
    """Seal a sample of this quantity, scaled, book it out of its account book, and send it to a laboratory.

    A lot that is under suspicion is held from now on, another only once its sample fails."""
    sample.seal_no, sample.taken_at, sample.taken_qty = seal_no, desk.now, quantity
    sample.laboratory = laboratory_for(sample, desk)
    apply_step(sample, "take", desk)
    if sample.lot:
        cause = f"sample|{sample.sample_no}|{desk.now}"
        desk.send(GoodsBookedOut(sample.ems_no, sample.item_record_no, quantity, cause, "sample"))
        if sample.basis in STOPPING:
            hold_lot(sample, desk)
    send(sample, sample.laboratory, "", desk)


def send(sample: SpotSample, laboratory: str, answers: str, desk: SpotCheckDesk) -> None:
    """Send a sample to a laboratory, which has so many days; `answers`: the report that a retest contradicts."""
    window = "spot_checks.retest_answer_days" if answers else "spot_checks.report_days"
    desk.schedule(
        desk.instant_after(window, unit=DAY), SampleReportDue(sample.id, laboratory, answers, sample.taken_at)
    )
    desk.send(SampleForLaboratory(sample.id, sample.sample_no, sample.seal_no, sample.gcode, laboratory, answers))


def laboratory_for(sample: SpotSample, desk: SpotCheckDesk, other_than: str = "") -> str:
    """Return a laboratory that is approved today, the same for the same sample; empty if there is no other."""
    approved = sorted(set(laboratories_on(desk.day, desk.law)) - {other_than})
    return approved[draw_number(desk.seed, "laboratory-choice", sample.sample_no) % len(approved)] if approved else ""
