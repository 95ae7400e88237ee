"""Reports about members of batches, sorted by what has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from gateways.customs.batches import members, verdict
from gateways.customs.batches.repository import BatchDesk
from gateways.topics.customs import MemberReported

CHANGES: Mapping[str, Callable[[Sequence[MemberReported], BatchDesk], None]] = MappingProxyType(
    {"joined": members.join, "sampled": verdict.sampled, "concluded": verdict.concluded, "settled": verdict.settled}
)


def handle_reports(reports: Sequence[MemberReported], desk: BatchDesk) -> None:
    """Reports come in: handle those of each kind together (see `joining`, which sends them)."""
    for change, handle in CHANGES.items():
        alike = [report for report in reports if report.change == change]
        if alike:
            handle(alike, desk)
