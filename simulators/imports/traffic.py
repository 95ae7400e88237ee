"""A day's import traffic: consecutive trades, with an exact number of each known fault in every thousand."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from simulators.imports.shop import Shop
from simulators.imports.trade import Expected, ImportTrade
from simulators.known_faults import FaultSources, KnownFault, apply_fault, known_fault, known_faults
from simulators.messages import SyntheticMessage
from simulators.placing import place_faults
from simulators.world import World

THOUSAND = 1000

__all__ = ["Expected", "ImportTrade", "SyntheticMessage", "shares", "trades", "trades_of"]


def trades(
    world: World,
    count: int,
    *,
    seed: int,
    day: date,
    fault_share: float | None = None,
    modes: Mapping[str, int] | None = None,
    only: Collection[str] | None = None,
    first: int = 0,
) -> Iterator[ImportTrade]:
    """The trades number `first` to `first + count - 1` of a seed, on a day.

    `fault_share` None: the faults of `faults.toml` in their demo shares; a number from 0 to 1: scaled to that share
    of each thousand. `only` names the faults to use (an empty collection: none), `modes` gives each trade mode its
    share.
    """
    return trades_of(Shop(world, seed, day, modes), range(first, first + count), shares(fault_share, only))


def trades_of(shop: Shop, numbers: range, by_thousand: Mapping[str, int]) -> Iterator[ImportTrade]:
    """A shop's trades of these numbers, so many of each thousand with each fault."""
    for number, name in place_faults(numbers, by_thousand, THOUSAND, shop.world.seed, shop.seed, "faults"):
        yield faulty_trade(shop, number, known_fault("import", name)) if name else shop.trade(number)


def faulty_trade(shop: Shop, number: int, chosen: KnownFault) -> ImportTrade:
    """The trade with this number, with the shape that the fault needs and the fault applied."""
    trade = shop.trade(number, chosen.shape)
    return apply_fault(chosen, trade, FaultSources(shop.world, trade, shop.buyer(number + 1)))


def known_fault_imports(shop: Shop, sound: int) -> list[ImportTrade]:
    """An import with each known fault, then `sound` imports without one."""
    imports = [faulty_trade(shop, number, fault) for number, fault in enumerate(known_faults("import"))]
    return [*imports, *(shop.trade(number) for number in range(len(imports), len(imports) + sound))]


def shares(fault_share: float | None = None, only: Collection[str] | None = None) -> dict[str, int]:
    """Give each fault its number of every thousand trades, scaled by largest remainder where a share is given.

    Raises `KeyError` for an unknown fault.
    """
    chosen = {known.name: known.often for known in known_faults("import", only)}
    planned = sum(chosen.values())
    if fault_share is None or not planned:
        return chosen
    wanted = round(fault_share * THOUSAND)
    exact = {name: amount * wanted / planned for name, amount in chosen.items()}
    whole = {name: int(amount) for name, amount in exact.items()}
    largest = sorted(exact, key=lambda name: whole[name] - exact[name])
    for name in largest[: wanted - sum(whole.values())]:
        whole[name] += 1
    return whole
