"""Dated law as data: all rates, limits and periods, with first day, legal source and our confidence.

A parameter is one TOML file under this folder; its path is its dotted name (`limits/annual.toml` → `limits.annual`).
The choice of a formula is a dated parameter, too (`method`), so no code compares days. See `loading.py` for the format.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from declarations.parameters.loading import BadParameter, read_folder
from declarations.parameters.values import NoValue, Parameter, Parameters, UnknownParameter, Value, look_up_method

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
    "look_up_method",
]


@cache
def load(folder: Path | None = None) -> Parameters:
    """Return all parameters of a folder (None: the package's law), read and checked once per process.

    Raises `BadParameter`, naming file and key, for any deviation from the expected format.
    """
    return Parameters(read_folder(folder or Path(__file__).parent))


def describe() -> tuple[Parameter, ...]:
    """Return all parameters with all their values, sorted by name, for the reference page."""
    return load().describe()


def expiring(day: date, days: int) -> tuple[Value, ...]:
    """Return the values whose last day is within `days` days from `day` and that have no immediate successor."""
    return load().expiring(day, days)
