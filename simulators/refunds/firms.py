"""Exporters with a refund filing, the world with as many as a year's scenarios need, and their suppliers."""

from __future__ import annotations

from copy import copy
from typing import NamedTuple

from simulators.companies import MERCHANT, PAYMENT_PROVIDER, TradingCompany, company
from simulators.world import World

TRADER, MANUFACTURER = "T", "M"
ZONE = "中国（青岛）跨境电子商务综合试验区"
FIRST, MOST = 200, 700
"""Numbers of companies that export in a virtual year."""
BANK = 140


class RefundExporter(NamedTuple):
    """An exporter: its number among those of its world, how it is refunded, its tax credit (D: class 4)."""

    number: int
    company: TradingCompany
    kind: str = TRADER
    credit: str = "B"

    @property
    def code(self) -> str:
        """Its customs code."""
        return self.company.code


class Market(World):
    """A world with so many exporters of its own, and a bank that reports what they collect."""

    def __init__(self, seed: int, exporters: int) -> None:
        super().__init__(seed)
        if not 0 < exporters <= MOST:
            raise ValueError(f"there are 1 to {MOST} exporters, not {exporters}")
        self.exporters = self._companies(FIRST, exporters, (MERCHANT,))
        self.bank = bank(seed)

    def __reduce__(self) -> tuple[type[Market], tuple[int, int]]:
        """Another process makes it again."""
        return Market, (self.seed, len(self.exporters))

    def __copy__(self) -> Market:
        """The same companies and persons, which are not made again."""
        market = Market.__new__(Market)
        market.__dict__.update(self.__dict__)
        return market

    def participants(self) -> tuple[TradingCompany, ...]:
        """Every company that master data knows, the bank among them."""
        return (*super().participants(), self.bank)


def bank(seed: int) -> TradingCompany:
    """The synthetic bank of a world: a participant that reports as payment institutions do."""
    provider = company(seed, BANK, (PAYMENT_PROVIDER,))
    return provider._replace(name="青岛海岚商业银行股份有限公司（模拟）")


def alone(world: World, firm: RefundExporter) -> World:
    """The same world with this exporter only: whatever is exported there is exported by it."""
    own_world = copy(world)
    own_world.exporters = (firm.company,)
    return own_world


def supplier(world: World, firm: RefundExporter) -> TradingCompany:
    """The company that sells to an exporter at home."""
    return world.producers[firm.number % len(world.producers)]
