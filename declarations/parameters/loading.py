"""Reads and checks parameter files; errors name file, value and key.

    title    = "跨境电商零售进口单次交易限值"
    title_en = "Single-transaction limit of retail import"
    unit     = "CNY"

    [[value]]
    since      = 2019-01-01          # first day in force; 0001-01-01: as far back as anyone knows
    amount     = 5000                # or text = "…", or [value.table]
    source     = "财关税〔2018〕49号"
    ref        = ["cgs2018-49"]      # the acts and pages behind it: ids of declarations/law/sources.toml
    confidence = "C"                 # C confirmed, C* weakly, K known, I our own choice

Optional: `note` and `note_en`, both or neither (file or value), `informative = true` (file: no code reads it, it only
documents the law),
`cumulative = true` (file: each value only lists what its act changes, and those before it stay in force),
`changeable = { least = 0, most = 1 }` (file: an administrator may change its numbers within these; all values are our
own choice),
`until` (last day; without it a value ends where the next begins), `issued`
(day of the source; later than `since` only with `retroactive = true`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from declarations.confidence import CONFIDENCE_CODES, Confidence
from declarations.parameters.tables import shape_of
from declarations.parameters.tables.shape import in_shape
from declarations.parameters.values import Bounds, Content, Parameter, Value

UNITS = frozenset(
    {
        "CNY",
        "USD",
        "CNY/L",
        "CNY/1 of currency",
        "rate",
        "rate/day",
        "share",
        "days",
        "months",
        "hours",
        "cases",
        "look-ups",
        "kg",
        "text",
        "table",
    }
)
_FILE_KEYS = {
    "title": str,
    "title_en": str,
    "unit": str,
    "note": str,
    "note_en": str,
    "informative": bool,
    "cumulative": bool,
    "changeable": dict,
    "value": list,
}
_VALUE_KEYS = {
    "since": date,
    "until": date,
    "source": str,
    "confidence": str,
    "issued": date,
    "retroactive": bool,
    "ref": list,
    "note": str,
    "note_en": str,
    "amount": Decimal,
    "text": str,
    "table": dict,
}
_CONTENT_KEYS = ("amount", "text", "table")


class BadParameter(ValueError):
    """Raised for an invalid parameter file; the text names the file and the error."""

    permanent = True


def read_folder(folder: Path) -> Iterator[Parameter]:
    """Yield all parameters under a folder, in the order of paths."""
    for path in sorted(folder.rglob("*.toml")):
        yield read_file(path, ".".join(path.relative_to(folder).with_suffix("").parts))


def read_file(path: Path, name: str) -> Parameter:
    """Read one parameter from a file; raises `BadParameter`."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadParameter(f"{path}: not TOML: {error}") from error
    try:
        return _make_parameter(name, data)
    except BadParameter as complaint:
        raise BadParameter(f"{path}: {complaint}") from None


def _make_parameter(name: str, data: dict[str, Any]) -> Parameter:
    _check_keys(data, _FILE_KEYS, required=("title", "title_en", "unit", "value"), place="file")
    if data["unit"] not in UNITS:
        raise BadParameter(f"unit {data['unit']!r} is none of {', '.join(sorted(UNITS))}")
    values = tuple(_make_value(name, entry, data["unit"], number) for number, entry in enumerate(data["value"], 1))
    if not values:
        raise BadParameter("no [[value]]")
    _check_order(values)
    bounds = _make_bounds(data["changeable"], values) if "changeable" in data else None
    return Parameter(
        name=name,
        title=data["title"],
        title_en=data["title_en"],
        unit=data["unit"],
        values=values,
        note=data.get("note", ""),
        note_en=data.get("note_en", ""),
        informative=data.get("informative", False),
        cumulative=data.get("cumulative", False),
        changeable=bounds,
    )


def _make_bounds(bounds_table: dict[str, Any], values: Iterable[Value]) -> Bounds:
    """The bounds of changes; raises `BadParameter` if a value is not our own choice or not numeric."""
    numbers = _numbers_as_decimals(bounds_table)
    _check_keys(numbers, {"least": Decimal, "most": Decimal}, ("least", "most"), "changeable")
    bounds = Bounds(numbers["least"], numbers["most"])
    for value in values:
        if value.confidence != Confidence.OWN:
            raise BadParameter(f"changeable: the value of {value.since} is not our own choice ({Confidence.OWN})")
        contents = value.content.values() if isinstance(value.content, Mapping) else (value.content,)
        if not all(isinstance(number, Decimal) and bounds.least <= number <= bounds.most for number in contents):
            raise BadParameter(f"changeable: the value of {value.since} is not all numbers from least to most")
    return bounds


