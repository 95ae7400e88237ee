"""Triggers and scenarios as calls and commands show them to programs."""

from __future__ import annotations

from typing import Any

import msgspec

from single_window.outcomes.scenarios import Scenario
from single_window.outcomes.triggers import Action, Match, Trigger


def shown(trigger: Trigger) -> dict[str, Any]:
    """A trigger; `left` is None where it acts without end."""
    return {
        "id": trigger.id,
        "name": trigger.name,
        **step(trigger.match, trigger.action),
        "times": trigger.times,
        "left": trigger.left if trigger.times else None,
    }


def scenario_shown(scenario: Scenario) -> dict[str, Any]:
    """A scenario with its triggers."""
    return {
        "name": scenario.name,
        "zh": scenario.zh,
        "en": scenario.en,
        "seen_zh": scenario.seen_zh,
        "seen_en": scenario.seen_en,
        "times": scenario.times,
        "triggers": [step(match, action) for match, action in scenario.steps],
    }


def step(match: Match, action: Action) -> dict[str, Any]:
    """What a trigger matches and does."""
    return {"match": msgspec.to_builtins(match), "do": msgspec.to_builtins(action)}
