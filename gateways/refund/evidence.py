"""Loads the evidence of all claims of a batch together: items, invoices, exchange, exporters, classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from declarations.money import decimal_of
from declarations.refund.export_date import export_date_of_month
from declarations.refund.matching import InvoiceKey, InvoiceLine, ItemFacts
from declarations.refund.rates import RefundRates
from gateways.records import FiledDocument
from gateways.refund.repository import (
    ExchangePool,
    ExporterStanding,
    Invoice,
    InvoiceLineRow,
    Item,
    RefundAccount,
    RefundDesk,
    RefundRepository,
)

EXPORT, PURCHASE = "E", "P"


class ClaimEvidence(NamedTuple):
    """The evidence for the claims of a batch. Items, lines and pools change as the claims use them one after the
    other."""

    items: Mapping[str, Item]
    invoices: Mapping[str, Invoice]
    lines: Mapping[InvoiceKey, InvoiceLineRow]
    pools: Mapping[str, Mapping[str, ExchangePool]]
    accounts: Mapping[str, RefundAccount]
    standings: Mapping[str, ExporterStanding]
    rates: RefundRates


def load_evidence(claims: Sequence[FiledDocument], desk: RefundDesk) -> ClaimEvidence:
    """Load the rows that these claims name; accounts first, since their locks cover the ledgers."""
    companies = {document.facts.ebc_code for document in claims}
    accounts = desk.repository.accounts(companies)
    items = items_of(
        {line.item_no for document in claims for line in document.facts.lines if line.part == EXPORT}, desk
    )
    invoices = desk.repository.invoices_on_file(
        {line.invoice_no for document in claims for line in document.facts.lines if line.part == PURCHASE}
    )
    rows = desk.repository.invoice_lines([invoice.id for invoice in invoices.values()])
    lines = {(invoice.invoice_no, row.number): row for invoice in invoices.values() for row in rows[invoice.id]}
    return ClaimEvidence(
        items,
        invoices,
        lines,
        pools_by_name({item.pool for item in items.values()}, desk.repository),
        accounts,
        desk.repository.standings(companies),
        desk.repository.rates(),
    )


def items_of(given_numbers: Iterable[str], desk: RefundDesk) -> Mapping[str, Item]:
    """Return items by number. An item of a summary declaration that only has a month gets its export date."""
    items = desk.repository.items(set(given_numbers))
    for item in items.values():
        if len(item.exported_on) == _MONTH:
            item.exported_on = export_date_of_month(item.exported_on, desk.law).isoformat()
    return items


_MONTH = len("2026-11")


def pools_by_name(names: Iterable[str], repository: RefundRepository) -> dict[str, dict[str, ExchangePool]]:
    """Return pools by name, then currency."""
    pools: dict[str, dict[str, ExchangePool]] = {}
    for (name, currency), pool in repository.pools(set(names)).items():
        pools.setdefault(name, {})[currency] = pool
    return pools


def invoice_line_of(row: InvoiceLineRow, invoice: Invoice) -> InvoiceLine:
    """Convert an invoice line for matching."""
    return InvoiceLine(
        invoice_no=invoice.invoice_no,
        line=row.number,
        kind=invoice.kind,
        usage=invoice.usage,
        seller_code=invoice.seller_code,
        buyer=invoice.ebc_code,
        hs10=row.gcode,
        name=row.gname,
        unit=row.unit,
        qty=row.qty,
        amount=row.amount,
        tax_rate=decimal_of(row.tax_rate),
        used=row.used,
        contract_no=invoice.contract_no,
        used_amount=row.used_amount,
    )


def item_facts_of(item: Item) -> ItemFacts:
    """Convert an item for matching."""
    return ItemFacts(
        item_no=item.item_no,
        hs10=item.gcode,
        unit=item.unit,
        qty=item.qty,
        unit2=item.unit2,
        qty2=item.qty2,
        used=item.used,
        returned=item.returned,
        currency=item.currency,
        fob=item.fob,
    )
