"""What becomes of a measure: the merchant's reports about it, and the day by which the last is due."""

from __future__ import annotations

from collections.abc import Sequence

from gateways.spot_checks.outcomes import apply_step, tell_credit
from gateways.spot_checks.repository import SpotCheckDesk
from gateways.topics.spot_checks import MeasureDue

OVERDUE = "202"
"""Kind of credit event: a measure is overdue."""


def handle_due(due: Sequence[MeasureDue], desk: SpotCheckDesk) -> None:
    """Note that a measure is overdue, unless it was finished; an officer decides about the seller."""
    samples = desk.repository.samples([measure.sample_id for measure in due])
    for measure in due:
        sample = samples[measure.sample_id]
        if sample.state == "measure_ordered" and sample.measure_no == measure.measure_no:
            apply_step(sample, "lapse", desk)
            tell_credit(sample, OVERDUE, desk)
