"""Findings of a check of a report, and their weight."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from declarations.reasons import Reason


class Weight(StrEnum):
    """The consequence of a finding: it is noted, a person decides, or the report is refused."""

    REMARK = "remark"
    REVIEW = "review"
    REFUSE = "refuse"


class ReportFinding(NamedTuple):
    """One thing found, with its reason."""

    weight: Weight
    reason: Reason


def of_weight(findings: Iterable[ReportFinding], weight: Weight) -> tuple[Reason, ...]:
    """The reasons of the findings that weigh so much, in their order."""
    return tuple(finding.reason for finding in findings if finding.weight is weight)


def refusal(rule: str, parameters: tuple[str, ...] = (), **values: str) -> ReportFinding:
    """A finding that refuses."""
    return ReportFinding(Weight.REFUSE, Reason(rule, values, parameters))


def review(rule: str, parameters: tuple[str, ...] = (), **values: str) -> ReportFinding:
    """A finding that a person decides."""
    return ReportFinding(Weight.REVIEW, Reason(rule, values, parameters))


def remark(rule: str, parameters: tuple[str, ...] = (), **values: str) -> ReportFinding:
    """A finding that is only noted."""
    return ReportFinding(Weight.REMARK, Reason(rule, values, parameters))
