"""Answers about the log of decisions: rows, verification of the hash chain, monthly statistics."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from single_window.cases.monthly import MonthRowOut
from single_window.frame.typed import Answer, Instant, NextBefore, Reasons


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
    at: Annotated[Instant, Meta(description="when this was the last row, by the window's machine")]


class BrokenLinkOut(Answer, frozen=True, kw_only=True):
    """The first broken link of a chain."""

    sequence: int
    reason: str
    reason_zh: str


class ChainOut(Answer, frozen=True, kw_only=True):
    """The result of verifying the log: whether the chain is intact and matches the decisions."""

    holds: bool
    head: ChainHeadOut
    broken: BrokenLinkOut | None


class MonthOut(Answer, frozen=True, kw_only=True):
    """Statistics of a month, by desk and action."""

    month: str
    rows: tuple[MonthRowOut, ...]


class OwnDecisionOut(Answer, frozen=True, kw_only=True):
    """A decision of the caller with what came of it."""

    id: int
    subject: str
    number: Annotated[str, Meta(description="by which people know the subject; its id if it is not there any more")]
    action: str
    action_zh: str
    action_en: str
    settled: Annotated[str, Meta(description="approved or declined: what you did to another's proposal; else empty")]
    by: Annotated[str, Meta(description="who decided or proposed")]
    reason: str
    at: Instant
    state: Annotated[str, Meta(description="filed, proposed, declined, done, refused, taken_back, withdrawn")]
    state_zh: str
    state_en: str
    answered_at: Instant
    second: Annotated[str, Meta(description="who approved or declined it; empty: nobody had to, or not yet")]
    said: Annotated[str, Meta(description="why it was declined")]
    answer: Annotated[Reasons, Meta(description="the reasons of a refusal, or remarks")]


class OwnDecisionsOut(Answer, frozen=True, kw_only=True):
    """The caller's decisions, newest first."""

    decisions: tuple[OwnDecisionOut, ...]
    next: NextBefore
