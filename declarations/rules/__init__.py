"""Port checks of a single document, before it is compared with others or stored as declared.

Each rule is a function whose docstring is the rule's sentence and source. `check` applies all rules of a kind and
returns all reasons; `describe` lists all rules for the reference.
"""

from __future__ import annotations

from typing import NamedTuple

from declarations.documents import Document
from declarations.reasons import Reason
from declarations.rules import (
    export_inventory,
    export_partners,
    export_requests,
    inventory,
    order,
    payment,
    requests,
    transport,
    waybill,
)
from declarations.rules.codes import codes_in_force
from declarations.rules.rule import CheckFacts, Codes, Rule, RuleBook
from schemas.receipt_texts import text

RULE_BOOKS = {
    book.kind: book
    for book in (
        order.RULES,
        payment.RULES,
        waybill.WAYBILL,
        waybill.STATUS,
        inventory.RULES,
        requests.CANCELLATION,
        requests.REFUND,
        requests.INTAKE,
        requests.STOCK_FILING,
        export_partners.ORDER,
        export_partners.COLLECTION,
        export_partners.WAYBILL,
        export_inventory.RULES,
        export_requests.CANCELLATION,
        transport.CONSOLIDATION,
        transport.ARRIVAL,
        transport.DEPARTURE,
        export_requests.SUMMARY,
        export_requests.REFUND,
        export_requests.TALLY,
    )
}
_TESTS = {
    kind: (
        tuple((rule.test, book.code(rule)) for rule in book.head),
        tuple((rule.test, book.code(rule)) for rule in book.line),
    )
    for kind, book in RULE_BOOKS.items()
}

__all__ = [
    "RULE_BOOKS",
    "CheckFacts",
    "Codes",
    "Rule",
    "RuleBook",
    "RuleDoc",
    "check",
    "codes_in_force",
    "describe",
    "with_business_key",
]


class RuleDoc(NamedTuple):
    """One rule of one kind for the reference: sentence, source, and the texts of its receipt."""

    kind: str
    code: str
    name: str
    sentence: str
    source: str
    zh: str
    en: str
    each_line: bool


def check(kind: str, document: Document, facts: CheckFacts) -> list[Reason]:
    """Return a reason for each port check that a document violates, in the order of the rules."""
    head, line = _TESTS[kind]
    reasons = []
    for test, code in head:
        failure = test(document, facts)
        if failure is not None:
            reasons.append(with_business_key(kind, document, Reason(code, failure)))
    if line:
        for part in document.lines:
            for test, code in line:
                failure = test(part, facts)
                if failure is not None:
                    reasons.append(with_business_key(kind, document, Reason(code, failure)))
    return reasons


def with_business_key(kind: str, document: Document, reason: Reason) -> Reason:
    """Add the document's business key to a reason's values, for the port's texts."""
    key = {field: str(getattr(document, field)) for field in RULE_BOOKS[kind].key}
    return reason._replace(values={**key, **reason.values})


def describe() -> tuple[RuleDoc, ...]:
    """Return all rules of all kinds, in the order in which they are applied."""
    return tuple(_describe_rule(book, rule) for book in RULE_BOOKS.values() for rule in (*book.head, *book.line))


def _describe_rule(book: RuleBook, rule: Rule) -> RuleDoc:
    code = book.code(rule)
    row = text(code.rpartition("/")[2])
    return RuleDoc(
        kind=book.kind,
        code=code,
        name=rule.name,
        sentence=rule.sentence,
        source=rule.source,
        zh=row.zh,
        en=row.en,
        each_line=rule.each_line,
    )
