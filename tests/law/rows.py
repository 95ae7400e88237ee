"""Rows of tables of known answers: TOML files with a `case` for each row, CSV files with an `answer` in each."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

TABLES = Path(__file__).parent / "tables"
Facts: TypeAlias = Mapping[str, Any]


class KnownRow(NamedTuple):
    """A row: its name, and what it gives and expects."""

    name: str
    facts: Facts


def of_file(path: Path) -> Iterator[KnownRow]:
    """Return the cases of a TOML file, each with the keys that stand for the whole file; several may share a name."""
    data = tomllib.loads(path.read_text("utf-8"))
    shared = {key: value for key, value in data.items() if key != "case"}
    for case in data["case"]:
        key = f" {case['key']}" if "key" in case else ""
        yield KnownRow(f"{path.stem}: {case['name']}{key}", {**shared, **case})


@cache
def cases(pattern: str) -> tuple[KnownRow, ...]:
    """Return the cases of all files below the tables that a pattern finds, "refund/rates.toml"; raises `LookupError` if
    there are none."""
    rows = tuple(row for path in sorted(TABLES.glob(pattern)) for row in of_file(path))
    if not rows:
        raise LookupError(f"no case in {pattern}")
    return rows


@cache
def answers(pattern: str) -> tuple[KnownRow, ...]:
    """Return the rows of the CSV files below the tables that a pattern finds: what is asked, with `question`, the
    file's name; raises `LookupError` if there are none."""
    rows = tuple(
        KnownRow(" ".join(filter(None, (path.stem, *row.values()))), {"question": path.stem, **row})
        for path in sorted(TABLES.glob(pattern))
        for row in csv.DictReader(path.read_text("utf-8").splitlines())
    )
    if not rows:
        raise LookupError(f"no answer in {pattern}")
    return rows


def day(text: str) -> date:
    """Return the day that a text of a table names, 2026-06-01."""
    return date.fromisoformat(text)
