"""The tax base of a link's purchases: the average price of its invoices times what was exported (reading 36).

round2(Σ amount ÷ Σ quantity × exported quantity), over the unused parts of the cited invoice lines. The average is not
rounded, and all lines are used equally, so the unused parts keep the same average price.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from declarations.money import Scaled, plain
from declarations.reasons import Reason
from declarations.refund.faults import LineFault, fault
from declarations.refund.invoices import amount_left
from declarations.refund.lines import InvoiceLine, InvoiceTaken, LinkedLines, PurchaseLine
from declarations.refund.rule import MatchingRule
from declarations.tax.allocation import FEN, allocate

WORKING = "20302"
Cited: TypeAlias = tuple[PurchaseLine, InvoiceLine]


class Average(NamedTuple):
    """The unused amount and quantity of invoice lines, not divided, to avoid rounding."""

    amount: Scaled
    qty: Scaled

    def base(self, qty: Scaled) -> Scaled:
        """Return the amount before tax of a quantity, rounded half up to fen."""
        return (2 * self.amount * qty + self.qty * FEN) // (2 * self.qty * FEN) * FEN

    def working(self, link: LinkedLines, base: Scaled) -> Reason:
        """Return the calculation of a link's base as a reason."""
        return Reason(
            WORKING,
            {
                "link": link.link_no,
                "amount": plain(self.amount),
                "bought": plain(self.qty),
                "qty": plain(link.qty),
                "unit": link.unit,
                "base": plain(base),
            },
        )


def average(cited: Sequence[Cited]) -> Average:
    """Return the average of the unused parts of cited invoice lines."""
    return Average(
        sum(amount_left(invoice) for _, invoice in cited), sum(invoice.qty - invoice.used for _, invoice in cited)
    )


def misstated(link: LinkedLines, cited: Sequence[Cited], base: Scaled, rule: MatchingRule) -> Iterator[LineFault]:
    """Check the amount claimed for the purchases: it must be right at the average price or at each invoice's price."""
    stated = sum(line.amount for line, _ in cited)
    most = rule.amount * len(cited)
    if abs(stated - base) <= most:
        return
    own = sum(invoice.amount * line.qty // invoice.qty for line, invoice in cited)
    if abs(stated - own) > most:
        yield fault(
            "20247", link.purchases[0].number, link.link_no, rule.parameters, found=plain(stated), expected=plain(base)
        )


def taken(cited: Sequence[Cited], base: Scaled) -> Iterator[InvoiceTaken]:
    """Yield the amount used of each line: its unused amount minus the remaining one, which is divided by the remaining
    quantities."""
    left = [invoice.qty - invoice.used - line.qty for line, invoice in cited]
    amounts = [amount_left(invoice) for _, invoice in cited]
    stays = allocate(max(0, sum(amounts) - base), left) if any(left) else [0] * len(left)
    for (line, _), amount, stay in zip(cited, amounts, stays, strict=True):
        yield InvoiceTaken(line.invoice_no, line.invoice_line, line.qty, amount - stay)


def taken_in_proportion(cited: Sequence[Cited]) -> Iterator[InvoiceTaken]:
    """Yield the amounts used of certificates, at their own price."""
    for line, invoice in cited:
        yield InvoiceTaken(line.invoice_no, line.invoice_line, line.qty, invoice.amount * line.qty // invoice.qty)
