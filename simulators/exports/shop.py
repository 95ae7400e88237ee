"""Makes the n-th export trade of a seed in a world; it does not depend on the number of trades or on earlier ones.

Sound trades stay below the limit of the list channel: a basket is drawn in yuan, below `ROOM`, and priced in the
currency of the buyer's country at a rate that is only ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from simulators.draws import Draws
from simulators.exports import documents
from simulators.exports.documents import Destination, Sale, SaleLine
from simulators.exports.goods import ORDINARY, TOY, ExportGood, export_goods
from simulators.exports.trade import ExportParties, ExportTrade, Flight
from simulators.imports.shop import ordered_at
from simulators.traded import Shape
from simulators.world import World

MODES = {"9610": 55, "9710": 20, "9810": 15, "1210": 10}
"""Trade modes in percent of trades."""
SIMPLIFIED = {"9610": 60, "9710": 30, "9810": 30, "1210": 0}
"""Simplified lists (statisticsFlag A) in percent, by mode; zones have none."""
DESTINATIONS = (
    Destination("133", "1341", "502", Decimal("7.2")),
    Destination("133", "1341", "133", Decimal("0.0053")),
    Destination("116", "1303", "116", Decimal("0.049")),
    Destination("116", "1303", "502", Decimal("7.2")),
    Destination("502", "3154", "502", Decimal("7.2")),
    Destination("304", "2110", "300", Decimal("8.1")),
    Destination("303", "2291", "303", Decimal("9.4")),
    Destination("601", "3504", "502", Decimal("7.2")),
)
"""Countries, ports and currencies; the ports' codes are illustrative, the rates are not those of customs."""
VOYAGES = (
    ("4227", "2", "NEW GOLDEN BRIDGE V", "W"),
    ("4220", "5", "KE842", "B"),
    ("4220", "5", "NH928", "B"),
    ("4240", "5", "CK259", "Z"),
    ("4240", "5", "RH9513", "Z"),
)
"""Port office, transport mode, vehicle and the letter of its voyages. None is a real schedule."""
ROOM = 380_000
"""Limit in fen on the goods of a basket, below the limit of the list channel whatever the exchange rates."""
ABOARD = 2_000
"""Consecutive trades whose parcels may share a master waybill."""
LAST_COLLECTED = date(2024, 12, 14)
"""Until then every trade has its collection (403); later one in ten still sends it."""
FREIGHT = (0, 800, 1200, 1800, 2500, 4000)
LINES, QUANTITY = (1, 1, 1, 2, 2, 3), {"9610": (1, 1, 2), "1210": (1, 1, 2), "9710": (2, 4, 6), "9810": (3, 5, 8)}
_STEPS = (0, 20, 600, 1200)
"""Seconds from the order to order, collection, waybill and list."""


