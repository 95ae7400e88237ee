"""Makes the exports of a virtual year: those of scenarios, and everyday ones of traders that claim every month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from simulators.exports.shop import ExportShop
from simulators.exports.trade import ExportTrade
from simulators.refunds.cases import SOUND, RefundCase
from simulators.refunds.firms import TRADER, RefundExporter, alone
from simulators.refunds.items import LETTERS
from simulators.refunds.scenarios import DAYS, EXPORT, RefundScenario, RefundStep, refund_scenarios
from simulators.traded import Shape
from simulators.world import World

TRADERS = 4
"""Exporters that sell every day and claim every month; more where these had more than `ROOM` exports a month."""
MONTHS = 12
ROOM = 1_000
"""Numbers of exports that belong to one case; a claim, a report of exchange and an invoice hold no more lines."""


def everyday(start: int) -> RefundScenario:
    """The scenario of a month's everyday exports: all of them are claimed, and paid."""
    steps = (
        RefundStep("invoice", 1, DAYS["invoice"], {}),
        RefundStep("exchange", 1, DAYS["exchange"], {}),
        RefundStep("claim", 1, DAYS["claim"], {}),
    )
    return RefundScenario(
        name=SOUND,
        zh="一个月的日常出口，单证齐全",
        en="a month's everyday exports, all papers in order",
        start=start,
        claim=TRADER,
        steps=steps,
        path="120 399 800",
        notices=(("1", "refund"),),
    )


def cases(
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
        begins = month(first, scenario.start).replace(day=DAYS[EXPORT])
        planned.append(_case(world, seed, number, scenario, firm, begins))
    return [*planned, *_everyday(world, first, trades, len(planned))]


def traders(trades: int) -> int:
    """The number of exporters that sell every day, when there are so many everyday exports in a year."""
    return max(TRADERS, -(-trades // (MONTHS * ROOM))) if trades else 0


def exports(world: World, seed: int, case: RefundCase) -> Iterator[ExportTrade]:
    """The everyday exports that a case has planned, one after the other."""
    shop = ExportShop(alone(world, case.firm), seed, case.first)
    return (shop.trade(case.number * ROOM + place) for place in range(case.planned))


def short(world: World, seed: int, day: date) -> list[RefundCase]:
    """The cases of a demo: every short scenario exports on one day, each by another of the world's exporters."""
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
    shop = ExportShop(alone(world, firm), seed, case.first, {scenario.mode: 100})
    place = number * ROOM
    for goods in scenario.goods:
        shape = Shape(mode=scenario.mode, goods=goods.kind, lines=1, quantity=goods.quantity, price=goods.price)
        place = _sold_in(scenario.currency, shop, shape, place)
        case.trades.append(shop.trade(place, shape, flag="B"))
        place += 1
    return case


def _sold_in(currency: str, shop: ExportShop, shape: Shape, number: int) -> int:
    """The first export from a number on that is sold in a currency."""
    while (order := shop.trade(number, shape, flag="B").order) is None or LETTERS[order.head["currency"]] != currency:
        number += 1
    return number


def _everyday(world: World, first: date, trades: int, taken: int) -> Iterator[RefundCase]:
    firms = [RefundExporter(taken + place, world.exporters[taken + place]) for place in range(traders(trades))]
    parts = MONTHS * len(firms)
    for each in range(parts):
        later, who = divmod(each, len(firms))
        planned = trades * (each + 1) // parts - trades * each // parts
        if planned:
            begins = month(first, later).replace(day=DAYS[EXPORT])
            yield RefundCase(taken + each, everyday(later), firms[who], begins, planned=planned)


def month(first: date, later: int) -> date:
    """The first day of the month so many months later."""
    months = first.year * 12 + first.month - 1 + later
    return date(months // 12, months % 12 + 1, 1)
