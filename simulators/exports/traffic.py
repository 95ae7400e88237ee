"""A day's export traffic: consecutive trades, with an exact number of each known fault in every 400."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from hashlib import sha256

from simulators.exports.shop import ExportShop
from simulators.exports.trade import ExportTrade
from simulators.known_faults import FaultSources, KnownFault, apply_fault, known_fault, known_faults
from simulators.placing import place_faults
from simulators.traded import Shape
from simulators.world import World

BLOCK, SOUND_BESIDE = 400, 2
"""Exports that hold every fault in its number; sound ones of each earlier day."""
DRAW_RANGE, INSPECTED_BELOW, FAILED_BELOW = 10_000, 20, 300
"""Draws of a list are below `SIDES`; below these it is inspected whatever its merchant's grade, and then fails."""


def export_trades(
    world: World,
    count: int,
    *,
    seed: int,
    day: date,
    sandbox: str = "demo",
    faulty: bool = True,
    only: Collection[str] | None = None,
    modes: Mapping[str, int] | None = None,
    first: int = 0,
) -> Iterator[ExportTrade]:
    """The trades number `first` to `first + count - 1` of a seed, on a day.

    `faulty`: with the faults that can be seen on any day, in their demo numbers; `only` names those to use. `sandbox`
    is the seed of the sandbox's draws, which by default is its name.
    """
    wanted = [fault for fault in known_faults("export", only) if fault.day is None]
    amounts = {fault.name: fault.often for fault in wanted} if faulty else {}
    return exports_of(ExportShop(world, seed, day, modes), range(first, first + count), amounts, BLOCK, sandbox)


def exports_of(
    shop: ExportShop, numbers: range, amounts: Mapping[str, int], block: int, sandbox: str
) -> Iterator[ExportTrade]:
    """A shop's trades of these numbers, so many of each `block` with each fault."""
    for number, name in place_faults(numbers, amounts, block, shop.world.seed, shop.seed, "export faults"):
        yield faulty_export(shop, number, known_fault("export", name), sandbox) if name else shop.trade(number)


def faulty_export(shop: ExportShop, number: int, fault: KnownFault, sandbox: str = "demo") -> ExportTrade:
    """The trade with this number, with the shape that the fault needs and the fault applied."""
    turn = 0
    while True:
        trade = shop.trade(number, fault.shape, alone=fault.alone, flag=fault.flag, serial=shop.serial(number, turn))
        if not fault.drawn:
            return apply_fault(fault, trade, FaultSources(shop.world, trade))
        while not is_inspected(sandbox, trade.parties.merchant.code, "X" + shop.serial(number, turn), fault.drawn):
            turn += 1
        if trade.id == "X" + shop.serial(number, turn):
            return apply_fault(fault, trade, FaultSources(shop.world, trade))


def known_fault_exports(shop: ExportShop, sandbox: str, sound: int) -> list[ExportTrade]:
    """An export with each known fault that can occur on any day, then `sound` exports without one."""
    faults = [fault for fault in known_faults("export") if fault.day is None]
    exports = [faulty_export(shop, number, fault, sandbox) for number, fault in enumerate(faults)]
    return [*exports, *good_exports(shop, range(len(exports), len(exports) + sound), sandbox)]


def good_exports(shop: ExportShop, numbers: Iterable[int], sandbox: str) -> Iterator[ExportTrade]:
    """Sound trades whose goods pass any inspection."""
    for number in numbers:
        turn, trade = 0, shop.trade(number)
        while _draw(sandbox, "quality", f"{trade.parties.merchant.code}|{trade.id}") < FAILED_BELOW:
            turn += 1
            trade = shop.trade(number, serial=shop.serial(number, turn))
        yield trade


def sampled_exports(shop: ExportShop, numbers: Iterable[int], sandbox: str, bad: bool) -> Iterator[ExportTrade]:
    """Sound trades, listed in full, of which none is inspected by itself, and whose goods all fail an inspection, or
    none does."""
    for number in numbers:
        turn, trade = 0, shop.trade(number, flag="B")
        while not _drawn_as(sandbox, f"{trade.parties.merchant.code}|{trade.id}", bad):
            turn += 1
            trade = shop.trade(number, flag="B", serial=shop.serial(number, turn))
        yield trade


def dated_exports(shop: ExportShop, faults: Iterable[KnownFault], sandbox: str) -> Iterator[ExportTrade]:
    """Sound retail exports of a day, which were possible on all of them, and the faults of that day."""
    number = 0
    for number in range(SOUND_BESIDE):
        yield shop.trade(number, Shape(mode="9610"), flag="B")
    for fault in faults:
        for _ in range(fault.often):
            number += 1
            yield faulty_export(shop, number, fault, sandbox)


def drawn_exports(shop: ExportShop, numbers: Iterable[int], sandbox: str, bad: int) -> Iterator[ExportTrade]:
    """Sound trades, listed in full, of which each is inspected by itself; the goods of the first `bad` fail."""
    for place, number in enumerate(numbers):
        merchant, turn = shop.trade(number, flag="B").parties.merchant.code, 0
        result = "failed" if place < bad else "passed"
        while not is_inspected(sandbox, merchant, "X" + shop.serial(number, turn), result):
            turn += 1
        yield shop.trade(number, flag="B", serial=shop.serial(number, turn))


def _drawn_as(sandbox: str, key: str, bad: bool) -> bool:
    return (
        _draw(sandbox, "inspection", key) >= INSPECTED_BELOW and (_draw(sandbox, "quality", key) < FAILED_BELOW) is bad
    )


def is_inspected(sandbox: str, merchant: str, order_no: str, result: str) -> bool:
    """True if a list is drawn for inspection with a result ("passed" or "failed"), by draws that anyone can repeat."""
    key = f"{merchant}|{order_no}"
    return _draw(sandbox, "inspection", key) < INSPECTED_BELOW and (
        (_draw(sandbox, "quality", key) < FAILED_BELOW) is (result == "failed")
    )


def _draw(sandbox: str, purpose: str, key: str) -> int:
    return int(sha256(f"{sandbox}|{purpose}|{key}".encode()).hexdigest()[:8], 16) % DRAW_RANGE
