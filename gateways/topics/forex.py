"""Payloads that the foreign-exchange gateway handles besides documents and decisions."""

from __future__ import annotations

from typing import NamedTuple

from gateways.topics.registry import carried_by


@carried_by("forex", "forex.acted", earlier=True)
class ReportActed(NamedTuple):
    """A bank officer's decision as it was filed before decisions had ids."""

    report_id: int
    action: str
    by: str
    reason: str
