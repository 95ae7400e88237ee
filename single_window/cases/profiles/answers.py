"""Answers about risk profiles and their previews."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from single_window.frame.typed import Answer, Instant


class ProfileVersionOut(Answer, frozen=True, kw_only=True):
    """A version of a profile that was put in force."""

    number: int
    since: Annotated[str, Meta(description="its first day")]
    rule: str
    by: str
    approved_by: Annotated[str, Meta(description="the second officer; empty: the operator decided alone")]
    at: Instant


class RiskProfileOut(Answer, frozen=True, kw_only=True):
    """A risk profile: its draft, and the version in force."""

    code: str
    title: str
    state: Annotated[str, Meta(description="draft, or in_force: the draft was approved")]
    version: Annotated[int, Meta(description="the version of the draft, for `seen`")]
    rule: Annotated[str, Meta(description="the draft, as decisions take it")]
    fields: Annotated[dict[str, Any], Meta(description="the draft by field")]
    by: str
    at: Instant
    in_force_since: Annotated[str, Meta(description="first day of the version in force today; empty: none is")]
    versions: tuple[ProfileVersionOut, ...] = ()


class RiskProfilesOut(Answer, frozen=True, kw_only=True):
    """Risk profiles by code."""

    profiles: tuple[RiskProfileOut, ...]
    next: Annotated[str | None, Meta(description="give it as `after`; null: no more")]
    random_floor: Annotated[str, Meta(description="the least share of all lists that is drawn at random")]


class HitsOut(Answer, frozen=True, kw_only=True):
    """The number of known hits that are drawn; `low` and `high`: 95 % interval (Wilson) of the share; null of none."""

    drawn: int
    known: int
    low: float | None
    high: float | None


class FoundOut(Answer, frozen=True, kw_only=True):
    """In how many of the drawn lists that officers saw they found something; with the 95 % interval (Wilson)."""

    hits: int
    looked_at: int
    low: float | None
    high: float | None


class SideOut(Answer, frozen=True, kw_only=True):
    """The effect of one rule."""

    matched: int
    drawn: int
    added: Annotated[int, Meta(description="those of the drawn that the lot does not draw anyway")]
    a_day: Annotated[float, Meta(description="`added` for each day")]
    companies: int
    hits: HitsOut
    found: FoundOut


class PreviewOut(Answer, frozen=True, kw_only=True):
    """The effect that a draft would have had on the lists that were accepted in the last days.

    While `done` is false it covers the lists that were read so far: call again to go on."""

    code: str
    version: int
    days: int
    since: str
    read: int
    total: int
    done: bool
    lists: Annotated[int, Meta(description="of those read, accepted in these days")]
    known_hits: Annotated[int, Meta(description="detained, sent back, or rejected by an officer")]
    lot_a_day: Annotated[float, Meta(description="lists that are drawn at random, for each day")]
    draft: SideOut
    in_force: Annotated[SideOut | None, Meta(description="the version in force today; null: none is")]
    gained: Annotated[tuple[str, ...], Meta(description="lists that only the draft draws, the first 200")]
    gained_count: int
    lost: Annotated[tuple[str, ...], Meta(description="lists that only the version in force draws, the first 200")]
    lost_count: int
    by_day: Annotated[dict[str, int], Meta(description="day -> lists that the draft adds")]
