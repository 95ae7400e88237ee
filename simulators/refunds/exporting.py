"""Makes the refund cases of a virtual year: those of scenarios, and monthly cases of traders with everyday exports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from simulators.exports.shop import ExportShop
from simulators.exports.trade import ExportTrade
from simulators.refunds.cases import EVERYDAY, RefundCase
from simulators.refunds.firms import TRADER, RefundExporter, world_of_exporter
from simulators.refunds.items import LETTERS
from simulators.refunds.scenarios import EXPORT, USUAL_DAYS, RefundScenario, RefundStep, refund_scenarios
from simulators.traded import Shape
from simulators.world import World

MIN_TRADERS = 4
"""Exporters that sell every day and claim every month; more where these had more than `ROOM` exports a month."""
MONTHS = 12
MAX_EXPORTS_PER_CASE = 1_000
"""Maximum number of lines in a claim, an exchange report or an invoice, and size of a case's range of numbers."""


def everyday_scenario(start: int) -> RefundScenario:
    """The scenario of a month's everyday exports: all of them are claimed, and paid."""
    steps = tuple(RefundStep(kind, 1, USUAL_DAYS[kind], {}) for kind in ("invoice", "exchange", "claim"))
    return RefundScenario(
        name=EVERYDAY,
        zh="一个月的日常出口，单证齐全",
        en="a month's everyday exports, all papers in order",
        start=start,
        claim=TRADER,
        steps=steps,
        path="120 399 800",
        notices=(("1", "refund"),),
    )


def year_cases(
    world: World, seed: int, first: date, trades: int, wanted: Sequence[RefundScenario] | None = None
) -> list[RefundCase]:
    """The cases of a year that begins in a month: a firm for each scenario, then traders with so many everyday exports,
    which are planned only (`exports` makes them).

    The world needs as many exporters as scenarios and `traders` together.
    """
    chosen = refund_scenarios() if wanted is None else wanted
    planned, firms = list[RefundCase](), dict[str, RefundExporter]()
    for number, scenario in enumerate(chosen):
        firm = firms[scenario.name] = firms.get(scenario.follows, _exporter(world, number, scenario))
        begins = month(first, scenario.start).replace(day=USUAL_DAYS[EXPORT])
        planned.append(_case(world, seed, number, scenario, firm, begins))
    return [*planned, *_everyday_cases(world, first, trades, len(planned))]


def trader_count(trades: int) -> int:
    """The number of exporters needed for this number of everyday exports in a year."""
    return max(MIN_TRADERS, -(-trades // (MONTHS * MAX_EXPORTS_PER_CASE))) if trades else 0


def everyday_exports(world: World, seed: int, case: RefundCase) -> Iterator[ExportTrade]:
    """Generate the planned everyday exports of a case."""
    shop = ExportShop(world_of_exporter(world, case.firm), seed, case.first)
    return (shop.trade(case.number * MAX_EXPORTS_PER_CASE + place) for place in range(case.planned))


def demo_cases(world: World, seed: int, day: date) -> list[RefundCase]:
    """The cases of a demo: all short scenarios, exported on one day, each by a different exporter."""
    chosen = [scenario for scenario in refund_scenarios() if scenario.short]
    return [
        _case(world, seed, number, scenario, _exporter(world, number, scenario), day)
        for number, scenario in enumerate(chosen)
    ]


def _exporter(world: World, number: int, scenario: RefundScenario) -> RefundExporter:
    return RefundExporter(number, world.exporters[number], scenario.kind, scenario.credit)


def _case(
    world: World, seed: int, number: int, scenario: RefundScenario, firm: RefundExporter, begins: date
) -> RefundCase:
    case = RefundCase(number, scenario, firm, begins)
    shop = ExportShop(world_of_exporter(world, firm), seed, case.first, {scenario.mode: 100})
    number_of_trade = number * MAX_EXPORTS_PER_CASE
    for goods in scenario.goods:
        shape = Shape(mode=scenario.mode, goods=goods.kind, lines=1, quantity=goods.quantity, price=goods.price)
        number_of_trade = _number_sold(goods.to, scenario.currency, shop, shape, number_of_trade)
        case.trades.append(shop.trade(number_of_trade, shape, flag="B"))
        number_of_trade += 1
    return case


def _number_sold(to: str, currency: str, shop: ExportShop, shape: Shape, number: int) -> int:
    """The number of the first export, from `number` on, that is sold to a country, or else in a currency."""
    while True:
        trade = shop.trade(number, shape, flag="B")
        assert trade.order is not None and trade.inventory is not None
        if trade.inventory.head["country"] == to if to else LETTERS[trade.order.head["currency"]] == currency:
            return number
        number += 1


def _everyday_cases(world: World, first: date, trades: int, taken: int) -> Iterator[RefundCase]:
    firms = [RefundExporter(taken + place, world.exporters[taken + place]) for place in range(trader_count(trades))]
    parts = MONTHS * len(firms)
    for each in range(parts):
        later, who = divmod(each, len(firms))
        planned = trades * (each + 1) // parts - trades * each // parts
        if planned:
            begins = month(first, later).replace(day=USUAL_DAYS[EXPORT])
            yield RefundCase(taken + each, everyday_scenario(later), firms[who], begins, planned=planned)


def month(first: date, later: int) -> date:
    """The first day of the month so many months later."""
    months = first.year * 12 + first.month - 1 + later
    return date(months // 12, months % 12 + 1, 1)
