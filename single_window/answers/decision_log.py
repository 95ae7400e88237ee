"""Answers about the log of decisions: rows, verification of the hash chain, monthly statistics."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from single_window.cases.monthly import MonthRowOut
from single_window.frame.typed import Answer, Instant


class LogRowOut(Answer, frozen=True, kw_only=True):
    """A row of the log."""

    sandbox: str
    sequence: int
    decision_id: int
    subject: str
    subject_id: str
    action: str
    by: str
    role: str
    seen: Annotated[int, Meta(description="the subject's version that the decision is about")]
    reason: str
    before: Annotated[str, Meta(description="the subject's state at the decision")]
    after: Annotated[str, Meta(description="the subject's state at the answer")]
    outcome: str
    answer: Annotated[str, Meta(description="the stored reasons")]
    filed_at: Instant
    answered_at: Instant
    previous: Annotated[str, Meta(description="the hash of the previous row")]
    hash: str


class LogOut(Answer, frozen=True, kw_only=True):
    """Rows of the log in order."""

    decisions: tuple[LogRowOut, ...]
    next: Annotated[int | None, Meta(description="`after` of the next page")]


class ChainHeadOut(Answer, frozen=True, kw_only=True):
    """The last row of a chain."""

    sequence: int
    hash: str


class BrokenLinkOut(Answer, frozen=True, kw_only=True):
    """The first broken link of a chain."""

    sequence: int
    reason: str


class ChainOut(Answer, frozen=True, kw_only=True):
    """The result of verifying the log: whether the chain is intact and matches the decisions."""

    holds: bool
    head: ChainHeadOut
    broken: BrokenLinkOut | None


class MonthOut(Answer, frozen=True, kw_only=True):
    """Statistics of a month, by desk and action."""

    month: str
    rows: tuple[MonthRowOut, ...]
