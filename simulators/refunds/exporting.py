"""What is exported in a virtual year: what plots want, and everyday exports of traders that claim every month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from simulators.exports.shop import ExportShop
from simulators.exports.trade import ExportTrade
from simulators.refunds.arithmetic import Return
from simulators.refunds.cases import SOUND, Case
from simulators.refunds.firms import TRADER, Firm, alone
from simulators.refunds.items import LETTERS
from simulators.refunds.papers import SPECIAL
from simulators.refunds.plots import DAYS, EXPORT, Plot, Step, plots
from simulators.traded import Shape
from simulators.world import World

TRADERS = 4
"""Exporters that sell every day and claim every month; more where these had more than `ROOM` exports a month."""
MONTHS = 12
ROOM = 1_000
"""Numbers of exports that belong to one case; a claim, a report of exchange and an invoice hold no more lines."""


def everyday(start: int) -> Plot:
    """The plot of a month's everyday exports: all of them are claimed, and paid."""
    steps = (
        Step("invoice", 1, DAYS["invoice"], {}),
        Step("exchange", 1, DAYS["exchange"], {}),
        Step("claim", 1, DAYS["claim"], {}),
    )
    return Plot(
        SOUND,
        "一个月的日常出口，单证齐全",
        "a month's everyday exports, all papers in order",
        TRADER,
        "B",
        "",
        start,
        (),
        Return(),
        TRADER,
        "",
        SPECIAL,
        steps,
        "120 399 800",
        "",
        (("1", "refund"),),
    )


def cases(world: World, seed: int, first: date, trades: int, wanted: Sequence[Plot] | None = None) -> list[Case]:
    """The cases of a year that begins in a month: a firm for each plot, then traders with so many everyday exports,
    which are planned only (`exports` makes them).

    The world needs as many exporters as plots and `traders` together.
    """
    chosen = plots() if wanted is None else wanted
    planned, firms = list[Case](), dict[str, Firm]()
    for number, plot in enumerate(chosen):
        own = Firm(number, world.exporters[number], plot.kind, plot.credit)
        firm = firms[plot.name] = firms.get(plot.follows, own)
        planned.append(_case(world, seed, number, plot, firm, month(first, plot.start).replace(day=DAYS[EXPORT])))
    return [*planned, *_everyday(world, first, trades, len(planned))]


def traders(trades: int) -> int:
    """How many exporters sell every day, when there are so many everyday exports in a year."""
    return max(TRADERS, -(-trades // (MONTHS * ROOM))) if trades else 0


def exports(world: World, seed: int, case: Case) -> Iterator[ExportTrade]:
    """The everyday exports that a case has planned, one after the other."""
    shop = ExportShop(alone(world, case.firm), seed, case.first)
    return (shop.trade(case.number * ROOM + place) for place in range(case.planned))


def short(world: World, seed: int, day: date) -> list[Case]:
    """The cases of a demo: every short plot exports on one day, each by another of the world's exporters."""
    chosen = [plot for plot in plots() if plot.short]
    return [
        _case(world, seed, number, plot, Firm(number, world.exporters[number], plot.kind, plot.credit), day)
        for number, plot in enumerate(chosen)
    ]


def _case(world: World, seed: int, number: int, plot: Plot, firm: Firm, begins: date) -> Case:
    case = Case(number, plot, firm, begins)
    shop = ExportShop(alone(world, firm), seed, case.first, {plot.mode: 100})
    place = number * ROOM
    for goods in plot.goods:
        shape = Shape(mode=plot.mode, goods=goods.kind, lines=1, quantity=goods.quantity, price=goods.price)
        place = _sold_in(plot.currency, shop, shape, place)
        case.trades.append(shop.trade(place, shape, flag="B"))
        place += 1
    return case


def _sold_in(currency: str, shop: ExportShop, shape: Shape, number: int) -> int:
    """The first export from a number on that is sold in a currency."""
    while (order := shop.trade(number, shape, flag="B").order) is None or LETTERS[order.head["currency"]] != currency:
        number += 1
    return number


def _everyday(world: World, first: date, trades: int, taken: int) -> Iterator[Case]:
    firms = [Firm(taken + place, world.exporters[taken + place]) for place in range(traders(trades))]
    parts = MONTHS * len(firms)
    for each in range(parts):
        later, who = divmod(each, len(firms))
        planned = trades * (each + 1) // parts - trades * each // parts
        if planned:
            begins = month(first, later).replace(day=DAYS[EXPORT])
            yield Case(taken + each, everyday(later), firms[who], begins, planned=planned)


def month(first: date, later: int) -> date:
    """The first day of the month so many months later."""
    months = first.year * 12 + first.month - 1 + later
    return date(months // 12, months % 12 + 1, 1)
