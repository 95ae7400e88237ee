"""Matching of a claim: exports, purchases, invoices and customs items, link number by link number (关联号).

Pure functions, independent of the order of lines. When the claim is accepted, the caller adds the quantities to `used`
of invoices and items.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from declarations.refund.faults import LineFault, in_order
from declarations.refund.invoices import InvoiceLedger
from declarations.refund.items import ItemLedger
from declarations.refund.lines import (
    ExportLine,
    InvoiceKey,
    InvoiceLine,
    InvoiceTaken,
    ItemFacts,
    ItemTaken,
    LinkedLines,
    Matched,
    PurchaseLine,
)
from declarations.refund.linking import link_of, link_of_exports
from declarations.refund.rule import MatchingRule, matching_rule

__all__ = [
    "ExportLine",
    "InvoiceKey",
    "InvoiceLine",
    "InvoiceTaken",
    "ItemFacts",
    "ItemTaken",
    "LinkedLines",
    "Matched",
    "MatchingRule",
    "PurchaseLine",
    "match",
    "match_exports",
    "matching_rule",
]


def match(
    exports: Iterable[ExportLine],
    purchases: Iterable[PurchaseLine],
    invoices: Mapping[InvoiceKey, InvoiceLine],
    items: Mapping[str, ItemFacts],
    claimant: str,
    rule: MatchingRule,
) -> Matched:
    """Match a trading company's claim (免退税): links, each with the base of its refund, and all reasons to refuse
    them.

    `invoices` (by invoice number and line) and `items` (by item number) are those that the claim cites; a missing one
    is a reason. `claimant` is the code that invoices must name as their buyer.
    """
    sold, bought = sorted(exports), sorted(purchases)
    customs, papers = ItemLedger(items, rule), InvoiceLedger(invoices, claimant, rule)
    customs.take(sold)
    papers.take(bought)
    faults = _by_link((*customs.faults, *papers.faults))
    links = []
    for link_no, (ours, theirs) in sorted(_grouped(sold, bought).items()):
        links.append(
            link_of(
                link_no,
                tuple(ours),
                tuple(theirs),
                invoices,
                customs.taken.get(link_no, ()),
                faults.setdefault(link_no, []),
                rule,
            )
        )
    return _matched(links, faults)


def match_exports(exports: Iterable[ExportLine], items: Mapping[str, ItemFacts], rule: MatchingRule) -> Matched:
    """Match the exports of a claim without purchases (manufacturers, exemption) with customs' items.

    Links have no base and no levy rate.
    """
    sold = sorted(exports)
    customs = ItemLedger(items, rule)
    customs.take(sold)
    faults = _by_link(customs.faults)
    links = [
        link_of_exports(link_no, tuple(ours), customs.taken.get(link_no, ()), faults.get(link_no, ()))
        for link_no, (ours, _) in sorted(_grouped(sold, ()).items())
    ]
    return _matched(links, faults)


def _grouped(
    exports: Iterable[ExportLine], purchases: Iterable[PurchaseLine]
) -> dict[str, tuple[list[ExportLine], list[PurchaseLine]]]:
    groups: dict[str, tuple[list[ExportLine], list[PurchaseLine]]] = {}
    for sold in exports:
        if sold.link_no not in groups:
            groups[sold.link_no] = ([], [])
        groups[sold.link_no][0].append(sold)
    for bought in purchases:
        if bought.link_no not in groups:
            groups[bought.link_no] = ([], [])
        groups[bought.link_no][1].append(bought)
    return groups


def _by_link(faults: Iterable[LineFault]) -> dict[str, list[LineFault]]:
    by_link: dict[str, list[LineFault]] = {}
    for fault in faults:
        by_link.setdefault(fault.link_no, []).append(fault)
    return by_link


def _matched(links: list[LinkedLines], faults: Mapping[str, list[LineFault]]) -> Matched:
    ordered = in_order(fault for ours in faults.values() for fault in ours)
    return Matched(tuple(links), tuple(fault.reason for fault in ordered))