class ExportShop:
    """Export trades of one world, seed and day; `modes` gives each trade mode its share.

    `aboard`: how many trades in a row share their master waybills. `together`: all with one carrier on one voyage.
    `ordered_at` gives each number the second of the day of its order.
    """

    def __init__(
        self,
        world: World,
        seed: int,
        day: date,
        modes: Mapping[str, int] | None = None,
        *,
        aboard: int = ABOARD,
        together: bool = False,
        ordered_at: Callable[[int], int] = ordered_at,
    ) -> None:
        self.world, self.seed, self.day, self._aboard, self._ordered_at = world, seed, day, aboard, ordered_at
        self._voyages = VOYAGES[:1] if together else VOYAGES
        self._carriers = world.carriers[:1] if together else world.carriers
        self._mode_of = [mode for mode, share in (modes or MODES).items() for _ in range(share)]
        self._mark = f"{Draws(world.seed, seed, 'export mark').below(1 << 20):05X}"
        self._midnight = datetime.combine(day, time())
        self._shelf: dict[str, list[ExportGood]] = {}
        self._zone: dict[str, list[ExportGood]] = {}
        for good in export_goods():
            for kind in (good.kind, ORDINARY) if good.kind == TOY else (good.kind,):
                self._shelf.setdefault(kind, []).append(good)
                if good.zone:
                    self._zone.setdefault(kind, []).append(good)

    def trade(
        self, number: int, shape: Shape | None = None, *, alone: bool = False, flag: str = "", serial: str = ""
    ) -> ExportTrade:
        """The trade with this number, in this shape; without a fault. `alone`: on a master waybill of its own; `flag`:
        its statisticsFlag; `serial`: its numbers, where they are not to be those of its place."""
        sale = self._sale(number, shape or Shape(), alone, flag, serial)
        collected = self.day <= LAST_COLLECTED or number % 10 == 3
        return ExportTrade(
            id=sale.order_no,
            number=number,
            day=self.day,
            mode=sale.mode,
            parties=sale.parties,
            flight=sale.flight,
            order=documents.order(sale),
            collection=documents.collection(sale) if collected else None,
            waybill=documents.waybill(sale),
            inventory=documents.inventory(sale),
        )

    def serial(self, number: int, turn: int = 0) -> str:
        """The serial number that all documents of the trade at this place share; other turns give others."""
        return f"{self.day:%y%m%d}{self._mark}{number:07d}{f'T{turn}' if turn else ''}"

    def _sale(self, number: int, shape: Shape, alone: bool, flag: str, serial: str) -> Sale:
        draws = Draws(self.world.seed, self.seed, "export", number)
        mode = shape.mode or draws.one_of(self._mode_of)
        parties = self._parties(draws, mode)
        destination = draws.one_of(DESTINATIONS)
        serial = serial or self.serial(number)
        items = self._items(draws, shape, mode, destination)
        net = sum(item.quantity * item.good.grams for item in items)
        flight = self._flight(draws, number, parties, serial if alone else "")
        return Sale(
            serial=serial,
            mode=mode,
            parties=parties,
            destination=destination,
            flight=flight,
            items=items,
            statistics_flag=flag or self._flag(draws, mode, items),
            office=parties.warehouse.customs_code if parties.warehouse else flight.port,
            freight=draws.one_of(FREIGHT),
            net=net,
            gross=net + 60 + draws.below(200),
            times=self._times(number),
            names_flight=draws.below(2) == 0,
        )

    def _flag(self, draws: Draws, mode: str, items: tuple[SaleLine, ...]) -> str:
        """A or B; six digits of which two are zeros look like four, so that such goods are listed in full."""
        looks_short = mode != "9610" and any(item.good.hs10[4:6] == "00" for item in items)
        return "A" if draws.below(100) < SIMPLIFIED[mode] and not looks_short else "B"

    def _parties(self, draws: Draws, mode: str) -> ExportParties:
        world = self.world
        return ExportParties(
            None if draws.below(10) == 0 else world.draw_by_size(draws, world.export_platforms),
            world.draw_by_size(draws, world.exporters),
            world.draw_by_size(draws, world.producers),
            world.draw_by_size(draws, world.payment_providers),
            world.draw_by_size(draws, self._carriers),
            world.draw_by_size(draws, world.agents),
            world.export_warehouse if mode == "1210" else None,
        )

    def _flight(self, draws: Draws, number: int, parties: ExportParties, alone: str) -> Flight:
        port, traf_mode, vehicle, letter = draws.one_of(self._voyages)
        carrier = self.world.carriers.index(parties.carrier)
        bill_no = f"{vehicle[:2]}{self.day:%y%m%d}{port}{self._mark}{carrier}{number // self._aboard:04d}"
        return Flight(
            port, traf_mode, vehicle, f"{self.day:%m%d}{letter}", f"M{alone}" if alone else bill_no, bool(alone)
        )

    def _items(self, draws: Draws, shape: Shape, mode: str, destination: Destination) -> tuple[SaleLine, ...]:
        on_sale = (self._zone if mode == "1210" else self._shelf)[shape.goods]
        items: list[SaleLine] = []
        first, value = draws.below(len(on_sale)), 0
        for step in range(shape.lines or draws.one_of(LINES)):
            good = on_sale[(first + step * 7) % len(on_sale)]
            price = draws.between(good.lowest, good.highest) if shape.price is None else shape.price
            quantity = shape.quantity or max(1, min(draws.one_of(QUANTITY[mode]), ROOM // 3 // price))
            value += price * quantity
            if value > ROOM and items and not (shape.lines or shape.price is not None):
                break
            items.append(SaleLine(good, quantity, _in(destination, price)))
        return tuple(items)

    def _times(self, number: int) -> tuple[str, str, str, str]:
        start = self._midnight + timedelta(seconds=self._ordered_at(number))
        order, collection, waybill, inventory = (f"{start + timedelta(seconds=step):%Y%m%d%H%M%S}" for step in _STEPS)
        return order, collection, waybill, inventory


def _in(destination: Destination, fen: int) -> int:
    """Convert a price to hundredths of the destination's currency, in whole units for currencies without subunits."""
    price = int(Decimal(fen) / destination.fen)
    return max(100, price // 100 * 100) if destination.fen < 1 else price
