"""Matching of a claim: exports, purchases, invoices and customs items, link number by link number (关联号).

Pure functions, independent of the order of lines. When the claim is accepted, the caller adds the quantities to `used`
of invoices and items.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from declarations.refund.faults import LineFault, sort_faults
from declarations.refund.invoices import InvoiceLedger
from declarations.refund.items import ItemLedger
from declarations.refund.lines import (
    ExportLine,
    InvoiceKey,
    InvoiceLine,
    InvoiceLineUse,
    ItemFacts,
    ItemUse,
    LinkedLines,
    MatchingResult,
    PurchaseLine,
)
from declarations.refund.linking import make_link, make_link_of_exports
from declarations.refund.rule import MatchingRule, matching_rule_on

__all__ = [
    "ExportLine",
    "InvoiceKey",
    "InvoiceLine",
    "InvoiceLineUse",
    "ItemFacts",
    "ItemUse",
    "LinkedLines",
    "MatchingResult",
    "MatchingRule",
    "PurchaseLine",
    "match",
    "match_exports",
    "matching_rule_on",
]


def match(
    exports: Iterable[ExportLine],
    purchases: Iterable[PurchaseLine],
    invoices: Mapping[InvoiceKey, InvoiceLine],
    items: Mapping[str, ItemFacts],
    claimant: str,
    rule: MatchingRule,
) -> MatchingResult:
    """Match a trading company's claim (免退税): links, each with the base of its refund, and all reasons to refuse
    them.

    `invoices` (by invoice number and line) and `items` (by item number) are those that the claim cites; a missing one
    is a reason. `claimant` is the code that invoices must name as their buyer.
    """
    export_lines, purchase_lines = sorted(exports), sorted(purchases)
    item_ledger, invoice_ledger = ItemLedger(items, rule), InvoiceLedger(invoices, claimant, rule)
    item_ledger.check_lines(export_lines)
    invoice_ledger.check_lines(purchase_lines)
    faults = _faults_by_link((*item_ledger.faults, *invoice_ledger.faults))
    links = []
    for link_no, (link_exports, link_purchases) in sorted(_group_by_link(export_lines, purchase_lines).items()):
        links.append(
            make_link(
                link_no,
                tuple(link_exports),
                tuple(link_purchases),
                invoices,
                item_ledger.uses_by_link.get(link_no, ()),
                faults.setdefault(link_no, []),
                rule,
            )
        )
    return _make_result(links, faults)


def match_exports(exports: Iterable[ExportLine], items: Mapping[str, ItemFacts], rule: MatchingRule) -> MatchingResult:
    """Match the exports of a claim without purchases (manufacturers, exemption) with customs' items.

    Links have no base and no levy rate.
    """
    export_lines = sorted(exports)
    item_ledger = ItemLedger(items, rule)
    item_ledger.check_lines(export_lines)
    faults = _faults_by_link(item_ledger.faults)
    links = [
        make_link_of_exports(
            link_no, tuple(link_exports), item_ledger.uses_by_link.get(link_no, ()), faults.get(link_no, ())
        )
        for link_no, (link_exports, _) in sorted(_group_by_link(export_lines, ()).items())
    ]
    return _make_result(links, faults)


def _group_by_link(
    exports: Iterable[ExportLine], purchases: Iterable[PurchaseLine]
) -> dict[str, tuple[list[ExportLine], list[PurchaseLine]]]:
    groups: dict[str, tuple[list[ExportLine], list[PurchaseLine]]] = {}
    for export_line in exports:
        if export_line.link_no not in groups:
            groups[export_line.link_no] = ([], [])
        groups[export_line.link_no][0].append(export_line)
    for purchase_line in purchases:
        if purchase_line.link_no not in groups:
            groups[purchase_line.link_no] = ([], [])
        groups[purchase_line.link_no][1].append(purchase_line)
    return groups


def _faults_by_link(faults: Iterable[LineFault]) -> dict[str, list[LineFault]]:
    by_link: dict[str, list[LineFault]] = {}
    for fault in faults:
        by_link.setdefault(fault.link_no, []).append(fault)
    return by_link


def _make_result(links: list[LinkedLines], faults: Mapping[str, list[LineFault]]) -> MatchingResult:
    ordered = sort_faults(fault for link_faults in faults.values() for fault in link_faults)
    return MatchingResult(tuple(links), tuple(fault.reason for fault in ordered))
