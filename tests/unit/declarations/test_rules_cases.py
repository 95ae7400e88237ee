"""No port check goes untested by tests/law/tables/rules or without words."""

from __future__ import annotations

from datetime import date
from typing import Any, get_type_hints

from known import cases

from declarations.documents import DOCUMENTS
from declarations.documents.extraction import field_name, line_class
from declarations.reasons import Reason
from declarations.rules import RULE_BOOKS, CheckFacts, check, codes_in_force, describe
from schemas import catalogue
from tests.law.clean_documents import document
from tests.tables import each

NO_OFFICES = ("9999", "0000", "")
JUDGED_BY_AGENCIES = frozenset(
    {"registration", "forex_report", "refund_claim", "reconciliation", "overseas_stock_notice", "korea_list"}
)
"""Kinds without port checks: their agency compares (tests/law/tables/registration, forex, refund)."""
SENDER = "DXPENT0000000001"
DAY = date(2026, 6, 1)
CASES = [(kind, case) for parameter in cases("rules") for case in parameter.values for kind in case["kinds"]]


def _reasons(kind: str, case: dict[str, Any]) -> list[Reason]:
    envelope = case.get("envelope_sender_id", SENDER) or None
    facts = CheckFacts(SENDER, envelope, case.get("day", DAY), codes_in_force(case.get("day", DAY)))
    return check(kind, document(kind, case.get("change"), case.get("lines")), facts)


def _expected(kind: str, case: dict[str, Any]) -> list[str]:
    book = RULE_BOOKS[kind]
    return [code.format(frame=book.frame, business=book.business or book.frame) for code in case["reasons"]]


@each("kind", RULE_BOOKS)
def test_a_clean_document_breaks_no_rule(kind: str) -> None:
    assert _reasons(kind, {}) == []


def test_every_rule_of_every_kind_is_broken_by_a_case() -> None:
    broken = {(kind, code) for kind, case in CASES for code in _expected(kind, case)}
    described = {(doc.kind, doc.code) for doc in describe()}
    assert described - broken == set()


def test_every_rule_says_its_sentence_and_its_source() -> None:
    for doc in describe():
        assert doc.sentence.endswith("."), doc.name
        assert doc.source and doc.zh and doc.en, doc.name


def test_a_code_means_the_same_rule_wherever_it_is_applied() -> None:
    named: dict[str, set[str]] = {}
    for doc in describe():
        named.setdefault(doc.code.rpartition("/")[2], set()).add(doc.sentence)
    assert {code: sentences for code, sentences in named.items() if len(sentences) > 1} == {}


def _fields_named(names: set[str]) -> list[tuple[str, str, bool]]:
    """(kind, our name of the field, whether it is of a line) of every message of participants with such an element."""
    found = set()
    for entry in catalogue.entries():
        if entry.handling is None:
            continue
        for edition in entry.editions:
            layout, kind = catalogue.names(entry.code, edition), DOCUMENTS[entry.kind]
            for elements, facts in zip(layout, (kind, line_class(kind)), strict=True):
                # What the schema fixes to one value (the yuan of imports) is not kept.
                kept = get_type_hints(facts) if facts else {}
                fields = {field_name(name) for name in names & set(elements)} & set(kept)
                found |= {(entry.kind, field, facts is not kind) for field in fields}
    return sorted(found)


@each(
    ("kind", "field", "of_line", "found", "code"),
    [
        *[(*field, office, "15011") for field in _fields_named({"customsCode", "portCode"}) for office in NO_OFFICES],
        *[(*field, "777", "15102") for field in _fields_named({"currency", "fCurrency", "iCurrency"})],
    ],
)
def test_no_message_may_name_an_office_without_goods_or_an_unknown_currency(
    kind: str, field: str, of_line: bool, found: str, code: str
) -> None:
    if kind in JUDGED_BY_AGENCIES:
        return
    changed = {"lines": [{field: found}]} if of_line else {"change": {field: found}}
    (reason,) = _reasons(kind, changed)
    assert reason.rule.endswith(f"/{code}") and reason.values["found"] == found
