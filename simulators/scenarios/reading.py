"""Reads scenario files. Errors name the file, the line, the key and the most similar known key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import msgspec
from msgspec import Struct

from simulators.scenarios import checking, finding
from simulators.scenarios.form import (
    VERBS,
    AnyStep,
    Deal,
    PlacedStep,
    Refunded,
    SandboxStart,
    ScenarioFile,
    ScenarioTables,
)
from simulators.toml_files import TomlFile, line_of, nearest

MOST_STEPS = 500
_TABLES: Mapping[str, type[Struct]] = {"window": SandboxStart, "trade": Deal, "refund": Refunded}


def read(path: Path, known: Mapping[str, Path] | None = None) -> ScenarioFile:
    """The scenario of a file; `known` are files by name that it may begin with, by default those that are shipped.

    Raises `SimulatorError` for the first thing that is wrong.
    """
    others = finding.shipped() if known is None else known
    whole = _read(path, {**others, **finding.siblings(path)}, (path.resolve(),))
    checking.check(whole, TomlFile.read(path, _TABLES))
    return whole


def _read(path: Path, known: Mapping[str, Path], above: tuple[Path, ...]) -> ScenarioFile:
    file = TomlFile.read(path, _TABLES)
    made = file.decode(ScenarioTables)
    steps = tuple(_step(number, table, file) for number, table in enumerate(made.step))
    base = _base(made, file, known, above)
    if base is not None and (again := base.trades.keys() & made.trade.keys()):
        file.refuse(f"trade.{min(again)}", f"{made.begins_with} has a trade of this name already")
    scenario = ScenarioFile(
        name=path.stem,
        area=path.parent.name,
        zh=made.zh,
        en=made.en,
        shows=made.shows,
        trouble=made.trouble,
        window=made.window or (base.window if base else SandboxStart()),
        trades={**(base.trades if base else {}), **made.trade},
        steps=(*(base.steps if base else ()), *steps),
    )
    if len(scenario.steps) > MOST_STEPS:
        file.refuse("step", f"there are {len(scenario.steps)} steps; {MOST_STEPS} may be")
    return scenario


def _base(
    made: ScenarioTables, file: TomlFile, known: Mapping[str, Path], above: tuple[Path, ...]
) -> ScenarioFile | None:
    """Read the scenario that another one starts from."""
    if not made.begins_with:
        return None
    file.known(made.begins_with, known, "begins_with", "scenario")
    other = known[made.begins_with]
    if other.resolve() in above:
        circle = " → ".join([*(parent.stem for parent in above), other.stem])
        file.refuse("begins_with", f"the scenarios begin with each other in a circle: {circle}")
    return _read(other, known, (*above, other.resolve()))


def _step(number: int, table: dict[str, object], file: TomlFile) -> PlacedStep:
    path = f"step[{number}]"
    verbs = [verb for verb in VERBS if verb in table]
    if not verbs:
        key = next(iter(table), "")
        file.refuse(f"{path}.{key}".rstrip("."), f"the step says none of: {', '.join(VERBS)}{_meant(table)}")
    if len(verbs) > 1:
        file.refuse(f"{path}.{verbs[1]}", f"one step does one thing; this one does {' and '.join(verbs)}")
    kind = VERBS[verbs[0]]
    try:
        step = cast(AnyStep, msgspec.convert(table, kind))
    except msgspec.ValidationError as error:
        file.explain(str(error), path, kind)
    return PlacedStep(step, file.name, number, line_of(file.text, path))


def _meant(table: dict[str, object]) -> str:
    near = [hint for key in table if "did you mean" in (hint := nearest(key, VERBS))]
    return near[0] if near else ""
