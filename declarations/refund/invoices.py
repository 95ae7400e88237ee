"""Checks the purchases of a claim against the cited invoices: confirmed for export, the claimant's, not used up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from declarations.money import Scaled, amount_text
from declarations.refund.faults import LineFault, are_same, make_fault
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

    def check_lines(self, lines: Iterable[PurchaseLine]) -> None:
        """Check lines, in the order of their numbers; append the reasons to refuse them to `faults`."""
        for line in lines:
            key = (line.invoice_no, line.invoice_line)
            invoice, first = self._invoices.get(key), self._cited.get(key)
            self._cited.setdefault(key, line.number)
            self.faults.extend(_check_amounts(line))
            if invoice is None:
                self.faults.append(_fault_of_line(line, "20220"))
                continue
            if first is not None:
                self.faults.append(_fault_of_line(line, "20224", first=str(first)))
            self.faults.extend(self._check_head(line, invoice))
            self.faults.extend(_check_goods(line, invoice))

    def _check_head(self, line: PurchaseLine, invoice: InvoiceLine) -> Iterator[LineFault]:
        """Check kind, usage, buyer, seller and contract of an invoice."""
        fault = partial(_fault_of_line, line)
        if invoice.kind not in self._kinds:
            yield fault("20229", found=invoice.kind)
        if invoice.usage != FOR_REFUND:
            yield fault("20221", found=invoice.usage)
        if invoice.buyer != self._claimant:
            yield fault("20222", found=invoice.buyer, expected=self._claimant)
        if not invoice.seller_code.strip():
            yield fault("20223")
        contract = self._contracts.setdefault(line.invoice_no, invoice.contract_no)
        if contract != invoice.contract_no:
            yield fault("20230", found=invoice.contract_no, expected=contract)


def _check_amounts(line: PurchaseLine) -> Iterator[LineFault]:
    if line.qty <= 0:
        yield make_fault("20231", line.number, line.link_no, found=amount_text(line.qty))
    if line.amount <= 0:
        yield make_fault("20232", line.number, line.link_no, found=amount_text(line.amount))


def _check_goods(line: PurchaseLine, invoice: InvoiceLine) -> Iterator[LineFault]:
    """Check the goods of an invoice line, and its unused quantity."""
    fault = partial(_fault_of_line, line)
    if line.hs10 != invoice.hs10:
        yield fault("20227", found=line.hs10, expected=invoice.hs10)
    if not are_same(line.name, invoice.name):
        yield fault("20228", found=line.name, expected=invoice.name)
    if not are_same(line.unit, invoice.unit):
        yield fault("20226", found=line.unit, expected=invoice.unit)
    if not 0 <= invoice.tax_rate < 1:
        yield fault("20234", found=f"{invoice.tax_rate:f}")
    qty, left = amount_text(invoice.qty), invoice.qty - invoice.used
    if invoice.qty <= 0 or invoice.amount <= 0:
        yield fault("20233", qty=qty, amount=amount_text(invoice.amount))
    elif amount_left(invoice) < 0:  # an inconsistent ledger: refuse
        yield fault("20233", qty=qty, amount=amount_text(amount_left(invoice)))
    elif line.qty > left:
        found, used = amount_text(line.qty), amount_text(invoice.used)
        yield fault("20225", found=found, qty=qty, used=used, left=amount_text(max(0, left)))


def _fault_of_line(line: PurchaseLine, rule: str, **values: str) -> LineFault:
    invoice = {"invoice": line.invoice_no, "invoice_line": str(line.invoice_line)}
    return make_fault(rule, line.number, line.link_no, **invoice, **values)


def amount_left(invoice: InvoiceLine) -> Scaled:
    """Return the unused amount of an invoice line."""
    if invoice.used_amount is None:
        return invoice.amount * (invoice.qty - invoice.used) // invoice.qty
    return invoice.amount - invoice.used_amount
