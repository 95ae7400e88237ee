"""Payloads that the credit gateway handles besides decisions and facts."""

from __future__ import annotations

from typing import NamedTuple


class AssessmentDue(NamedTuple):
    """A day has come on which a company's grade may follow otherwise from its events."""

    code: str
    day: str


class DefenceDue(NamedTuple):
    """The last day on which a company may object is over."""

    case_id: int


class DecisionDue(NamedTuple):
    """The last day on which an objection is to be verified, or a repair decided, is over."""

    case_id: int
    until: str
