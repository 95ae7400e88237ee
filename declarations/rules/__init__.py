"""Port checks: what one document must fulfil by itself, before anything is compared or stored as declared.

One function a rule, its docstring the rule's sentence and source; `check` applies all rules of a kind and returns every
reason, `describe` lists them all for the reference.
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
from declarations.rules.codes import in_force
from declarations.rules.rule import CheckFacts, Codes, Rule, RuleBook
from schemas.receipt_texts import text

BOOKS = {
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
    for kind, book in BOOKS.items()
}

__all__ = ["BOOKS", "CheckFacts", "Codes", "Rule", "RuleBook", "RuleDoc", "check", "describe", "in_force", "named"]


class RuleDoc(NamedTuple):
    """One rule of one kind as the reference shows it: sentence and source, and the words of its receipt."""

    kind: str
    code: str
    name: str
    sentence: str
    source: str
    zh: str
    en: str
    each_line: bool


def check(kind: str, document: Document, facts: CheckFacts) -> list[Reason]:
    """Every port check that a document breaks, in the order of the rules; empty for a clean document."""
    head, line = _TESTS[kind]
    reasons = []
    for test, code in head:
        broken = test(document, facts)
        if broken is not None:
            reasons.append(named(kind, document, Reason(code, broken)))
    if line:
        for part in document.lines:
            for test, code in line:
                broken = test(part, facts)
                if broken is not None:
                    reasons.append(named(kind, document, Reason(code, broken)))
    return reasons


def named(kind: str, document: Document, reason: Reason) -> Reason:
    """A reason with the document's business key among its values, as the port's words need it."""
    key = {field: str(getattr(document, field)) for field in BOOKS[kind].key}
    return reason._replace(values={**key, **reason.values})


def describe() -> tuple[RuleDoc, ...]:
    """Every rule of every kind, in the order in which they are applied."""
    return tuple(_doc(book, rule) for book in BOOKS.values() for rule in (*book.head, *book.line))


def _doc(book: RuleBook, rule: Rule) -> RuleDoc:
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
