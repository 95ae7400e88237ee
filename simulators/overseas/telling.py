"""A simulated warehouse works through its days, seeded: goods come in, are sold, come back, shrink, are destroyed, go
to an annex; it tells of that in notices that come late, twice, or not for a while. What is true is kept beside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from schemas.message import Transfer
from schemas.writing import write
from simulators.companies import TradingCompany
from simulators.draws import Draws, guid
from simulators.overseas.places import (
    OverseasWarehouse,
    changes_clocks,
    opens_on,
    time_at,
    twice_half_past_two,
)

Elements = dict[str, str]


class Shipment(NamedTuple):
    """Goods on their way to a warehouse: SKU, unit, lot, pieces, and the day on which they arrive at the earliest."""

    sku: str
    unit: str
    lot: str
    pieces: int
    arrives: date


class Troubles(NamedTuple):
    """Shares of a hundred: days on which a piece is lost, notices that come twice, sales that a later notice repeats,
    sales without a voucher, sales that come back, days on which the warehouse begins to be silent for some days; days
    on which a piece is destroyed, days on which one goes to the annex."""

    shrinkage: int = 4
    notice_twice: int = 8
    sale_twice: int = 3
    no_voucher: int = 10
    back: int = 8
    silence: int = 5
    silent_days: int = 9
    destroyed: int = 4
    transfers: int = 5


SIGNS = {"I": 1, "R": 1, "A": 1, "T": 1, "S": -1, "X": -1, "B": -1}
"""Event → what a piece of it does to the stock; lost pieces, and those that go to the annex, are below zero."""
TRANSFER_DAYS = 3
"""Days that a transfer to the annex takes."""
USUAL = Troubles()


class ToldNotice(NamedTuple):
    """A notice and the day on which it is sent; `number` is its noticeNo, `again` whether it was sent before;
    `repeats`: how many of its lines tell what was told before."""

    sent_on: date
    number: str
    as_of: str
    lines: tuple[Elements, ...]
    warehouse: str
    again: bool = False
    repeats: int = 0


@dataclass
class WarehouseTruth:
    """The true moves and stock, whatever was told: pieces by (warehouse, SKU, lot, event), and on hand by (warehouse,
    SKU, lot)."""

    moved: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    on_hand: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    without_voucher: set[str] = field(default_factory=set)

    def note(self, warehouse: str, goods: tuple[str, str], event: str, pieces: int) -> None:
        """Note that pieces of goods (SKU, lot) moved."""
        self.moved[(warehouse, *goods, event)] += pieces
        self.on_hand[(warehouse, *goods)] += SIGNS[event] * pieces

    def total(self, event: str) -> int:
        """Pieces that moved by an event, in all warehouses."""
        return sum(pieces for key, pieces in self.moved.items() if key[-1] == event)


class WarehouseRun(NamedTuple):
    """The notices of a warehouse in the order in which they are sent, and what is true at the end."""

    place: OverseasWarehouse
    notices: tuple[ToldNotice, ...]
    truth: WarehouseTruth


def run_warehouse(
    seed: int,
    place: OverseasWarehouse,
    shipments: Sequence[Shipment],
    until: date,
    troubles: Troubles = USUAL,
    orders_a_day: int = 3,
    closes: date | None = None,
) -> WarehouseRun:
    """Let a warehouse work until a day. The same seed tells the same story; `closes`: the later day on which all that
    is left is destroyed or sent back.

    Holidays of its land delay what comes in and goes out; in the night in which clocks are set back it sells at half
    past two twice."""
    run = _Run(Draws("overseas", seed, place.code), place, troubles)
    day = min(shipment.arrives for shipment in shipments)
    waiting = sorted(shipments, key=lambda shipment: (shipment.arrives, shipment.sku, shipment.lot))
    while day <= until:
        if opens_on(place, day) == day:
            while waiting and waiting[0].arrives <= day:
                run.receive(waiting.pop(0), day)
            run.sell(day, orders_a_day)
            run.shrink(day)
            if day < until - timedelta(days=2 * TRANSFER_DAYS):
                run.transfer(day)
        elif changes_clocks(place, day):
            run.sell_at_night(day)
        run.take_into_annex(day)
        run.tell(day)
        day += timedelta(days=1)
    run.speak_again(until)
    if closes is not None:
        run.clear(closes)
    return WarehouseRun(place, tuple(sorted(run.notices, key=lambda told: told.sent_on)), run.truth)


@dataclass
class _Run:
    draws: Draws
    place: OverseasWarehouse
    troubles: Troubles
    truth: WarehouseTruth = field(default_factory=WarehouseTruth)
    notices: list[ToldNotice] = field(default_factory=list)
    lines: list[Elements] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)
    orders: int = 0
    numbers: int = 0
    silent_until: date | None = None
    sales: list[Elements] = field(default_factory=list)
    coming: dict[date, Elements] = field(default_factory=dict)
    """Transfers on their way to the annex, by the day on which they are there."""
    said: set[tuple[str, str, str]] = field(default_factory=set)

    @property
    def annex(self) -> str:
        """The code of a second house in the same town, to which goods are transferred and from which nothing is
        sold."""
        return f"{self.place.code[:-1]}2"

    def happens(self, of_a_hundred: int) -> bool:
        return self.draws.below(100) < of_a_hundred

    def receive(self, shipment: Shipment, day: date) -> None:
        self.units[shipment.sku] = shipment.unit
        self._note("I", time_at(self.place, day, 8), (shipment.sku, shipment.lot), shipment.pieces)

    def sell(self, day: date, orders: int) -> None:
        for number in range(self.draws.below(2 * orders + 1)):
            self._sell_one(time_at(self.place, day, 9 + number % 9, self.draws.below(60)))
        if self.sales and self.happens(self.troubles.back):
            sale = self.draws.one_of(self.sales)
            self.sales.remove(sale)
            self._note("R", time_at(self.place, day, 20), (sale["itemNo"], sale.get("lot", "")), 1, ref=sale["ref"])

    def sell_at_night(self, day: date) -> None:
        """Sell twice while clocks are set back, as machines do; in spring a little later."""
        first, second = twice_half_past_two(self.place, day)
        for at in (first, second) if first != second else (time_at(self.place, day, 4),):
            self._sell_one(at)

    def _sell_one(self, at: str) -> None:
        if (goods := self._any_goods()) is None:
            return
        self.orders += 1
        ref = f"{self.place.code}-{self.orders:05d}"
        voucher = {} if self.happens(self.troubles.no_voucher) else {"voucherNo": f"RE{ref}"}
        if not voucher:
            self.truth.without_voucher.add(ref)
        self.sales.append(self._note("S", at, goods, 1, ref=ref, **self._price(), **voucher))

    def _any_goods(self) -> tuple[str, str] | None:
        """Any goods (SKU, lot) of which the house has a piece."""
        there = sorted(
            key[1:] for key, pieces in self.truth.on_hand.items() if key[0] == self.place.code and pieces > 0
        )
        return self.draws.one_of(there) if there else None

    def _price(self) -> Elements:
        net = self.draws.between(20, 60) * (1 if self.place.decimals else 150)
        tax = net * self.place.vat / 100
        digits = self.place.decimals
        price = {"price": f"{net + tax:.{digits}f}", "currency": self.place.currency, "taxIncluded": "1"}
        return {**price, "vat": f"{tax:.{digits}f}", "taxBy": self.draws.one_of("SP")}

    def shrink(self, day: date) -> None:
        """Maybe lose a piece, maybe destroy one."""
        for event, chance, pieces in (("A", self.troubles.shrinkage, -1), ("X", self.troubles.destroyed, 1)):
            if (goods := self._any_goods()) is not None and self.happens(chance):
                self._note(event, time_at(self.place, day, 21), goods, pieces)

    def transfer(self, day: date) -> None:
        """Maybe send a piece to the annex, which has it some days later."""
        arrives = day + timedelta(days=TRANSFER_DAYS)
        if (goods := self._any_goods()) is not None and self.happens(self.troubles.transfers):
            ref = f"{self.place.code}-T{day:%m%d}"
            sent = self._note("T", time_at(self.place, day, 22), goods, -1, ref=ref, toWarehouse=self.annex)
            self.coming[arrives] = sent

    def take_into_annex(self, day: date) -> None:
        """Take in what was sent to the annex, which tells of it at once."""
        if (sent := self.coming.pop(day, None)) is not None:
            goods, more = (sent["itemNo"], sent.get("lot", "")), {"ref": sent["ref"], "toWarehouse": self.annex}
            told = self._note("T", time_at(self.place, day, 10), goods, 1, self.annex, **more)
            self._tell_lines(day, [told], self.annex)

    def clear(self, day: date) -> None:
        """Destroy what is left, or send it back to China, and tell so."""
        for warehouse in (self.place.code, self.annex):
            left = sorted(key[1:] for key, pieces in self.truth.on_hand.items() if key[0] == warehouse and pieces)
            lines = [self._clear_one(day, warehouse, goods) for goods in left]
            if lines:
                self._tell_lines(day, lines, warehouse)

    def _clear_one(self, day: date, warehouse: str, goods: tuple[str, str]) -> Elements:
        pieces = self.truth.on_hand[(warehouse, *goods)]
        return self._note(self.draws.one_of("XB"), time_at(self.place, day, 12), goods, pieces, warehouse)

    def _note(
        self, event: str, at: str, goods: tuple[str, str], pieces: int, warehouse: str = "", **more: str
    ) -> Elements:
        """Note a move as true, and as a line to be told; the annex tells its own at once."""
        self.truth.note(warehouse or self.place.code, goods, event, pieces)
        quantity = pieces if event == "A" else abs(pieces)
        line = {"event": event, "eventTime": at, "itemNo": goods[0], "qty": str(quantity), "unit": self.units[goods[0]]}
        line |= ({"lot": goods[1]} if goods[1] else {}) | more
        if not warehouse:
            self.lines.append(line)
        return line

    def tell(self, day: date) -> None:
        """Send what happened today; after a silence all of it at once, and maybe something twice."""
        if self.silent_until is not None and day < self.silent_until:
            return
        if self.lines and self.silent_until is None and self.happens(self.troubles.silence):
            self.silent_until = day + timedelta(days=self.troubles.silent_days)
            return
        self.silent_until = None
        self.speak_again(day)

    def speak_again(self, day: date) -> None:
        """Send what was not told yet."""
        if not self.lines:
            return
        told = list(self.lines)
        if self.sales and self.happens(self.troubles.sale_twice):
            told.append(self.draws.one_of(self.sales))
        notice = self._tell_lines(day, told, self.place.code)
        if self.happens(self.troubles.notice_twice):
            self.notices.append(notice._replace(sent_on=day + timedelta(days=self.draws.below(5)), again=True))
        self.lines.clear()

    def _tell_lines(self, day: date, told: Sequence[Elements], warehouse: str) -> ToldNotice:
        self.numbers += 1
        number, as_of = f"{warehouse}-N{self.numbers:04d}", time_at(self.place, day, 23, 30)
        lines = tuple({"gnum": str(n), **line} for n, line in enumerate(told, 1))
        under = [(line["event"], line["ref"], line["eventTime"]) for line in told if "ref" in line]
        repeats = sum(key in self.said or key in under[:place] for place, key in enumerate(under))
        self.said.update(under)
        self.notices.append(ToldNotice(day, number, as_of, lines, warehouse, repeats=repeats))
        return self.notices[-1]


def messages_of(run: WarehouseRun, merchant: TradingCompany) -> Iterator[tuple[date, bytes]]:
    """Yield each notice as the message that the merchant hands on, with the day on which it is sent."""
    place, sender = run.place, Transfer(merchant.code, merchant.name, "DXP", merchant.dxp_id)
    for count, told in enumerate(run.notices):
        head = {
            "guid": guid("overseas", told.number, count),
            "appType": "1",
            "appTime": f"{told.sent_on:%Y%m%d}{count % 86_400 // 3_600:02d}{count % 3_600 // 60:02d}{count % 60:02d}",
            "warehouseCode": told.warehouse,
            "country": place.country,
            "ebcCode": merchant.code,
            "noticeNo": told.number,
            "part": "1",
            "parts": "1",
            "timeZone": place.zone,
            "asOf": told.as_of,
            **({"eprNo": place.register} if place.register else {}),
        }
        body = write(
            "OverseasStockNotice",
            [(head, list(told.lines))],
            guid=guid("overseas message", told.number, count),
            transfer=sender,
        )
        yield told.sent_on, body
