"""Decisions of a sandbox's automatic officer about cases in review, and their delays: keyed draws.

The table `automatic_officer.toml` only contains actions that the lifecycle allows an officer.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from declarations.lifecycle import OFFICER, allowed_transitions
from declarations.parameters import Parameters
from declarations.reasons import Reason
from declarations.risk import draw_number


class OfficerOutcome(NamedTuple):
    """A possible action of the officer, with its relative frequency (`weight`) and its reason."""

    action: str
    weight: int
    rule: str = ""
    reason: str = ""


class OfficerState(NamedTuple):
    """The officer's possible actions in one state; `within`: the parameter with the maximum delay in hours."""

    lifecycle: str
    state: str
    within: str
    outcome: tuple[OfficerOutcome, ...]


class Choice(NamedTuple):
    """The officer's decision: the action, the minutes until it is carried out, and its reason."""

    action: str
    minutes: int
    reason: Reason | None


def choose(
    seed: str, key: str, state: str, day: date, parameters: Parameters, lifecycle: str = "declaration"
) -> Choice | None:
    """Return the officer's decision about the case with this business key and state; None if the table has no row."""
    officer_state = officer_table().get((lifecycle, state))
    if officer_state is None:
        return None
    outcome = _pick_outcome(officer_state, draw_number(seed, f"officer|{lifecycle}|{state}", key))
    max_minutes = int(parameters.on(officer_state.within, day).amount * 60)
    minutes = 1 + draw_number(seed, f"officer-time|{lifecycle}|{state}", key) * (max_minutes - 1) // 10_000
    return Choice(outcome.action, minutes, Reason(outcome.rule, {"reason": outcome.reason}) if outcome.rule else None)


def _pick_outcome(officer_state: OfficerState, drawn_number: int) -> OfficerOutcome:
    """The outcome for a drawn number (0 to 9,999), each with a share proportional to its weight."""
    remaining = drawn_number * sum(outcome.weight for outcome in officer_state.outcome) / 10_000
    for outcome in officer_state.outcome:
        remaining -= outcome.weight
        if remaining < 0:
            return outcome
    raise ValueError(f"{officer_state.lifecycle}.{officer_state.state} has no weight")


@cache
def officer_table() -> Mapping[tuple[str, str], OfficerState]:
    """Return the officer's table by (lifecycle, state); raises `ValueError` if it is invalid."""
    return parse_table(Path(__file__).parent.joinpath("automatic_officer.toml").read_text("utf-8"))


def parse_table(source: str) -> Mapping[tuple[str, str], OfficerState]:
    """Parse the table; raises `ValueError` for an action that the lifecycle does not allow an officer."""
    entries = [_parse_state(entry) for entry in tomllib.loads(source)["waiting"]]
    for officer_state in entries:
        allowed_actions = {
            step.action for step in allowed_transitions(officer_state.state, OFFICER, officer_state.lifecycle)
        }
        for outcome in officer_state.outcome:
            if outcome.action not in allowed_actions or outcome.weight < 1:
                raise ValueError(
                    f"{officer_state.lifecycle}.{officer_state.state}: {outcome.action} (weight {outcome.weight})"
                )
    return {(officer_state.lifecycle, officer_state.state): officer_state for officer_state in entries}


def _parse_state(entry: dict[str, Any]) -> OfficerState:
    outcomes = tuple(OfficerOutcome(**outcome) for outcome in entry["outcome"])
    return OfficerState(entry["lifecycle"], entry["state"], entry["within"], outcomes)
