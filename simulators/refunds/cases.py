"""A refund scenario in play: one exporter, its exports, papers and claims, and what the claims must come to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from simulators.draws import Draws
from simulators.exports.trade import ExportTrade
from simulators.refunds import arithmetic
from simulators.refunds.arithmetic import CENT
from simulators.refunds.firms import MANUFACTURER, RefundExporter
from simulators.refunds.items import ExportedItem
from simulators.refunds.papers import (
    SOLD_ABROAD,
    SPECIAL,
    UNSOLD,
    Bought,
    ClaimLink,
    ClaimPaper,
    InvoiceUse,
    PurchaseInvoice,
)
from simulators.refunds.scenarios import CLAIM, RECONCILE, RETURN, RefundScenario

SOUND, OVERSEAS = "sound", "9810"
REPORT, AGAIN = "SH", "SJ"
"""How numbers of reports of exchange begin, and of second ones about the same orders."""
USUAL_RATE = Decimal("0.13")
"""Levy and refund rate of the goods that synthetic exporters sell every day."""


class Lot(NamedTuple):
    """The domestic purchase of an item: quantity, yuan before tax, levy rate, and the refund rate of the law."""

    qty: Decimal
    amount: Decimal
    levy: Decimal
    rate: Decimal


class CaseFigures(NamedTuple):
    """The figures kept of a case that is closed: how many exports and items there were, which exports have no item, and
    the amounts that may be told of."""

    exports: int
    items: int
    missing: tuple[str, ...]
    amounts: Mapping[str, Decimal]


@dataclass(slots=True)
class RefundCase:
    """One exporter's exports of a month and what follows. `number` is its place among all cases; `planned` are everyday
    exports that are made when their day comes."""

    number: int
    scenario: RefundScenario
    firm: RefundExporter
    first: date
    trades: list[ExportTrade] = field(default_factory=list)
    items: list[ExportedItem] = field(default_factory=list)
    links: tuple[ClaimLink, ...] = ()
    planned: int = 0
    closed: CaseFigures | None = None

    @property
    def books(self) -> CaseFigures:
        """The number of its exports and items, the exports without an item, and its amounts."""
        if self.closed is not None:
            return self.closed
        orders = {order for item in self.items for order in item.orders}
        wanted = {
            trade.id for trade in self.trades if trade.inventory and trade.inventory.head["statisticsFlag"] != "A"
        }
        amounts = self._amounts() if self.items else {}
        return CaseFigures(len(self.trades), len(self.items), tuple(sorted(wanted - orders)), amounts)

    def close(self) -> None:
        """Let exports, items and links go: nothing is written about them any more."""
        self.closed = self.books
        self.trades, self.items, self.links = [], [], ()

    @property
    def id(self) -> str:
        """The number of its claim, by which all is known."""
        return f"TS{self.first:%y%m%d}{self.number:06d}"

    @property
    def numbers(self) -> Iterator[str]:
        """The numbers under which receipts may speak of it: claim, invoice, two reports of exchange, two
        reconciliations, repayment."""
        yield from (self.id, self.invoice_no, *map(self.number_of, (REPORT, AGAIN, "HS", "HT", "BS")))

    @property
    def second(self) -> str:
        """The number of a second claim."""
        return self.number_of("TZ")

    @property
    def invoice_no(self) -> str:
        """Twenty digits, as invoices have them."""
        return f"{self.first:%y}3702{self.first:%m%d}{self.number:010d}"

    def number_of(self, letters: str) -> str:
        """The number of a paper that begins with these letters."""
        return letters + self.id[2:]

    def lot(self, item: ExportedItem) -> Lot:
        """The domestic purchase of an item: as the scenario says, or drawn for everyday goods."""
        for trade, goods in zip(self.trades, self.scenario.goods, strict=False):
            if trade.id in item.orders:
                return Lot(item.qty * goods.bought / goods.quantity, goods.cost * goods.bought, goods.levy, goods.rate)
        draws = Draws("lot", item.number)
        value = arithmetic.in_yuan(item.fob, item.currency)
        return Lot(
            item.qty, max(CENT, arithmetic.rounded(value * draws.between(500, 800) / 1000)), USUAL_RATE, USUAL_RATE
        )

    def invoice(self, issued: str, only: int = 0) -> PurchaseInvoice:
        """The supplier's invoice for all that was exported, a line an item; `only`: for one of them."""
        lines = tuple(
            Bought(item.code, item.name, item.unit, lot.qty, lot.amount, lot.levy)
            for place, item in self._wanted(only)
            for lot in (self.lot(item),)
        )
        return PurchaseInvoice(self.invoice_no, self.scenario.paper or SPECIAL, issued, self.number_of("HT"), lines)

    def claim(self, period: str, number: str = "", only: int = 0) -> ClaimPaper:
        """The claim for all that was exported; `only` for one of them, which takes of the invoice's first line."""
        self.links = tuple(self._link(place, item, 1 if only else place) for place, item in self._wanted(only))
        vat = self.scenario.vat
        fields = (
            (("outputVat", vat.output), ("inputVat", vat.input), ("creditForward", vat.forward))
            if self.scenario.claim == MANUFACTURER
            else ()
        )
        return ClaimPaper(number or self.id, self.scenario.claim, period, self.links, self.scenario.business, fields)

    def _wanted(self, only: int) -> list[tuple[int, ExportedItem]]:
        return [(place, item) for place, item in enumerate(self.items, 1) if only in (0, place)]

    def _link(self, place: int, item: ExportedItem, line: int) -> ClaimLink:
        used: tuple[InvoiceUse, ...] = ()
        if self.scenario.paper:
            used = (InvoiceUse(self.invoice_no, line, item.qty, self.base(item)),)
        state = UNSOLD if self.scenario.business else SOLD_ABROAD if item.mode == OVERSEAS else ""
        return ClaimLink(f"{self.id}{place:03d}", item, item.qty, item.fob, used, state)

    def base(self, item: ExportedItem) -> Decimal:
        """The cost of the exported goods, at the average price of the purchase."""
        lot = self.lot(item)
        return arithmetic.base([(lot.amount, lot.qty)], item.qty)

    @property
    def amounts(self) -> Mapping[str, Decimal]:
        """Amounts in yuan that notices may name: refund, credited, domestic; unsold: the refund of what was not sold;
        less: the refund of a second claim less what the first one turned out to be too much; back and kept: the refund
        of what came back, and of the rest."""
        return self.books.amounts

    def _amounts(self) -> Mapping[str, Decimal]:
        first, second = self._parts()
        made = self._reckoned(first)
        refund, (sold, price) = made["refund"], self._sold()
        due = arithmetic.rounded(refund * sold * price)
        back = self._reckoned(self._returned())["refund"]
        less = self._reckoned(second)["refund"] - (refund - due)
        return {**made, "unsold": refund - due, "less": less, "back": back, "kept": refund - back}

    def _returned(self) -> list[ExportedItem]:
        """The items of which the goods come back while others stay."""
        only = [step.more["only"] for step in self.scenario.steps if step.do == RETURN and "only" in step.more]
        return [self.items[place - 1] for place in only]

    def _parts(self) -> tuple[list[ExportedItem], list[ExportedItem]]:
        """The items of the first claim and of a second one."""
        only = [step.more["only"] for step in self.scenario.steps if step.do == CLAIM and "only" in step.more]
        if not only:
            return self.items, []
        return self.items[only[0] - 1 : only[0]], self.items[only[-1] - 1 : only[-1]]

    def _sold(self) -> tuple[Decimal, Decimal]:
        """The share of overseas stock that was sold in the end, and the share of its price that was got."""
        for step in self.scenario.steps:
            if step.do == RECONCILE:
                return Decimal(step.more["sold"]), Decimal(step.more.get("price", "1"))
        return Decimal(1), Decimal(1)

    def _reckoned(self, items: Sequence[ExportedItem]) -> dict[str, Decimal]:
        lots = [(item, self.lot(item)) for item in items]
        domestic = _sum(arithmetic.domestic(_yuan(item), USUAL_RATE) for item in items)
        if self.scenario.claim == MANUFACTURER:
            made = arithmetic.manufacturer(((_yuan(item), lot.levy, lot.rate) for item, lot in lots), self.scenario.vat)
            return {"refund": made.refund, "credited": made.credited, "domestic": domestic}
        bases = [(self.base(item), lot) for item, lot in lots] if self.scenario.paper else []
        return {
            "refund": _sum(arithmetic.trader(base, lot.levy, lot.rate) for base, lot in bases),
            "domestic": domestic,
        }


def _yuan(item: ExportedItem) -> Decimal:
    return arithmetic.in_yuan(item.fob, item.currency)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def wrong(claim: ClaimPaper, how: str) -> ClaimPaper:
    """The same claim with something wrong in its first link; raises `KeyError` for what nobody knows."""
    return claim._replace(links=(WRONG[how](claim.links[0]), *claim.links[1:]))


def _fewer(link: ClaimLink) -> ClaimLink:
    (used,) = link.used
    return link._replace(used=(used._replace(qty=used.qty - 1),))


def _code(link: ClaimLink) -> ClaimLink:
    other = "6109909050" if link.item.code != "6109909050" else "6109100010"
    return link._replace(item=link.item._replace(code=other))


def _negative(link: ClaimLink) -> ClaimLink:
    return link._replace(qty=-link.qty, fob=-link.fob)


def _currency(link: ClaimLink) -> ClaimLink:
    other = "EUR" if link.item.currency != "EUR" else "USD"
    return link._replace(item=link.item._replace(currency=other))


WRONG = {"quantity": _fewer, "code": _code, "negative": _negative, "currency": _currency}
