"""The claims of `refund/matching.toml`, and what a case may expect of them."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from declarations.money import amount_text, scaled_from_text
from declarations.refund.matching import (
    ExportLine,
    InvoiceLine,
    ItemFacts,
    MatchingResult,
    MatchingRule,
    PurchaseLine,
    match,
    matching_rule_on,
)
from declarations.refund.rates import percent_text
from tests.law.imported import law
from tests.law.rows import Facts, day

CLAIMANT = "3702660001"
_SCALED = {"qty", "qty2", "fob", "amount", "used", "returned", "used_amount"}


@cache
def rule() -> MatchingRule:
    """Return the rule of matching that the tables speak of."""
    return matching_rule_on(day("2026-06-01"), law())


class KnownClaim(NamedTuple):
    """The facts that `match` takes."""

    exports: list[ExportLine]
    purchases: list[PurchaseLine]
    invoices: dict[tuple[str, int], InvoiceLine]
    items: dict[str, ItemFacts]

    def matched(self) -> MatchingResult:
        """Return the claim matched."""
        return match(self.exports, self.purchases, self.invoices, self.items, CLAIMANT, rule())


def read(case: Facts) -> KnownClaim:
    """Return the claim of a case."""

    def all_of(shape: type[Any], name: str, plural: str) -> list[Any]:
        return [_made(shape, {**case["clean"][name], **changed}) for changed in case.get(plural, [{}])]

    invoices, items = all_of(InvoiceLine, "invoice", "invoices"), all_of(ItemFacts, "item", "items")
    return KnownClaim(
        all_of(ExportLine, "export", "exports"),
        all_of(PurchaseLine, "purchase", "purchases"),
        {(invoice.invoice_no, invoice.line): invoice for invoice in invoices},
        {item.item_no: item for item in items},
    )


def _made(shape: type[Any], given: Facts) -> Any:
    facts = {name: scaled_from_text(value) if name in _SCALED else value for name, value in given.items()}
    if "tax_rate" in facts:
        facts["tax_rate"] = Decimal(facts["tax_rate"])
    return shape(**facts)


def shown(matching: MatchingResult) -> dict[str, Any]:
    """Return all that a case may expect, by its key."""
    links = matching.links
    return {
        "links": [link.link_no for link in links],
        "bases": {link.link_no: amount_text(link.base) for link in links},
        "levies": {link.link_no: percent_text(link.levy).rstrip("%") for link in links},
        "workings": [" ".join((reason.rule, *reason.values.values())) for link in links for reason in link.working],
        "certified": all(link.has_certificates for link in links),
        "invoices_taken": [
            f"{invoice.invoice_no}:{invoice.line} {amount_text(invoice.qty)} {amount_text(invoice.amount)}"
            for link in links
            for invoice in link.invoice_uses
        ],
        "items_taken": [f"{taken.item_no} {amount_text(taken.qty)}" for link in links for taken in link.item_uses],
    }
