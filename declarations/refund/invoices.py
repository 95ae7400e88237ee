"""Checks the purchases of a claim against the cited invoices: confirmed for export, the claimant's, not used up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from declarations.money import Scaled, plain
from declarations.refund.faults import LineFault, fault, same
from declarations.refund.lines import FOR_REFUND, InvoiceKey, InvoiceLine, PurchaseLine
from declarations.refund.rule import MatchingRule


class InvoiceLedger:
    """Checks purchase lines one after the other, and remembers the invoice lines cited so far."""

    def __init__(self, invoices: Mapping[InvoiceKey, InvoiceLine], claimant: str, rule: MatchingRule) -> None:
        self._invoices = invoices
        self._claimant = claimant
        self._kinds = rule.vat_kinds | rule.consumption_kinds
        self._cited: dict[InvoiceKey, int] = {}
        self._contracts: dict[str, str] = {}
        self.faults: list[LineFault] = []

    def take(self, lines: Iterable[PurchaseLine]) -> None:
        """Check lines, in the order of their numbers; append the reasons to refuse them to `faults`."""
        for line in lines:
            key = (line.invoice_no, line.invoice_line)
            invoice = self._invoices.get(key)
            first = self._cited.get(key)
            self._cited.setdefault(key, line.number)
            if line.qty <= 0:
                self.faults.append(fault("20231", line.number, line.link_no, found=plain(line.qty)))
            if line.amount <= 0:
                self.faults.append(fault("20232", line.number, line.link_no, found=plain(line.amount)))
            if invoice is None:
                self.faults.append(fault("20220", line.number, line.link_no, **_named(line)))
                continue
            if first is not None:
                self.faults.append(fault("20224", line.number, line.link_no, **_named(line), first=str(first)))
            self.faults.extend(self._holder(line, invoice))
            self.faults.extend(_goods(line, invoice))

    def _holder(self, line: PurchaseLine, invoice: InvoiceLine) -> Iterator[LineFault]:
        """Check kind, usage, buyer, seller and contract of an invoice."""
        number, link = line.number, line.link_no
        if invoice.kind not in self._kinds:
            yield fault("20229", number, link, **_named(line), found=invoice.kind)
        if invoice.usage != FOR_REFUND:
            yield fault("20221", number, link, **_named(line), found=invoice.usage)
        if invoice.buyer != self._claimant:
            yield fault("20222", number, link, **_named(line), found=invoice.buyer, expected=self._claimant)
        if not invoice.seller_code.strip():
            yield fault("20223", number, link, **_named(line))
        contract = self._contracts.setdefault(line.invoice_no, invoice.contract_no)
        if contract != invoice.contract_no:
            yield fault("20230", number, link, **_named(line), found=invoice.contract_no, expected=contract)


def _goods(line: PurchaseLine, invoice: InvoiceLine) -> Iterator[LineFault]:
    """Check the goods of an invoice line, and its unused quantity."""
    number, link = line.number, line.link_no
    if line.hs10 != invoice.hs10:
        yield fault("20227", number, link, **_named(line), found=line.hs10, expected=invoice.hs10)
    if not same(line.name, invoice.name):
        yield fault("20228", number, link, **_named(line), found=line.name, expected=invoice.name)
    if not same(line.unit, invoice.unit):
        yield fault("20226", number, link, **_named(line), found=line.unit, expected=invoice.unit)
    if not 0 <= invoice.tax_rate < 1:
        yield fault("20234", number, link, **_named(line), found=f"{invoice.tax_rate:f}")
    if invoice.qty <= 0 or invoice.amount <= 0:
        yield fault("20233", number, link, **_named(line), qty=plain(invoice.qty), amount=plain(invoice.amount))
    elif amount_left(invoice) < 0:  # an inconsistent ledger: refuse
        yield fault("20233", number, link, **_named(line), qty=plain(invoice.qty), amount=plain(amount_left(invoice)))
    elif line.qty > invoice.qty - invoice.used:
        yield fault(
            "20225",
            number,
            link,
            **_named(line),
            found=plain(line.qty),
            qty=plain(invoice.qty),
            used=plain(invoice.used),
            left=plain(max(0, invoice.qty - invoice.used)),
        )


def _named(line: PurchaseLine) -> dict[str, str]:
    return {"invoice": line.invoice_no, "invoice_line": str(line.invoice_line)}


def amount_left(invoice: InvoiceLine) -> Scaled:
    """Return the unused amount of an invoice line."""
    if invoice.used_amount is None:
        return invoice.amount * (invoice.qty - invoice.used) // invoice.qty
    return invoice.amount - invoice.used_amount
