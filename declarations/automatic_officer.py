"""Decisions of a sandbox's automatic officer about cases that wait for a person, and after how many hours: keyed draws.

The table is `automatic_officer.toml`. It decides only what the lifecycle lets an officer do.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from declarations.lifecycle import OFFICER, allowed
from declarations.parameters import Parameters
from declarations.reasons import Reason
from declarations.risk import draw


class OfficerOutcome(NamedTuple):
    """One thing the officer may do with a state: how often, and with which reason."""

    action: str
    weight: int
    rule: str = ""
    reason: str = ""


class OfficerState(NamedTuple):
    """The officer's actions in one state, and the parameter that sets within how many hours."""

    lifecycle: str
    state: str
    within: str
    outcome: tuple[OfficerOutcome, ...]


class Choice(NamedTuple):
    """An act that the officer will carry out, the minutes until then, and the reason he gives."""

    action: str
    minutes: int
    reason: Reason | None


def choose(
    seed: str, key: str, state: str, day: date, parameters: Parameters, lifecycle: str = "declaration"
) -> Choice | None:
    """The officer's choice for the case with this business key in this state; None if nothing waits for him."""
    waiting = table().get((lifecycle, state))
    if waiting is None:
        return None
    picked = _picked(waiting, draw(seed, f"officer|{lifecycle}|{state}", key))
    most = int(parameters.on(waiting.within, day).amount * 60)
    minutes = 1 + draw(seed, f"officer-time|{lifecycle}|{state}", key) * (most - 1) // 10_000
    return Choice(picked.action, minutes, Reason(picked.rule, {"reason": picked.reason}) if picked.rule else None)


def _picked(waiting: OfficerState, number: int) -> OfficerOutcome:
    """The outcome in whose share of 0…9,999 the number falls."""
    place = number * sum(outcome.weight for outcome in waiting.outcome) / 10_000
    for outcome in waiting.outcome:
        place -= outcome.weight
        if place < 0:
            return outcome
    raise ValueError(f"{waiting.lifecycle}.{waiting.state} has no weight")


@cache
def table() -> Mapping[tuple[str, str], OfficerState]:
    """The officer's table by lifecycle and state; raises `ValueError`."""
    return read(files("declarations").joinpath("automatic_officer.toml").read_text("utf-8"))


def read(source: str) -> Mapping[tuple[str, str], OfficerState]:
    """The table of a TOML text, every action one that an officer may do in that state; raises `ValueError`."""
    entries = [_waiting(entry) for entry in tomllib.loads(source)["waiting"]]
    for waiting in entries:
        may = {step.action for step in allowed(waiting.state, OFFICER, waiting.lifecycle)}
        for outcome in waiting.outcome:
            if outcome.action not in may or outcome.weight < 1:
                raise ValueError(f"{waiting.lifecycle}.{waiting.state}: {outcome.action} (weight {outcome.weight})")
    return {(waiting.lifecycle, waiting.state): waiting for waiting in entries}


def _waiting(entry: dict[str, Any]) -> OfficerState:
    outcomes = tuple(OfficerOutcome(**outcome) for outcome in entry["outcome"])
    return OfficerState(entry["lifecycle"], entry["state"], entry["within"], outcomes)
