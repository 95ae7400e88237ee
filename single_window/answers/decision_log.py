"""Answers about the log of decisions: its rows, whether its chain holds, the statistics of a month."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

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
    seen: Annotated[int, Meta(description="the version on which it was decided")]
    reason: str
    before: Annotated[str, Meta(description="the state of the subject when it was decided")]
    after: Annotated[str, Meta(description="its state when that was answered")]
    outcome: str
    answer: Annotated[str, Meta(description="reasons, as they are stored")]
    filed_at: Instant
    answered_at: Instant
    previous: Annotated[str, Meta(description="the hash of the row before")]
    hash: str


class LogOut(Answer, frozen=True, kw_only=True):
    """Rows of the log in their order."""

    decisions: tuple[LogRowOut, ...]
    next: Annotated[int | None, Meta(description="`after` of the next page")]


class ChainHeadOut(Answer, frozen=True, kw_only=True):
    """The last row of a chain."""

    sequence: int
    hash: str


class BrokenLinkOut(Answer, frozen=True, kw_only=True):
    """The first link of a chain that does not hold."""

    sequence: int
    reason: str


class ChainOut(Answer, frozen=True, kw_only=True):
    """The result of verifying the log: if the chain holds from its first row to its head, and says what the decisions
    say."""

    holds: bool
    head: ChainHeadOut
    broken: BrokenLinkOut | None


class MonthRowOut(Answer, frozen=True, kw_only=True):
    """Decisions of a month at a desk."""

    month: str
    desk: Annotated[str, Meta(description="empty: their subjects did not wait")]
    action: str
    decisions: int
    refused: Annotated[int, Meta(description="that were not carried out")]
    timed: Annotated[int, Meta(description="that were carried out, and have a time")]
    median_hours: float | None
    p90_hours: Annotated[float | None, Meta(description="nine of ten took at most so long")]


class MonthOut(Answer, frozen=True, kw_only=True):
    """Statistics of a month, by desk and action."""

    month: str
    rows: tuple[MonthRowOut, ...]
