"""Dated law as data: every rate, limit and window with the day it begins, its legal source and our confidence in it.

A parameter is one TOML file under this folder; its path is its dotted name (`limits/annual.toml` → `limits.annual`).
Which formula applies is itself a dated parameter (`method`), so no code compares days. See `loading.py` for the format.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from declarations.parameters.loading import BadParameter, read_folder
from declarations.parameters.values import NoValue, Parameter, Parameters, UnknownParameter, Value, method_named

__all__ = [
    "BadParameter",
    "NoValue",
    "Parameter",
    "Parameters",
    "UnknownParameter",
    "Value",
    "describe",
    "expiring",
    "load",
    "method_named",
]


@cache
def load(folder: Path | None = None) -> Parameters:
    """All parameters of a folder (None: the law that comes with the package), read and checked once per process.

    Raises `BadParameter`, naming file and key, for anything that is not exactly the expected format.
    """
    return Parameters(read_folder(folder or Path(__file__).parent))


def describe() -> tuple[Parameter, ...]:
    """Every parameter with all its values, sorted by name: the material of the reference page."""
    return load().describe()


def expiring(day: date, days: int) -> tuple[Value, ...]:
    """The values whose last day lies in the `days` days from `day` on, and which nothing follows without a gap."""
    return load().expiring(day, days)
