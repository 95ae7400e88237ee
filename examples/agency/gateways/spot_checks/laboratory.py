"""The laboratory: tests a sample for some days, then reports. It keeps no state."""

from __future__ import annotations

from collections.abc import Sequence

from declarations import spot_checks
from declarations.calendar import DAY
from gateways.spot_checks.repository import SpotCheckDesk
from gateways.topics.spot_checks import ReportDue, SampleReported, SampleSent


def handle_sent(sent: Sequence[SampleSent], desk: SpotCheckDesk) -> None:
    """Samples came: test them."""
    due = desk.instant_after("spot_checks.laboratory_days", unit=DAY)
    for sample in sent:
        desk.schedule(due, ReportDue(sample.sample_id, sample.sample_no))


def handle_due(due: Sequence[ReportDue], desk: SpotCheckDesk) -> None:
    """Samples are tested: report them."""
    rate = desk.value_today("spot_checks.failure").amount
    for sample in due:
        desk.send(SampleReported(sample.sample_id, spot_checks.fails(desk.seed, sample.sample_no, rate)))
