"""Findings about a report, with their weight."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from declarations.reasons import Reason


class Weight(StrEnum):
    """The consequence of a finding, in increasing order: it is noted, a person decides, the report is refused."""

    REMARK = "remark"
    REVIEW = "review"
    REFUSE = "refuse"


class ReportFinding(NamedTuple):
    """A finding with its weight."""

    weight: Weight
    reason: Reason


def reasons_of_weight(findings: Iterable[ReportFinding], weight: Weight) -> tuple[Reason, ...]:
    """Return the reasons of the findings of this weight, in their order."""
    return tuple(finding.reason for finding in findings if finding.weight is weight)


def refuse(rule: str, parameter_ids: tuple[str, ...] = (), **values: str) -> ReportFinding:
    """Return a finding that refuses the report."""
    return ReportFinding(Weight.REFUSE, Reason(rule, values, parameter_ids))


def demand_review(rule: str, parameter_ids: tuple[str, ...] = (), **values: str) -> ReportFinding:
    """Return a finding that a person has to decide."""
    return ReportFinding(Weight.REVIEW, Reason(rule, values, parameter_ids))


def add_remark(rule: str, parameter_ids: tuple[str, ...] = (), **values: str) -> ReportFinding:
    """Return a finding that is only noted."""
    return ReportFinding(Weight.REMARK, Reason(rule, values, parameter_ids))
