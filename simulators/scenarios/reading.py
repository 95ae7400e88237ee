"""Reads scenario files. What is wrong with one is told with file, line, key and the nearest known one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import NoReturn, cast

import msgspec
from msgspec import Struct

from simulators.scenarios import checking, finding
from simulators.scenarios.form import VERBS, AnyStep, Deal, File, Placed, Refunded, Scenario, Window
from simulators.scenarios.wrong import WrongScenario, refuse
from simulators.toml_places import TooMuch, decode, nearest

MOST_STEPS = 500
_AT = re.compile(r" - at `(?:key in )?\$\.?(?P<path>[^`]*)`$")
_FIELD = re.compile(r"(unknown|required) field `([^`]+)`")
_TYPES = re.compile("Expected `([^`]*)`, got `([^`]*)`")
_PLAIN = {
    "str": "a text in quotes",
    "int": "a whole number",
    "float": "a number with a point",
    "bool": "true or false",
    "array": "a list in [brackets]",
    "object": "a table",
    "date": "a day such as 2026-11-20",
}
_TABLES: Mapping[str, type[Struct]] = {"window": Window, "trade": Deal, "refund": Refunded}


def read(path: Path, known: Mapping[str, Path] | None = None) -> Scenario:
    """The scenario of a file; `known` are files by name that it may begin with, by default those that are shipped.

    Raises `WrongScenario` for the first thing that is wrong.
    """
    others = finding.shipped() if known is None else known
    whole = _read(path, {**others, **finding.beside(path)}, (path.resolve(),))
    checking.check(whole, path.name, finding.text_of(path))
    return whole


def _read(path: Path, known: Mapping[str, Path], above: tuple[Path, ...]) -> Scenario:
    text = finding.text_of(path)
    made = _decoded(text, path.name)
    steps = tuple(_step(number, table, path.name, text) for number, table in enumerate(made.step))
    base = _base(made, path, known, above, text)
    if base is not None and (again := base.trades.keys() & made.trade.keys()):
        refuse(text, path.name, f"trade.{min(again)}", f"{made.begins_with} has a trade of this name already")
    scenario = Scenario(
        path.stem,
        path.parent.name,
        made.zh,
        made.en,
        made.shows,
        made.trouble,
        made.window or (base.window if base else Window()),
        {**(base.trades if base else {}), **made.trade},
        (*(base.steps if base else ()), *steps),
    )
    if len(scenario.steps) > MOST_STEPS:
        refuse(text, path.name, "step", f"there are {len(scenario.steps)} steps; {MOST_STEPS} may be")
    return scenario


def _base(made: File, path: Path, known: Mapping[str, Path], above: tuple[Path, ...], text: str) -> Scenario | None:
    """The scenario that one begins with."""
    if not made.begins_with:
        return None
    other = known.get(made.begins_with)
    if other is None:
        complaint = f"there is no scenario {made.begins_with!r}{nearest(made.begins_with, known)}"
        refuse(text, path.name, "begins_with", complaint)
    if other.resolve() in above:
        circle = " → ".join([*(parent.stem for parent in above), other.stem])
        refuse(text, path.name, "begins_with", f"the scenarios begin with each other in a circle: {circle}")
    return _read(other, known, (*above, other.resolve()))


def _decoded(text: str, name: str) -> File:
    try:
        return cast(File, decode(text, File))
    except msgspec.ValidationError as error:
        _explain(text, name, str(error), "", File)
    except TooMuch as error:
        raise WrongScenario(f"{name} is too much to read: {error}") from None
    except (msgspec.DecodeError, TOMLDecodeError) as error:
        raise WrongScenario(f"{name} is no TOML: {error}") from None


def _step(number: int, table: dict[str, object], name: str, text: str) -> Placed:
    path = f"step[{number}]"
    verbs = [verb for verb in VERBS if verb in table]
    if not verbs:
        key = next(iter(table), "")
        refuse(text, name, f"{path}.{key}".rstrip("."), f"the step says none of: {', '.join(VERBS)}{_meant(table)}")
    if len(verbs) > 1:
        refuse(text, name, f"{path}.{verbs[1]}", f"one step does one thing; this one does {' and '.join(verbs)}")
    kind = VERBS[verbs[0]]
    try:
        step = cast(AnyStep, msgspec.convert(table, kind))
    except msgspec.ValidationError as error:
        _explain(text, name, str(error), path, kind)
    return Placed(step, name, number, finding.line_of(text, path))


def _meant(table: dict[str, object]) -> str:
    near = [hint for key in table if "did you mean" in (hint := nearest(key, VERBS))]
    return near[0] if near else ""


def _explain(text: str, name: str, message: str, within: str, kind: type[Struct]) -> NoReturn:
    """Refuse a file for what msgspec says of it."""
    match = _AT.search(message)
    inner, complaint = (match["path"], message[: match.start()]) if match else ("", message)
    path = ".".join(part for part in (within, _named(inner, text)) if part)
    field = _FIELD.search(complaint)
    if field is None:
        refuse(
            text,
            name,
            path,
            _TYPES.sub(lambda types: f"{_plain(types[1])} is expected, not {_plain(types[2])}", complaint),
        )
    where = ".".join(part for part in (path, field[2]) if part)
    if field[1] == "required":
        refuse(text, name, path, f"the key {field[2]!r} is missing")
    refuse(text, name, where, f"there is no key {field[2]!r}{nearest(field[2], _keys(inner, kind))}")


def _plain(types: str) -> str:
    """Types in words for people who do not program."""
    return " or ".join(_PLAIN.get(part, part) for part in types.split(" | ") if part != "null")


def _keys(inner: str, kind: type[Struct]) -> list[str]:
    """The keys of the table that a path leads to."""
    last = next((_TABLES[part] for part in reversed(re.split(r"[.\[]", inner)) if part in _TABLES), kind)
    return [field.encode_name for field in msgspec.structs.fields(last)]


def _named(inner: str, text: str) -> str:
    """The path with the name of a trade where msgspec says only that there is one."""
    if not inner.startswith("trade[...]"):
        return inner
    rest = inner.removeprefix("trade[...]").lstrip(".")
    trades = decode(text)["trade"]
    for name in re.findall(r"^\s*\[trade\.([\w-]+)", text, re.MULTILINE):
        table = trades.get(name, {})
        try:
            msgspec.convert(table, Deal)
        except msgspec.ValidationError:
            return ".".join(part for part in ("trade", name, rest) if part)
    return "trade"
