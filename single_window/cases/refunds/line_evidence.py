"""The lines of a claim beside what customs, the invoices and the banks know of them, for the officer who decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from single_window.cases.refunds.parts import ClaimedExportOut, ClaimedPurchaseOut, ClaimExchangeOut, ExplanationOut
from single_window.cases.refunds.suggesting import FEN, came_back

DECLARATION_LENGTH = 18
"""Length of the number of a declaration or list, with which the number of each of its items begins."""
CUSTOMS, INVOICE, EXCHANGE = "customs", "invoice", "exchange"


class Bought(NamedTuple):
    """The share that a line uses of an invoice line: amount before tax, tax rate and tax of the quantity, in yuan."""

    invoice_no: str
    invoice_line: int
    amount: str
    tax_rate: str
    tax: str


class LineEvidence(NamedTuple):
    """A line with its invoice lines (those of its link and goods code) and the exchange of its item, if it needs any.

    `differs`, `waits`: (where, what) of each difference and of what is not there yet; `where` is `CUSTOMS`, `INVOICE`
    or `EXCHANGE`, `what` names a label."""

    export: ClaimedExportOut
    purchases: Sequence[Bought]
    exchange: ClaimExchangeOut | None
    differs: Sequence[tuple[str, str]]
    waits: Sequence[tuple[str, str]]

    @property
    def odd(self) -> frozenset[str]:
        """The parties that contradict the claim."""
        return frozenset(where for where, _ in self.differs)


def lines_of(explained: ExplanationOut) -> list[LineEvidence]:
    """Return the evidence for each export line, those with differences first, else in the order of the claim."""
    lines = [_line(explained, export) for export in explained.exports]
    return sorted(lines, key=lambda line: (not line.differs, line.export.number))


def _line(explained: ExplanationOut, export: ClaimedExportOut) -> LineEvidence:
    same = (export.link_no, export.gcode)
    purchases = [bought for bought in explained.purchases if (bought.link_no, bought.gcode) == same]
    pools = [pool for pool in explained.exchange if (pool.pool, pool.currency) == (export.pool, export.currency)]
    exchange = pools[0] if pools else None
    differs = [*_of_customs(export), *_of_invoices(purchases)]
    waits = list[tuple[str, str]]()
    if exchange is not None and not exchange.enough:
        (differs if exchange.overdue else waits).append((EXCHANGE, "evidence_exchange_short"))
    return LineEvidence(export, [_bought(purchase) for purchase in purchases], exchange, differs, waits)


def _bought(purchase: ClaimedPurchaseOut) -> Bought:
    invoiced, rate = Decimal(purchase.invoice_qty or 0), Decimal(purchase.tax_rate or 0)
    share = Decimal(purchase.qty) / invoiced if invoiced else Decimal()
    amount = (Decimal(purchase.amount or 0) * share).quantize(FEN, ROUND_HALF_UP)
    tax = (amount * rate).quantize(FEN, ROUND_HALF_UP)
    return Bought(purchase.invoice_no, purchase.invoice_line, f"{amount}", purchase.tax_rate, f"{tax}")


def sold_together(exports: Sequence[ClaimedExportOut], pool: str) -> list[str]:
    """Return the declarations or lists whose goods foreign exchange is collected for together, by their numbers."""
    return sorted({export.item_no[:DECLARATION_LENGTH] for export in exports if export.pool == pool})


def _of_customs(export: ClaimedExportOut) -> Iterator[tuple[str, str]]:
    if not export.known:
        yield CUSTOMS, "evidence_item_unknown"
        return
    for name in ("gcode", "unit", "currency"):
        if getattr(export, name) != getattr(export, f"item_{name}"):
            yield CUSTOMS, f"evidence_{name}"
    if came_back(export) > 0:
        yield CUSTOMS, "evidence_came_back"
    elif Decimal(export.qty) > Decimal(export.item_qty):
        yield CUSTOMS, "evidence_qty"
    if export.currency == export.item_currency and Decimal(export.fob) > Decimal(export.item_fob):
        yield CUSTOMS, "evidence_fob"


def _of_invoices(purchases: Sequence[ClaimedPurchaseOut]) -> Iterator[tuple[str, str]]:
    if any(not bought.known for bought in purchases):
        yield INVOICE, "evidence_invoice_unknown"
    if any(bought.known and Decimal(bought.left or 0) < 0 for bought in purchases):
        yield INVOICE, "evidence_invoice_used_up"
