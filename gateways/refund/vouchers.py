"""The purchase papers of a claim of an exemption: any lawful voucher is accepted, and is used up like an invoice.

Vouchers have no base and may use other units than the exports; they must only show that the claimant bought the goods,
and that no other claim uses them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from declarations.reasons import Reason
from declarations.refund.faults import LineFault, make_fault, sort_faults
from declarations.refund.invoices import InvoiceLedger
from declarations.refund.lines import VOUCHER, InvoiceKey, InvoiceLine, InvoiceLineUse, PurchaseLine
from declarations.refund.matching import MatchingResult
from declarations.refund.rule import MatchingRule

NO_SELLER, NO_EXPORTS = "20223", "20241"


def with_vouchers(
    matched: MatchingResult,
    purchases: Sequence[PurchaseLine],
    invoices: Mapping[InvoiceKey, InvoiceLine],
    claimant: str,
    rule: MatchingRule,
) -> MatchingResult:
    """Add the vouchers of an exemption to its matched links; return the result, with reasons to refuse wrong ones."""
    kinds = rule.vat_kinds | rule.consumption_kinds | {VOUCHER}
    ledger = InvoiceLedger(invoices, claimant, rule._replace(vat_kinds=kinds))
    ledger.check_lines(sorted(purchases))
    faults = [wrong for wrong in ledger.faults if wrong.reason.rule != NO_SELLER]  # private sellers have no code
    by_link: dict[str, list[PurchaseLine]] = {}
    for line in purchases:
        by_link.setdefault(line.link_no, []).append(line)
    known = {link.link_no for link in matched.links}
    faults += [
        make_fault(NO_EXPORTS, lines[0].number, link_no) for link_no, lines in by_link.items() if link_no not in known
    ]
    reasons = (*matched.reasons, *_reasons_of(faults))
    if reasons:
        return matched._replace(reasons=reasons)
    return MatchingResult(
        tuple(
            link._replace(purchases=tuple(ours), invoice_uses=tuple(_voucher_uses(ours, invoices)))
            for link in matched.links
            for ours in (by_link.get(link.link_no, []),)
        ),
        (),
    )


def _reasons_of(faults: Sequence[LineFault]) -> list[Reason]:
    return [wrong.reason for wrong in sort_faults(faults)]


def _voucher_uses(lines: Sequence[PurchaseLine], invoices: Mapping[InvoiceKey, InvoiceLine]) -> list[InvoiceLineUse]:
    taken = []
    for line in lines:
        invoice = invoices[line.invoice_no, line.invoice_line]
        after = invoice.amount * (invoice.used + line.qty) // invoice.qty
        before = invoice.used_amount or 0
        taken.append(InvoiceLineUse(line.invoice_no, line.invoice_line, line.qty, max(0, after - before)))
    return taken
