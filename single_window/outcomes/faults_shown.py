"""Profiles of faults, and the one of a sandbox, as calls and commands show them to programs."""

from __future__ import annotations

from typing import Any

from declarations.calendar import utc_text
from single_window.outcomes.described import step
from single_window.outcomes.profiles import Part, Profile
from single_window.outcomes.switching import Standing
from single_window.outcomes.triggers import Trigger


def profile_shown(profile: Profile) -> dict[str, Any]:
    """A profile: how long it lasts, what the clock does, and what goes wrong; times in seconds."""
    return {
        "name": profile.name,
        "zh": profile.zh,
        "en": profile.en,
        "groups": profile.groups,
        "lasts": profile.lasts // 1_000,
        "jump": profile.jump // 1_000,
        "freeze": profile.freeze // 1_000,
        "faults": [_part(part) for part in profile.parts],
    }


def standing_shown(standing: Standing | None) -> dict[str, Any]:
    """The profile of a sandbox: whether it is on, from when to when by its clock, and what each part did so far."""
    if standing is None:
        return {"profile": None, "on": False, "seed": "", "begins": None, "ends": None, "done": 0, "faults": []}
    return {
        "profile": standing.profile,
        "on": standing.on,
        "seed": standing.seed,
        "begins": utc_text(standing.begins),
        "ends": utc_text(standing.ends),
        "done": standing.done,
        "faults": [_acting(trigger) for trigger in standing.triggers],
    }


def _part(part: Part) -> dict[str, Any]:
    times = {"from": part.begins // 1_000, "to": part.ends // 1_000 or None}
    return {"name": part.name, "group": part.group, **times, **_concerned(part.match, part.action)}


def _acting(trigger: Trigger) -> dict[str, Any]:
    term = trigger.match.term
    assert term is not None
    times = {"begins": utc_text(term.begins), "ends": utc_text(term.ends)}
    done = trigger.times - trigger.left
    return {
        "trigger": trigger.id,
        "name": term.part,
        **times,
        "done": done,
        **_concerned(trigger.match, trigger.action),
    }


def _concerned(match: Any, action: Any) -> dict[str, Any]:
    shown = step(match, action)
    conditions = {name: value for name, value in shown["match"].items() if name not in {"share", "term"}}
    return {"share": match.share, "match": conditions, "do": shown["do"]}
