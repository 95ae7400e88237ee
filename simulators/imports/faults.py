"""Known faults as `faults.toml` describes them: the shape of trade each needs, what it changes, what must follow."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from simulators.amounts import fen
from simulators.changing import Change, again, changed, later
from simulators.imports.trade import Trade
from simulators.people import Person
from simulators.traded import Expected, Shape
from simulators.world import World

__all__ = ["SOURCES", "Drawn", "Fault", "again", "committed", "fault", "faults", "later", "misspelt"]


class Fault(NamedTuple):
    """One known fault. `closed`: it can only be seen where unknown companies are refused."""

    name: str
    zh: str
    en: str
    per_thousand: int
    expected: Expected
    closed: bool
    story: str
    shape: Shape
    changes: tuple[Change, ...]


@cache
def faults() -> tuple[Fault, ...]:
    """All known faults, in the file's order."""
    tables = tomllib.loads(files("simulators.imports").joinpath("faults.toml").read_text("utf-8"))["fault"]
    return tuple(_fault(**table) for table in tables)


def fault(name: str) -> Fault:
    """The fault with this name; raises `KeyError` naming all there are."""
    for known in faults():
        if known.name == name:
            return known
    raise KeyError(f"no fault {name!r}; there are: {', '.join(known.name for known in faults())}")


def _fault(
    name: str,
    zh: str,
    en: str,
    per_thousand: int,
    outcome: str,
    codes: tuple[str, ...] = (),
    closed: bool = False,
    story: str = "",
    trade: Mapping[str, Any] | None = None,
    change: tuple[Change, ...] = (),
) -> Fault:
    shape = dict(trade or {})
    if "price" in shape:
        shape["price"] = fen(shape["price"])
    expected = Expected(outcome, tuple(codes))
    return Fault(name, zh, en, per_thousand, expected, closed, story, Shape(**shape), tuple(change))


class Drawn(NamedTuple):
    """What a change with `from` may draw on."""

    world: World
    trade: Trade
    other_buyer: Person

    def other_payment_provider(self) -> Any:
        """A payment company that has nothing to do with the trade."""
        return next(
            payment_provider
            for payment_provider in self.world.payment_providers
            if payment_provider != self.trade.parties.payment_provider
        )


SOURCES: dict[str, Callable[[Drawn], str]] = {
    "other buyer's name": lambda drawn: drawn.other_buyer.name,
    "other buyer's id_number": lambda drawn: drawn.other_buyer.id_number,
    "other buyer's telephone": lambda drawn: drawn.other_buyer.telephone,
    "other payment provider's code": lambda drawn: drawn.other_payment_provider().code,
    "other payment provider's name": lambda drawn: drawn.other_payment_provider().name,
    "small guarantor's code": lambda drawn: drawn.world.small_guarantor.code,
    "stranger's code": lambda drawn: drawn.world.stranger.code,
    "stranger's name": lambda drawn: drawn.world.stranger.name,
    "misspelt id_number": lambda drawn: misspelt(drawn.trade.buyer.id_number),
}
"""What `from` may name."""


def misspelt(id_number: str) -> str:
    """The identity number with its check digit replaced by a wrong one."""
    return id_number[:-1] + ("2" if id_number[-1] == "1" else "1")


def committed(fault: Fault, trade: Trade, drawn: Drawn) -> Trade:
    """The trade with the fault in it; the trade given must have the fault's shape and stays as it is."""
    for change in fault.changes:
        trade = changed(trade, change, drawn, SOURCES)
    return replace(trade, fault=fault.name, expected=fault.expected, story=fault.story)
