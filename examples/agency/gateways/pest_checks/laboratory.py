"""The laboratory: tests a sample for some days, then reports. It keeps no state."""

from __future__ import annotations

from collections.abc import Sequence

from declarations import pest_checks
from declarations.calendar import DAY
from gateways.pest_checks.repository import PestCheckDesk
from gateways.topics.pest_checks import ReportDue, SampleReported, SampleSent


def handle_sent(sent: Sequence[SampleSent], desk: PestCheckDesk) -> None:
    """Samples came: test them."""
    due = desk.instant_after("pest_checks.laboratory_days", unit=DAY)
    for sample in sent:
        desk.schedule(due, ReportDue(sample.sample_id, sample.sample_no))


def handle_due(due: Sequence[ReportDue], desk: PestCheckDesk) -> None:
    """Samples are tested: report them."""
    rate = desk.value_today("pest_checks.failure").amount
    for sample in due:
        desk.send(SampleReported(sample.sample_id, pest_checks.fails(desk.seed, sample.sample_no, rate)))
