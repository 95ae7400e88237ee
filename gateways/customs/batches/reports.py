"""Dispatches reports about members of batches by the kind of change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from gateways.customs.batches import members, verdict
from gateways.customs.batches.repository import BatchDesk
from gateways.topics.customs import MemberReported

CHANGES: Mapping[str, Callable[[Sequence[MemberReported], BatchDesk], None]] = MappingProxyType(
    {
        "joined": members.handle_joined,
        "sampled": verdict.handle_sampled,
        "concluded": verdict.handle_concluded,
        "settled": verdict.handle_settled,
    }
)


def handle_reports(reports: Sequence[MemberReported], desk: BatchDesk) -> None:
    """Handle the reports that `joining` sends, those of one kind together."""
    for change, handle in CHANGES.items():
        alike = [report for report in reports if report.change == change]
        if alike:
            handle(alike, desk)
