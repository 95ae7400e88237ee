"""Known faults of imports and exports, from `faults.toml` of each direction: required shape of the trade, changes to
the documents, and expected outcome.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from simulators.amounts import fen
from simulators.changing import Change, apply_change
from simulators.companies import TradingCompany
from simulators.people import Buyer
from simulators.traded import Expected, Shape, TradeT
from simulators.world import World

PACKAGES = {"import": "simulators.imports", "export": "simulators.exports"}


class KnownFault(NamedTuple):
    """A known fault. `often`: number per 1,000 imports or 400 exports of a demo day; `closed`: it only has an effect
    where unknown companies are refused; `day`: it only has an effect on that day.
    """

    name: str
    zh: str
    en: str
    often: int
    expected: Expected
    shape: Shape
    changes: tuple[Change, ...]
    closed: bool = False
    alone: bool = False
    story: str = ""
    flag: str = ""
    drawn: str = ""
    day: date | None = None
    nights: tuple[int, ...] = ()


class FaultSources(NamedTuple):
    """Values for changes with `from`."""

    world: World
    trade: Any
    other_buyer: Buyer | None = None

    @property
    def buyer(self) -> Buyer:
        """A buyer unrelated to the trade; only imports have buyers known to customs."""
        assert self.other_buyer is not None
        return self.other_buyer

    @property
    def payment_provider(self) -> TradingCompany:
        """A payment company unrelated to the trade."""
        own = self.trade.parties.payment_provider
        return next(provider for provider in self.world.payment_providers if provider != own)


SOURCES: Mapping[str, Callable[[FaultSources], str]] = {
    "other buyer's name": lambda sources: sources.buyer.name,
    "other buyer's id_number": lambda sources: sources.buyer.id_number,
    "other buyer's telephone": lambda sources: sources.buyer.telephone,
    "other payment provider's code": lambda sources: sources.payment_provider.code,
    "other payment provider's name": lambda sources: sources.payment_provider.name,
    "small guarantor's code": lambda sources: sources.world.small_guarantor.code,
    "stranger's code": lambda sources: sources.world.stranger.code,
    "stranger's name": lambda sources: sources.world.stranger.name,
    "misspelt id_number": lambda sources: misspelt_id_number(sources.trade.buyer.id_number),
}
"""Name used in `from` → value."""


def known_faults(flow: str, only: Iterable[str] | None = None) -> tuple[KnownFault, ...]:
    """The known faults of a direction, "import" or "export", in the file's order, or those named in `only`; raises
    `KeyError` for an unknown name."""
    known = _by_name(flow)
    try:
        return tuple(known[name] for name in (known if only is None else only))
    except KeyError as unknown:
        raise KeyError(f"no fault {unknown.args[0]!r} of {flow}s; there are: {', '.join(known)}") from None


def known_fault(flow: str, name: str) -> KnownFault:
    """A fault by name; raises `KeyError` like `known_faults`."""
    return known_faults(flow, [name])[0]


@cache
def _by_name(flow: str) -> Mapping[str, KnownFault]:
    text = files(PACKAGES[flow]).joinpath("faults.toml").read_text("utf-8")
    return {table["name"]: _read_fault(**table) for table in tomllib.loads(text)["fault"]}


def _read_fault(*, outcome: str, codes: tuple[str, ...] = (), **table: Any) -> KnownFault:
    shape = dict(table.pop("trade", {}))
    if "price" in shape:
        shape["price"] = fen(shape["price"])
    often = table.pop("often", 0) or table.pop("per_thousand")
    changes, nights = tuple(table.pop("change", ())), tuple(table.pop("nights", ()))
    return KnownFault(
        **table,
        often=often,
        expected=Expected(outcome, tuple(codes)),
        shape=Shape(**shape),
        changes=changes,
        nights=nights,
    )


def misspelt_id_number(id_number: str) -> str:
    """The identity number with its check digit replaced by a wrong one."""
    return id_number[:-1] + ("2" if id_number[-1] == "1" else "1")


def apply_fault(fault: KnownFault, trade: TradeT, sources: FaultSources) -> TradeT:
    """A copy of a trade with the fault; the trade must have the fault's shape."""
    for change in fault.changes:
        trade = apply_change(trade, change, sources, SOURCES)
    return replace(trade, fault=fault.name, expected=fault.expected, story=fault.story)
