"""Makes the n-th trade of a seed in a world; it does not depend on the number of trades or on earlier ones.
In 1,024 consecutive trades every buyer has exactly four, so that nobody approaches the annual allowance by chance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

from simulators.draws import Draws
from simulators.imports import documents
from simulators.imports.basket import fill
from simulators.imports.documents import Journey, Purchase
from simulators.imports.trade import ImportTrade, Parties, Shape
from simulators.people import POPULATION, Buyer
from simulators.stock import COSMETIC, DRINK, ORDINARY, Good
from simulators.world import World

MODES = {"9610": 50, "1210": 40, "1239": 10}
"""Trade modes in percent of trades."""
VOYAGES = (
    ("4227", "2", "133", "NEW GOLDEN BRIDGE V", "E"),
    ("4220", "5", "133", "KE841", "A"),
    ("4220", "5", "116", "NH927", "A"),
    ("4240", "5", "502", "CK258", "X"),
    ("4240", "5", "110", "RH9512", "X"),
)
"""Office, transport mode, country of departure, vehicle and the letter of its voyages. None is a real schedule."""
BONDED_ZONE = "Y"
_DAY_BEGINS, _WORKING_SECONDS = 8 * 3_600, 36_000
_STEPS = (0, 20, 600, 1200)
"""Seconds from the order to order, payment, waybill and list."""


def ordered_at(number: int) -> int:
    """The second of the day at which the n-th trade is ordered: in working hours, and not in the order of numbers."""
    return _DAY_BEGINS + number * 29 % _WORKING_SECONDS


class Shop:
    """Trades of one world, seed and day; `modes` gives each trade mode its share, `ordered_at` each number the second
    of the day of its order."""

    def __init__(
        self,
        world: World,
        seed: int,
        day: date,
        modes: Mapping[str, int] | None = None,
        ordered_at: Callable[[int], int] = ordered_at,
    ) -> None:
        self.world, self.seed, self.day, self._ordered_at = world, seed, day, ordered_at
        self._mode_of = [mode for mode, share in (modes or MODES).items() for _ in range(share)]
        self._first_buyer = Draws(world.seed, seed, "buyers").below(POPULATION)
        self._mark = f"{Draws(world.seed, seed, 'mark').below(1 << 20):05X}"
        self._midnight = datetime.combine(day, time())
        self._voyages = [self._voyage(*voyage) for voyage in VOYAGES]
        bonded = _shelf([good for good in world.goods if good.bonded])
        self._shelves = {"9610": _shelf([good for good in world.goods if good.direct]), "1210": bonded, "1239": bonded}

    def _voyage(self, office: str, traf_mode: str, country: str, vehicle: str, letter: str) -> Journey:
        voyage_no, bill_no = f"{self.day:%m%d}{letter}", f"{vehicle[:2]}{self.day:%y%m%d}{office}{letter}"
        return Journey(office, traf_mode, country, vehicle, voyage_no, bill_no)

    def trade(self, number: int, shape: Shape | None = None) -> ImportTrade:
        """The trade with this number, in this shape; without a fault."""
        shape = shape or Shape()
        purchase = self._purchase(number, shape)
        return ImportTrade(
            id=purchase.order_no,
            number=number,
            day=self.day,
            mode=purchase.mode,
            parties=purchase.parties,
            buyer=purchase.buyer,
            order=documents.order(purchase),
            payment=documents.payment(purchase),
            waybill=documents.waybill(purchase),
            inventory=documents.inventory(purchase),
        )

    def _purchase(self, number: int, shape: Shape) -> Purchase:
        draws, serial = Draws(self.world.seed, self.seed, "trade", number), f"{self.day:%y%m%d}{self._mark}{number:07d}"
        mode = shape.mode or draws.one_of(self._mode_of)
        return Purchase(
            key=f"{self.world.seed}|{self.seed}|{serial}",
            order_no=f"D{serial}",
            cop_no=f"L{serial}",
            logistics_no=f"Y{serial}",
            payment_no=f"Z{serial}",
            mode=mode,
            parties=self._parties(draws, mode),
            buyer=self.buyer(number),
            basket=fill(draws, shape, self._shelves[mode]),
            journey=self._journey(draws, mode),
            times=self._times(number),
        )

    def buyer(self, number: int) -> Buyer:
        """The buyer in the trade with this number."""
        block, place = divmod(number, 1024)
        return self.world.buyer((self._first_buyer + block * 256 + place * 147 % 256) % POPULATION)

    def _parties(self, draws: Draws, mode: str) -> Parties:
        world = self.world
        return Parties(
            world.draw_by_size(draws, world.platforms),
            world.draw_by_size(draws, world.merchants),
            world.draw_by_size(draws, world.payment_providers),
            world.draw_by_size(draws, world.carriers),
            world.draw_by_size(draws, world.agents),
            None if mode == "9610" else world.warehouse(mode),
        )

    def _journey(self, draws: Draws, mode: str) -> Journey:
        if mode == "9610":
            return draws.one_of(self._voyages)
        return Journey(self.world.warehouse(mode).customs_code, BONDED_ZONE)

    def _times(self, number: int) -> tuple[str, str, str, str]:
        start = self._midnight + timedelta(seconds=self._ordered_at(number))
        order, payment, waybill, inventory = (f"{start + timedelta(seconds=step):%Y%m%d%H%M%S}" for step in _STEPS)
        return order, payment, waybill, inventory


def _shelf(on_sale: list[Good]) -> dict[str, list[Good]]:
    by_kind: dict[str, list[Good]] = {}
    for good in on_sale:
        by_kind.setdefault(good.kind, []).append(good)
        if good.kind in {COSMETIC, DRINK}:
            by_kind.setdefault(ORDINARY, []).append(good)
    return by_kind
