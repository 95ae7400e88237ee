"""Answers about the checks of a month."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from single_window.frame.typed import Answer, Instant


class QualityRowOut(Answer, frozen=True, kw_only=True):
    """The agreement on some checked cases; `low` and `high`: 95 % interval (Wilson) of that share."""

    name: Annotated[str, Meta(description="a desk, the code of a reason, or a lane; empty: none")]
    zh: str
    en: str
    checked: int
    agreed: int
    overturned: int
    share: float | None
    low: float | None
    high: float | None
    enough: Annotated[bool, Meta(description="false: below 30 cases nothing is concluded")]


class DecidedCheckOut(Answer, frozen=True, kw_only=True):
    """A case that was decided twice. Nobody is named."""

    id: int
    subject: str
    number: str
    desk: str
    reason: Annotated[str, Meta(description="the code of the first reason for which it waited")]
    lane: str
    first: Annotated[str, Meta(description="the first decision; of a golden case its known answer")]
    second: str
    why: Annotated[str, Meta(description="what the second officer wrote")]
    outcome: Annotated[str, Meta(description="agreed or overturned")]
    golden: bool
    decided_at: Instant


class QualityOut(Answer, frozen=True, kw_only=True):
    """The checks of a month: how they are drawn, and what came of them."""

    month: str
    share: Annotated[str, Meta(description="of the closed cases")]
    monthly_cap: Annotated[int, Meta(description="most checks of a desk in a month")]
    commitment: Annotated[str, Meta(description="SHA-256 of the secret of the month; empty: nothing was drawn yet")]
    secret: Annotated[str | None, Meta(description="the secret by which the month was drawn, once it is over")]
    drawn: int
    waiting: int
    all: QualityRowOut
    golden: QualityRowOut
    by_desk: tuple[QualityRowOut, ...]
    by_reason: tuple[QualityRowOut, ...]
    by_lane: tuple[QualityRowOut, ...]
    checks: Annotated[tuple[DecidedCheckOut, ...], Meta(description="the newest 200 that were decided twice")]


class QualityDrawOut(Answer, frozen=True, kw_only=True):
    """The checks that a draw added."""

    month: str
    added: int


class QualityAuditOut(Answer, frozen=True, kw_only=True):
    """A month drawn again, beside the checks that are stored."""

    month: str
    commitment: str
    kept: Annotated[bool, Meta(description="true: the secret is the one that was committed to")]
    drawn: int
    missing: Annotated[tuple[int, ...], Meta(description="rows of the log that are drawn and have no check")]
    surplus: Annotated[tuple[int, ...], Meta(description="rows of the log that have a check and are not drawn")]
