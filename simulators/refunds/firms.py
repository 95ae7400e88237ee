"""Exporters that claim refunds, their suppliers and bank, and the world of a virtual year."""

from __future__ import annotations

from copy import copy
from typing import NamedTuple

from simulators.companies import MERCHANT, PAYMENT_PROVIDER, TradingCompany, make_company
from simulators.world import World

TRADER, MANUFACTURER = "T", "M"
ZONE = "中国（青岛）跨境电子商务综合试验区"
FIRST_COMPANY_NUMBER, MAX_EXPORTERS = 200, 700
"""Numbers of companies that export in a virtual year."""
BANK_NUMBER = 140


class RefundExporter(NamedTuple):
    """An exporter: its index in the world, its refund method (`kind`), and its tax credit (D: class 4)."""

    number: int
    company: TradingCompany
    kind: str = TRADER
    credit: str = "B"

    @property
    def code(self) -> str:
        """Its customs code."""
        return self.company.code


class Market(World):
    """A world with a given number of exporters, and a bank that reports their payments."""

    def __init__(self, seed: int, exporters: int) -> None:
        super().__init__(seed)
        if not 0 < exporters <= MAX_EXPORTERS:
            raise ValueError(f"there are 1 to {MAX_EXPORTERS} exporters, not {exporters}")
        self.exporters = self._companies(FIRST_COMPANY_NUMBER, exporters, (MERCHANT,))
        self.bank = make_bank(seed)

    def __reduce__(self) -> tuple[type[Market], tuple[int, int]]:
        """Pickled as its arguments: another process generates the same world."""
        return Market, (self.seed, len(self.exporters))

    def __copy__(self) -> Market:
        """A shallow copy, without generating companies and persons again."""
        market = Market.__new__(Market)
        market.__dict__.update(self.__dict__)
        return market

    def participants(self) -> tuple[TradingCompany, ...]:
        """Every company that master data knows, the bank among them."""
        return (*super().participants(), self.bank)


def make_bank(seed: int) -> TradingCompany:
    """The synthetic bank of a world: a participant that reports as payment institutions do."""
    provider = make_company(seed, BANK_NUMBER, (PAYMENT_PROVIDER,))
    return provider._replace(name="青岛海岚商业银行股份有限公司（模拟）")


def world_of_exporter(world: World, firm: RefundExporter) -> World:
    """A copy of the world with this exporter only, who makes all its exports."""
    own_world = copy(world)
    own_world.exporters = (firm.company,)
    return own_world


def supplier(world: World, firm: RefundExporter) -> TradingCompany:
    """The company that sells to an exporter at home."""
    return world.producers[firm.number % len(world.producers)]
