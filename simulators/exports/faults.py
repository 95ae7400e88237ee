"""Known faults of exports as `faults.toml` describes them: the shape each needs, what it changes, what must follow."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from simulators.amounts import fen
from simulators.changing import Change, Sources, changed
from simulators.exports.trade import ExportTrade
from simulators.traded import Expected, Shape
from simulators.world import World


class ExportFault(NamedTuple):
    """One known fault. `closed`: it can only be seen where unknown companies are refused; `day`: only on that day."""

    name: str
    zh: str
    en: str
    often: int
    expected: Expected
    closed: bool
    alone: bool
    story: str
    flag: str
    drawn: str
    day: date | None
    nights: tuple[int, ...]
    shape: Shape
    changes: tuple[Change, ...]


@cache
def export_faults() -> tuple[ExportFault, ...]:
    """All known faults of exports, in the file's order."""
    tables = tomllib.loads(files("simulators.exports").joinpath("faults.toml").read_text("utf-8"))["fault"]
    return tuple(_fault(**table) for table in tables)


def export_fault(name: str) -> ExportFault:
    """The fault with this name; raises `KeyError` naming all there are."""
    for fault in export_faults():
        if fault.name == name:
            return fault
    raise KeyError(f"no fault {name!r} of exports; there are: {', '.join(fault.name for fault in export_faults())}")


def _fault(
    name: str,
    zh: str,
    en: str,
    often: int,
    outcome: str,
    codes: tuple[str, ...] = (),
    closed: bool = False,
    alone: bool = False,
    story: str = "",
    flag: str = "",
    drawn: str = "",
    day: date | None = None,
    nights: tuple[int, ...] = (),
    trade: Mapping[str, Any] | None = None,
    change: tuple[Change, ...] = (),
) -> ExportFault:
    shape = dict(trade or {})
    if "price" in shape:
        shape["price"] = fen(shape["price"])
    return ExportFault(
        name,
        zh,
        en,
        often,
        Expected(outcome, tuple(codes)),
        closed,
        alone,
        story,
        flag,
        drawn,
        day,
        tuple(nights),
        Shape(**shape),
        tuple(change),
    )


SOURCES: Sources = {
    "stranger's code": lambda world: world.stranger.code,
    "stranger's name": lambda world: world.stranger.name,
}
"""What `from` may name."""


def committed(fault: ExportFault, trade: ExportTrade, world: World) -> ExportTrade:
    """The trade with the fault in it; the trade given must have the fault's shape and stays as it is."""
    for change in fault.changes:
        trade = changed(trade, change, world, SOURCES)
    return replace(trade, fault=fault.name, expected=fault.expected, story=fault.story)
