"""Reads scenario files. Errors name the file, the line, the key and the most similar known key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import msgspec
from msgspec import Struct

from simulators.scenarios import checking, groups, locating
from simulators.scenarios.form import (
    STEP_KINDS,
    AnyStep,
    Deal,
    LocatedStep,
    RefundBasis,
    SandboxStart,
    ScenarioFile,
    ScenarioTables,
)
from simulators.toml_files import TomlFile, line_of, nearest_hint

MAX_STEPS = 500
_TABLES: Mapping[str, type[Struct]] = {"window": SandboxStart, "trade": Deal, "refund": RefundBasis}


def read_scenario(path: Path, begin_files: Mapping[str, Path] | None = None) -> ScenarioFile:
    """Read the scenario of a file; `begin_files`: name → file that it may begin with, by default the shipped ones.

    Raises `SimulatorError` for the first error.
    """
    others = locating.shipped_scenarios() if begin_files is None else begin_files
    scenario = _read_with_base(path, {**others, **locating.siblings(path)}, (path.resolve(),))
    checking.check(scenario, TomlFile.read(path, _TABLES))
    return scenario


def _read_with_base(path: Path, known: Mapping[str, Path], ancestors: tuple[Path, ...]) -> ScenarioFile:
    file = TomlFile.read(path, _TABLES)
    tables = file.decode(ScenarioTables)
    trades = groups.trades_of(tables.trade)
    base = _read_base(tables, file, known, ancestors)
    if base is not None and (repeated := base.trades.keys() & trades.keys()):
        file.refuse(f"trade.{min(repeated)}", f"{tables.begins_with} has a trade of this name already")
    named = {**({name: [name] for name in base.trades} if base else {}), **groups.members_of(tables.trade)}
    steps = tuple(_read_step(number, table, file, named) for number, table in enumerate(tables.step))
    scenario = ScenarioFile(
        name=path.stem,
        area=path.parent.name,
        zh=tables.zh,
        en=tables.en,
        shows=tables.shows,
        trouble=tables.trouble,
        window=tables.window or (base.window if base else SandboxStart()),
        trades={**(base.trades if base else {}), **trades},
        steps=(*(base.steps if base else ()), *steps),
    )
    if len(scenario.steps) > MAX_STEPS:
        file.refuse("step", f"there are {len(scenario.steps)} steps; at most {MAX_STEPS} are allowed")
    return scenario


def _read_base(
    tables: ScenarioTables, file: TomlFile, known: Mapping[str, Path], ancestors: tuple[Path, ...]
) -> ScenarioFile | None:
    """Read the scenario that another one starts from."""
    if not tables.begins_with:
        return None
    file.require_known(tables.begins_with, known, "begins_with", "scenario")
    base_path = known[tables.begins_with]
    if base_path.resolve() in ancestors:
        circle = " → ".join([*(parent.stem for parent in ancestors), base_path.stem])
        file.refuse("begins_with", f"the scenarios begin with each other in a circle: {circle}")
    return _read_with_base(base_path, known, (*ancestors, base_path.resolve()))


def _read_step(number: int, table: dict[str, object], file: TomlFile, named: groups.Members) -> LocatedStep:
    path = f"step[{number}]"
    verbs = [verb for verb in STEP_KINDS if verb in table]
    if not verbs:
        key = next(iter(table), "")
        file.refuse(f"{path}.{key}".rstrip("."), f"the step says none of: {', '.join(STEP_KINDS)}{_verb_hint(table)}")
    if len(verbs) > 1:
        file.refuse(f"{path}.{verbs[1]}", f"a step has one action; this one has {' and '.join(verbs)}")
    kind = STEP_KINDS[verbs[0]]
    try:
        step = cast(AnyStep, msgspec.convert(table, kind))
    except msgspec.ValidationError as error:
        file.refuse_explained(str(error), path, kind)
    for name in groups.named_in_lines(step):
        file.require_known(name, named, f"{path}.lines", "trade")
    step = groups.in_full(step, named)
    return LocatedStep(step, file.name, number, line_of(file.text, path))


def _verb_hint(table: dict[str, object]) -> str:
    hints = [hint for key in table if "did you mean" in (hint := nearest_hint(key, STEP_KINDS))]
    return hints[0] if hints else ""