def _make_value(name: str, entry: Any, unit: str, number: int) -> Value:
    place = f"value {number}"
    if not isinstance(entry, dict):
        raise BadParameter(f"{place} is not a table")
    for key in _CONTENT_KEYS:
        if key in entry:
            entry = {**entry, key: _numbers_as_decimals(entry[key])}
    _check_keys(entry, _VALUE_KEYS, required=("since", "source", "confidence"), place=place)
    _check_facts(entry, place)
    return Value(
        name=name,
        since=entry["since"],
        until=entry.get("until"),
        content=_make_content(name, entry, unit, place),
        source=entry["source"],
        confidence=Confidence(entry["confidence"]),
        issued=entry.get("issued"),
        note=entry.get("note", ""),
        note_en=entry.get("note_en", ""),
        ref=tuple(entry.get("ref", ())),
    )


def _check_keys(
    data: Mapping[str, Any], allowed_types: Mapping[str, type], required: Sequence[str], place: str
) -> None:
    for key, content in data.items():
        if key not in allowed_types:
            raise BadParameter(f"{place}: unknown key {key!r}; known are {', '.join(allowed_types)}")
        # in Python a TOML date-time is also a date, and a boolean also an integer; neither is allowed
        if not isinstance(content, allowed_types[key]) or isinstance(content, datetime):
            raise BadParameter(f"{place}: {key} must be {allowed_types[key].__name__.lower()}, not {content!r}")
        if isinstance(content, str) and not content.strip() and key != "note":
            raise BadParameter(f"{place}: {key} is empty")
    if ("note" in data) != ("note_en" in data):
        raise BadParameter(f"{place}: note and note_en are given together, in Chinese and English")
    for key in required:
        if key not in data:
            raise BadParameter(f"{place}: {key} is missing")


def _check_facts(entry: Mapping[str, Any], place: str) -> None:
    if not all(isinstance(name, str) and name for name in entry.get("ref", ())):
        raise BadParameter(f"{place}: ref must be ids of sources in quotes")
    if entry["confidence"] not in CONFIDENCE_CODES:
        raise BadParameter(f"{place}: confidence {entry['confidence']!r} is none of {', '.join(CONFIDENCE_CODES)}")
    if "until" in entry and entry["until"] < entry["since"]:
        raise BadParameter(f"{place}: until {entry['until']} lies before since {entry['since']}")
    retroactive = "issued" in entry and entry["issued"] > entry["since"]
    if retroactive != entry.get("retroactive", False):
        raise BadParameter(f"{place}: issued after since and retroactive = true must come together")


def _make_content(name: str, entry: Mapping[str, Any], unit: str, place: str) -> Content:
    content_keys = [key for key in _CONTENT_KEYS if key in entry]
    if len(content_keys) != 1:
        raise BadParameter(f"{place}: exactly one of {', '.join(_CONTENT_KEYS)} is needed, not {len(content_keys)}")
    if (expected := unit if unit in ("text", "table") else "amount") != content_keys[0]:
        raise BadParameter(f"{place}: the unit asks for {expected}, not {content_keys[0]}")
    content: Content = entry[content_keys[0]]
    if isinstance(content, Mapping):
        if (shape := shape_of(name)) is None:
            raise BadParameter(
                f"{place}: declarations/parameters/tables/__init__.py has no shape of {name!r} in SHAPES"
            )
        try:
            in_shape(content, shape)
        except ValueError as error:
            raise BadParameter(f"{place}: {error}") from None
    if isinstance(content, Decimal) and not content.is_finite():
        raise BadParameter(f"{place}: amount {content} is no number")
    return content


def _numbers_as_decimals(content: Any) -> Any:
    if isinstance(content, int) and not isinstance(content, bool):
        return Decimal(content)
    if isinstance(content, dict):
        return {key: _numbers_as_decimals(inner) for key, inner in content.items()}
    return content


def _check_order(values: Iterable[Value]) -> None:
    before: Value | None = None
    for value in values:
        if before is not None and value.since <= before.since:
            raise BadParameter(f"since {value.since} does not follow {before.since}: oldest value first")
        if before is not None and before.until is not None and before.until >= value.since:
            raise BadParameter(f"until {before.until} reaches into the value of {value.since}")
        before = value
