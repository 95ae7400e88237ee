"""The trades that a peer is tried with: sound ones, and each known fault whose outcome needs neither a clock that is
moved nor master data, several times."""

from __future__ import annotations

from datetime import date

from simulators.imports.shop import Shop
from simulators.imports.trade import ImportTrade
from simulators.imports.traffic import faulty_trade
from simulators.known_faults import KnownFault, known_faults
from simulators.world import World

MODE = "9610"
"""Direct purchases: bonded goods need an account book that the peer would have to know."""
OF_THE_CLOCK = frozenset({"14301", "14302", "14303"})
"""Codes that a list gets when its partners have not come for days."""
OF_MASTER_DATA = frozenset({"14204", "14314"})
"""Codes about a guarantee or an account book that is too small."""


def faults() -> list[KnownFault]:
    """Return the known faults that any peer can be tried with."""
    return [fault for fault in known_faults("import") if _is_at_once(fault)]


def trades(world: World, seed: int, day: date, times: int, sound: int) -> list[ImportTrade]:
    """Return trades of a day: each fault so many `times`, and `sound` trades without one."""
    shop = Shop(world, seed, day, {MODE: 1})
    wanted = [fault for _ in range(times) for fault in faults()]
    faulty = [faulty_trade(shop, number, fault) for number, fault in enumerate(wanted)]
    return [*faulty, *(shop.trade(number) for number in range(len(faulty), len(faulty) + sound))]


def _is_at_once(fault: KnownFault) -> bool:
    codes = set(fault.expected.codes)
    plain = not (fault.story or fault.closed or fault.day or fault.nights)
    return plain and fault.shape.mode in ("", MODE) and not codes & (OF_THE_CLOCK | OF_MASTER_DATA)
