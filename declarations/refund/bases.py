"""The tax base of a link's purchases: the average price of its invoices times what was exported (reading 36).

round2(Σ amount ÷ Σ quantity × exported quantity), over the unused parts of the cited invoice lines. The average is not
rounded, and all lines are used equally, so the unused parts keep the same average price.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from declarations.money import Scaled, amount_text
from declarations.reasons import Reason
from declarations.refund.faults import LineFault, make_fault
from declarations.refund.invoices import amount_left
from declarations.refund.lines import InvoiceLine, InvoiceLineUse, LinkedLines, PurchaseLine
from declarations.refund.rule import MatchingRule
from declarations.tax.allocation import FEN, allocate

WORKING = "20302"
CitedInvoiceLine: TypeAlias = tuple[PurchaseLine, InvoiceLine]


class AveragePrice(NamedTuple):
    """The unused amount and quantity of invoice lines, not divided, to avoid rounding."""

    amount: Scaled
    qty: Scaled

    def base_of(self, qty: Scaled) -> Scaled:
        """Return the amount before tax of a quantity, rounded half up to fen."""
        return (2 * self.amount * qty + self.qty * FEN) // (2 * self.qty * FEN) * FEN

    def working_of(self, link: LinkedLines, base: Scaled) -> Reason:
        """Return the calculation of a link's base as a reason."""
        return Reason(
            WORKING,
            {
                "link": link.link_no,
                "amount": amount_text(self.amount),
                "bought": amount_text(self.qty),
                "qty": amount_text(link.qty),
                "unit": link.unit,
                "base": amount_text(base),
            },
        )


def average_price_of(cited: Sequence[CitedInvoiceLine]) -> AveragePrice:
    """Return the average of the unused parts of cited invoice lines."""
    return AveragePrice(
        sum(amount_left(invoice) for _, invoice in cited), sum(invoice.qty - invoice.used for _, invoice in cited)
    )


def check_stated_amount(
    link: LinkedLines, cited: Sequence[CitedInvoiceLine], base: Scaled, rule: MatchingRule
) -> Iterator[LineFault]:
    """Check the amount claimed for the purchases: it must be right at the average price or at each invoice's price."""
    stated = sum(line.amount for line, _ in cited)
    tolerance = rule.amount * len(cited)
    if abs(stated - base) <= tolerance:
        return
    amount_at_own_prices = sum(invoice.amount * line.qty // invoice.qty for line, invoice in cited)
    if abs(stated - amount_at_own_prices) > tolerance:
        number, texts = link.purchases[0].number, {"found": amount_text(stated), "expected": amount_text(base)}
        yield make_fault("20247", number, link.link_no, rule.parameter_ids, **texts)


def amounts_used(cited: Sequence[CitedInvoiceLine], base: Scaled) -> Iterator[InvoiceLineUse]:
    """Yield the amount used of each line: its unused amount minus the remaining one, which is divided by the remaining
    quantities."""
    remaining_quantities = [invoice.qty - invoice.used - line.qty for line, invoice in cited]
    amounts = [amount_left(invoice) for _, invoice in cited]
    remaining_amounts = (
        allocate(max(0, sum(amounts) - base), remaining_quantities)
        if any(remaining_quantities)
        else [0] * len(remaining_quantities)
    )
    for (line, _), amount, remaining_amount in zip(cited, amounts, remaining_amounts, strict=True):
        yield InvoiceLineUse(line.invoice_no, line.invoice_line, line.qty, amount - remaining_amount)


def amounts_used_in_proportion(cited: Sequence[CitedInvoiceLine]) -> Iterator[InvoiceLineUse]:
    """Yield the amounts used of certificates, at their own price."""
    for line, invoice in cited:
        yield InvoiceLineUse(line.invoice_no, line.invoice_line, line.qty, invoice.amount * line.qty // invoice.qty)
