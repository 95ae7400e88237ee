"""A refund case: the exports, invoices and claims of one exporter, and the expected amounts."""

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
    BoughtLine,
    ClaimLink,
    ClaimPaper,
    InvoiceUse,
    PurchaseInvoice,
)
from simulators.refunds.scenarios import CLAIM, RECONCILE, RETURN, TOLD, RefundScenario, RefundStep

EVERYDAY, OVERSEAS_MODE = "sound", "9810"
REPORT_PREFIX, SECOND_REPORT_PREFIX = "SH", "SJ"
"""Prefixes of the numbers of exchange reports, and of second reports about the same orders."""
USUAL_RATE = Decimal("0.13")
"""Levy and refund rate of the goods that synthetic exporters sell every day."""


class DomesticPurchase(NamedTuple):
    """The domestic purchase of an item: quantity, yuan before tax, levy rate, and the refund rate of the law."""

    qty: Decimal
    amount: Decimal
    levy: Decimal
    rate: Decimal


class CaseFigures(NamedTuple):
    """The figures of a case: number of exports and items, exports without an item, and amounts by name."""

    exports: int
    items: int
    missing: tuple[str, ...]
    amounts: Mapping[str, Decimal]


@dataclass(slots=True)
class RefundCase:
    """One exporter's exports of a month, with the later messages. `number`: its index among all cases; `planned`:
    number of everyday exports, which are generated on their day; `sold_abroad`: export → the share of it that is sold,
    as its warehouse knows."""

    number: int
    scenario: RefundScenario
    firm: RefundExporter
    first: date
    trades: list[ExportTrade] = field(default_factory=list)
    items: list[ExportedItem] = field(default_factory=list)
    links: tuple[ClaimLink, ...] = ()
    planned: int = 0
    closed: CaseFigures | None = None
    sold_abroad: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def figures(self) -> CaseFigures:
        """The number of its exports and items, the exports without an item, and its amounts."""
        if self.closed is not None:
            return self.closed
        orders = {order for item in self.items for order in item.orders}
        expected_orders = {
            trade.id for trade in self.trades if trade.inventory and trade.inventory.head["statisticsFlag"] != "A"
        }
        amounts = self._calculate_amounts() if self.items else {}
        return CaseFigures(len(self.trades), len(self.items), tuple(sorted(expected_orders - orders)), amounts)

    def close(self) -> None:
        """Drop exports, items and links, which no later message needs, and keep the figures."""
        self.closed = self.figures
        self.trades, self.items, self.links = [], [], ()

    @property
    def id(self) -> str:
        """The number of its claim, which identifies the case."""
        return f"TS{self.first:%y%m%d}{self.number:06d}"

    @property
    def numbers(self) -> Iterator[str]:
        """The numbers by which receipts may identify it: of the claim, the invoice, two exchange reports, two
        reconciliations and the repayment."""
        yield from (
            self.id,
            self.invoice_no,
            *map(self.number_of, (REPORT_PREFIX, SECOND_REPORT_PREFIX, "HS", "HT", "BS")),
        )

    @property
    def second_claim_no(self) -> str:
        """The number of a second claim."""
        return self.number_of("TZ")

    @property
    def invoice_no(self) -> str:
        """The number of its invoice, with twenty digits."""
        return f"{self.first:%y}3702{self.first:%m%d}{self.number:010d}"

    def number_of(self, letters: str) -> str:
        """The number of a document, which begins with these letters."""
        return letters + self.id[2:]

    def purchase(self, item: ExportedItem) -> DomesticPurchase:
        """The domestic purchase of an item: as the scenario says, or drawn for everyday goods."""
        for trade, goods in zip(self.trades, self.scenario.goods, strict=False):
            if trade.id in item.orders:
                return DomesticPurchase(
                    item.qty * goods.bought / goods.quantity, goods.cost * goods.bought, goods.levy, goods.rate
                )
        draws = Draws("lot", item.number)
        value = arithmetic.in_yuan(item.fob, item.currency)
        return DomesticPurchase(
            item.qty, max(CENT, arithmetic.round_to_fen(value * draws.between(500, 800) / 1000)), USUAL_RATE, USUAL_RATE
        )

    def invoice(self, issued: str, only: int = 0) -> PurchaseInvoice:
        """The supplier's invoice with a line for each item; `only`: the number of a single item, 0 for all."""
        lines = tuple(
            BoughtLine(item.code, item.name, item.unit, purchase.qty, purchase.amount, purchase.levy)
            for place, item in self._numbered_items(only)
            for purchase in (self.purchase(item),)
        )
        return PurchaseInvoice(self.invoice_no, self.scenario.paper or SPECIAL, issued, self.number_of("HT"), lines)

    def claim(self, period: str, number: str = "", only: int = 0) -> ClaimPaper:
        """The claim for all items; `only`: the number of a single item, which uses the invoice's first line."""
        self.links = tuple(self._link(place, item, 1 if only else place) for place, item in self._numbered_items(only))
        vat = self.scenario.vat
        fields = (
            (
                ("outputVat", vat.output),
                ("inputVat", vat.input),
                ("creditForward", vat.brought_forward),
                ("freeMaterials", vat.tax_free_materials),
                ("bondedMaterials", vat.bonded_materials),
            )
            if self.scenario.claim == MANUFACTURER
            else ()
        )
        return ClaimPaper(number or self.id, self.scenario.claim, period, self.links, self.scenario.business, fields)

    def _numbered_items(self, only: int) -> list[tuple[int, ExportedItem]]:
        return [(place, item) for place, item in enumerate(self.items, 1) if only in (0, place)]

    def _link(self, place: int, item: ExportedItem, line: int) -> ClaimLink:
        used: tuple[InvoiceUse, ...] = ()
        if self.scenario.paper:
            used = (InvoiceUse(self.invoice_no, line, item.qty, self.cost(item)),)
        state = UNSOLD if self.scenario.business else SOLD_ABROAD if item.mode == OVERSEAS_MODE else ""
        return ClaimLink(f"{self.id}{place:03d}", item, item.qty, item.fob, used, state)

    def cost(self, item: ExportedItem) -> Decimal:
        """The cost of the exported goods, at the average price of the purchase."""
        purchase = self.purchase(item)
        return arithmetic.average_cost([(purchase.amount, purchase.qty)], item.qty)

    @property
    def amounts(self) -> Mapping[str, Decimal]:
        """Amounts in yuan that notices may name: refund, credited, domestic.

        unsold: the refund of goods that were not sold; less: the refund of a second claim, minus the excess of the
        first; back and kept: the refund of returned goods, and of the others.
        """
        return self.figures.amounts

    def _calculate_amounts(self) -> Mapping[str, Decimal]:
        first, second = self._claim_items()
        amounts = self._calculate(first)
        refund = amounts["refund"]
        due = self._due(first, refund)
        returned = self._calculate(self._returned_items())["refund"]
        second_difference = self._calculate(second)["refund"] - (refund - due)
        return {
            **amounts,
            "unsold": refund - due,
            "less": second_difference,
            "back": returned,
            "kept": refund - returned,
        }

    def _returned_items(self) -> list[ExportedItem]:
        """The items whose goods are returned while others are not."""
        only = [step.more["only"] for step in self.scenario.steps if step.do == RETURN and "only" in step.more]
        return [self.items[place - 1] for place in only]

    def _claim_items(self) -> tuple[list[ExportedItem], list[ExportedItem]]:
        """The items of the first claim and of a second one."""
        only = [step.more["only"] for step in self.scenario.steps if step.do == CLAIM and "only" in step.more]
        if not only:
            return self.items, []
        return self.items[only[0] - 1 : only[0]], self.items[only[-1] - 1 : only[-1]]

    def _due(self, items: Sequence[ExportedItem], refund: Decimal) -> Decimal:
        """The refund of overseas stock by the share that was sold, and the share of its price that was paid."""
        step = next((step for step in self.scenario.steps if step.do == RECONCILE), None)
        if step is None:
            return refund
        price = Decimal(step.more.get("price", "1"))
        if step.more["sold"] != TOLD:
            return arithmetic.round_to_fen(refund * Decimal(step.more["sold"]) * price)
        return _sum(
            arithmetic.round_to_fen(self._calculate([item])["refund"] * self.share_sold(item, step) * price)
            for item in items
        )

    def share_sold(self, item: ExportedItem, step: RefundStep) -> Decimal:
        """The share of an item that a reconciliation says was sold: as the step says, or as its warehouse knows (all of
        it where none tells)."""
        share = step.more["sold"]
        return self.sold_abroad.get(item.orders[0], Decimal(1)) if share == TOLD else Decimal(share)

    def _calculate(self, items: Sequence[ExportedItem]) -> dict[str, Decimal]:
        purchases = [(item, self.purchase(item)) for item in items]
        bonded = self.scenario.vat.bonded_materials if len(items) == 1 else Decimal(0)
        domestic = _sum(arithmetic.domestic_sale_tax(_yuan(item), USUAL_RATE, bonded) for item in items)
        if self.scenario.claim == MANUFACTURER:
            result = arithmetic.manufacturer_result(
                ((_yuan(item), purchase.levy, purchase.rate) for item, purchase in purchases), self.scenario.vat
            )
            return {"refund": result.refund, "credited": result.credited, "domestic": domestic}
        bases = [(self.cost(item), purchase) for item, purchase in purchases] if self.scenario.paper else []
        return {
            "refund": _sum(arithmetic.trader_refund(base, purchase.levy, purchase.rate) for base, purchase in bases),
            "domestic": domestic,
        }


def _yuan(item: ExportedItem) -> Decimal:
    return arithmetic.in_yuan(item.fob, item.currency)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def corrupt_claim(claim: ClaimPaper, error: str) -> ClaimPaper:
    """The claim with a named error in its first link; raises `KeyError` for an unknown name."""
    return claim._replace(links=(CORRUPTIONS[error](claim.links[0]), *claim.links[1:]))


def _corrupt_quantity(link: ClaimLink) -> ClaimLink:
    (used,) = link.used
    return link._replace(used=(used._replace(qty=used.qty - 1),))


def _corrupt_code(link: ClaimLink) -> ClaimLink:
    other = "6109909050" if link.item.code != "6109909050" else "6109100010"
    return link._replace(item=link.item._replace(code=other))


def _corrupt_sign(link: ClaimLink) -> ClaimLink:
    return link._replace(qty=-link.qty, fob=-link.fob)


def _corrupt_currency(link: ClaimLink) -> ClaimLink:
    other = "EUR" if link.item.currency != "EUR" else "USD"
    return link._replace(item=link.item._replace(currency=other))


CORRUPTIONS = {
    "quantity": _corrupt_quantity,
    "code": _corrupt_code,
    "negative": _corrupt_sign,
    "currency": _corrupt_currency,
}
