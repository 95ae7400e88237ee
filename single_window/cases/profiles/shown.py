"""Stored profiles and runs of previews as answers."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from declarations.intervals import wilson
from declarations.profile_preview import WouldDraw
from declarations.profile_rules import write_text
from single_window.cases.profiles.answers import (
    FoundOut,
    HitsOut,
    PreviewOut,
    ProfileVersionOut,
    RiskProfileOut,
    SideOut,
)
from single_window.cases.profiles.previewing import PreviewRun
from single_window.store.risk_profiles import DraftedProfile
from single_window.store.sandbox_values import ValueChange
from single_window.work.profile_changes import rule_of


def profile_out(
    profile: DraftedProfile, in_force: Mapping[str, str], changes: list[ValueChange] | None = None
) -> RiskProfileOut:
    """Return the answer about a profile. `in_force`: code → first day of the version in force."""
    rule = rule_of(profile)
    versions = [
        ProfileVersionOut.of(
            change, number=number, rule=write_text(msgspec.json.decode(change.value)), approved_by=change.second
        )
        for number, change in enumerate(changes or (), 1)
    ]
    return RiskProfileOut.of(
        profile,
        rule=write_text(rule),
        fields=rule,
        in_force_since=in_force.get(profile.code, ""),
        versions=tuple(versions),
    )


def preview_out(run: PreviewRun) -> PreviewOut:
    """Return the answer about a run, as far as it is."""
    preview, days = run.preview, run.key.days
    return PreviewOut(
        code=run.key.code,
        version=run.key.version,
        days=days,
        since=run.since.isoformat(),
        read=run.read,
        total=run.total,
        done=run.done,
        lists=preview.lists,
        known_hits=preview.hits,
        lot_a_day=round(preview.by_lot / days, 2),
        draft=_side(preview.of_draft, preview.hits, days),
        in_force=_side(preview.of_now, preview.hits, days) if preview.now is not None else None,
        gained=tuple(preview.gained),
        gained_count=preview.gained_count,
        lost=tuple(preview.lost),
        lost_count=preview.lost_count,
        by_day={day.isoformat(): count for day, count in sorted(preview.of_draft.by_day.items())},
    )


def _side(counted: WouldDraw, known_hits: int, days: int) -> SideOut:
    low, high = _ends(counted.hits, known_hits)
    least, most = _ends(counted.hits, counted.looked_at)
    return SideOut(
        matched=counted.matched,
        drawn=counted.drawn,
        added=counted.added,
        a_day=round(counted.added / days, 2),
        companies=len(counted.companies),
        hits=HitsOut(drawn=counted.hits, known=known_hits, low=low, high=high),
        found=FoundOut(hits=counted.hits, looked_at=counted.looked_at, low=least, high=most),
    )


def _ends(found: int, of: int) -> tuple[float | None, float | None]:
    interval = wilson(found, of)
    return (round(interval.low, 4), round(interval.high, 4)) if interval else (None, None)
