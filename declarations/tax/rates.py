"""The rates of each code by the law of one day, computed once and cached for speed.

Rates are integers scaled by a million (`MICRO`), amounts are scaled by 100,000, so that tax is exact to the fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from msgspec.structs import asdict

from declarations.forex.rates import rate_of
from declarations.goods import Goods, GoodsRegister
from declarations.money import SCALE, Scaled
from declarations.parameters import Parameters
from declarations.parameters.tables.clearance import ConsumptionTax, Modes
from declarations.parameters.tables.shape import Shares
from declarations.retail_modes import ModeOpening, find_opening
from schemas.codes import offices

MICRO = 1_000_000
"""A rate of 100 %, or one yuan in amounts with six decimals."""

_DAYS_KEPT = 64


@dataclass(frozen=True, slots=True)
class LineRates:
    """The rates of one code on a day."""

    goods: Goods | None
    vat: int
    duty: int
    duty_specific: int
    consumption: str
    method: str
    """The method of consumption tax; "" for goods without it."""
    numbers: Mapping[str, int]
    parameter_ids: tuple[str, ...]


class Rates:
    """The rates of one day, with one register. Use `rates_on`, which caches it."""

    __slots__ = (
        "_lines",
        "_openings",
        "annual",
        "annual_used",
        "bonded_only_modes",
        "bonded_used",
        "day",
        "duty_factor",
        "factor",
        "floor_used",
        "full_factor",
        "goods",
        "inside",
        "limits_method",
        "outside",
        "parameters",
        "positive_list",
        "price_floor",
        "query_share",
        "rounding",
        "single",
        "single_used",
        "usual_prices",
        "usual_used",
    )

    def __init__(self, day: date, goods: GoodsRegister, parameters: Parameters) -> None:
        self.day, self.goods, self.parameters = day, goods, parameters
        method, single = parameters.on("limits.method", day), parameters.on("limits.single_transaction", day)
        annual = parameters.on("limits.annual", day)
        self.limits_method = method.text
        self.single, self.annual = _scaled_of(single.amount), _scaled_of(annual.amount)
        self.single_used, self.annual_used = (single.id, method.id), (annual.id, method.id)
        duty, factor = parameters.on("import_tax.duty_factor", day), parameters.on("import_tax.factor", day)
        full = parameters.on("import_tax.full_factor", day)
        self.duty_factor, self.factor = _micro_of(duty.amount), _micro_of(factor.amount)
        self.full_factor = _micro_of(full.amount)
        self.inside, self.outside = (single.id, duty.id, factor.id), (single.id, annual.id, method.id, full.id)
        self.positive_list = parameters.on("positive_list.version", day)
        modes = parameters.on("positive_list.bonded_only_modes", day)
        self.bonded_only_modes, self.bonded_used = (
            frozenset(modes.table_as(Modes).modes),
            (self.positive_list.id, modes.id),
        )
        self.rounding = parameters.on("import_tax.rounding", day).text
        floor, share = parameters.on("valuation.price_floor", day), parameters.on("valuation.query_share", day)
        usual = parameters.on("valuation.usual_prices", day)
        self.price_floor, self.query_share = _scaled_of(floor.amount), _micro_of(share.amount)
        self.usual_prices = {gcode: _scaled_of(price) for gcode, price in usual.table_as(Shares).items()}
        self.floor_used, self.usual_used = (floor.id,), (usual.id, share.id)
        self._lines: dict[str, LineRates] = {}
        self._openings: dict[tuple[str, str], ModeOpening] = {}

    def line_rates(self, gcode: str) -> LineRates:
        """Return the rates of a code; for a code that is not in the register, standard rates with `goods` None."""
        rates = self._lines.get(gcode)
        if rates is None:
            # cache only codes of the register, because senders could fill the memory with others
            rates = self._work_out(gcode)
            if rates.goods is not None:
                self._lines[gcode] = rates
        return rates

    def mode_opening(self, trade_mode: str, customs_code: str) -> ModeOpening:
        """Return whether a mode of retail import is open at a customs office on this day."""
        opening = self._openings.get((trade_mode, customs_code))
        if opening is None:
            opening = find_opening(trade_mode, customs_code, self.day, self.parameters)
            if customs_code in offices:  # senders could invent others
                self._openings[trade_mode, customs_code] = opening
        return opening

    def _work_out(self, gcode: str) -> LineRates:
        goods = self.goods.find(gcode, self.day)
        vat = self.parameters.on(f"vat.{goods.vat if goods else 'standard'}", self.day)
        if goods is None:
            return LineRates(
                goods=None,
                vat=_micro_of(vat.amount),
                duty=0,
                duty_specific=0,
                consumption="",
                method="",
                numbers={},
                parameter_ids=(vat.id,),
            )
        method, numbers, used = self._consumption(goods)
        return LineRates(
            goods=goods,
            vat=_micro_of(vat.amount),
            duty=_micro_of(goods.duty_rate),
            duty_specific=_micro_of(goods.duty_specific),
            consumption=goods.consumption if method else "",
            method=method,
            numbers=numbers,
            parameter_ids=(*used, vat.id),
        )

    def _consumption(self, goods: Goods) -> tuple[str, Mapping[str, int], tuple[str, ...]]:
        if not goods.consumption:
            return "", {}, ()
        value = self.parameters.on(f"consumption.{goods.consumption}", self.day)
        tax = value.table_as(ConsumptionTax)
        if tax.headings and not goods.hs10.startswith(tax.headings):
            return "", {}, ()
        numbers = {key: _micro_of(number) for key, number in asdict(tax).items() if isinstance(number, Decimal)}
        if "usd_per_tonne" in numbers:
            rate, of_rate = rate_of("USD", self.day, self.parameters)
            numbers["usd"] = _micro_of(rate)
            return tax.method, numbers, (value.id, *of_rate)
        return tax.method, numbers, (value.id,)


@lru_cache(maxsize=_DAYS_KEPT)
def rates_on(day: date, goods: GoodsRegister, parameters: Parameters) -> Rates:
    """Return the rates of a day, cached for the last days used; raises `NoValue` if the law of that day is not
    known."""
    return Rates(day, goods, parameters)


def _micro_of(number: Decimal) -> int:
    return int(number.scaleb(6))


def _scaled_of(number: Decimal) -> Scaled:
    return int(number * SCALE)
