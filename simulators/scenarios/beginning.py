"""The beginning of a scenario: the options of its sandbox, its trades, and the master data that they need."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from simulators.entry.windows import SandboxClient
from simulators.scenarios.actors import Actor, make_actors
from simulators.scenarios.form import ScenarioFile
from simulators.world import World

WORLD_SEED = 1
"""The seed of the companies and people of scenarios."""
MASTER_DATA = ("participants", "guarantees")
BONDED = frozenset({"1210", "1239", ""})
"""The modes of trades that may draw on account books; "" is drawn by the generator."""


@cache
def world() -> World:
    """The companies and people of scenarios."""
    return World(WORLD_SEED)


def begin(scenario: ScenarioFile, sandbox: SandboxClient) -> Mapping[str, Actor]:
    """Set the options of a sandbox and import its master data; returns the trades by name."""
    sandbox.options(**{"inspection": False, **scenario.window.options})
    actors = make_actors(scenario, world())
    stocked = any(actor.deal.mode in BONDED or actor.deal.fault for actor in actors.values())
    for kind in (*MASTER_DATA, *(("stock",) if stocked else ())):
        sandbox.import_master_data(kind, _master_data_csv(kind))
    return actors


@cache
def _master_data_csv(kind: str) -> str:
    """Master data of a kind, as CSV."""
    return str(getattr(world(), f"{kind}_csv")())
