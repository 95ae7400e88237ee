"""The lines of a claim beside what customs, the invoices and the banks know of them, for the officer who decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from single_window.cases.refunds.parts import ClaimedExportOut, ClaimedPurchaseOut, ClaimExchangeOut, ExplanationOut
from single_window.cases.refunds.suggesting import came_back

CUSTOMS, INVOICE, EXCHANGE = "customs", "invoice", "exchange"


class LineEvidence(NamedTuple):
    """A line with its invoice lines (those of its link and goods code) and the exchange of its item, if it needs any.

    `differs`, `waits`: (where, what) of each difference and of what is not there yet; `where` is `CUSTOMS`, `INVOICE`
    or `EXCHANGE`, `what` names a label."""

    export: ClaimedExportOut
    purchases: Sequence[ClaimedPurchaseOut]
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
    return LineEvidence(export, purchases, exchange, differs, waits)


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
