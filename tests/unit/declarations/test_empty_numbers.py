"""A number that identifies a document is never sent as an empty element: schema or port check says so.

An import list may leave its copNo out, as live lists do; then the port's number stands for it.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import schemas
from declarations import rules
from declarations.documents import DOCUMENTS, extract, pack, unpack
from declarations.rules import CheckFacts, codes_in_force
from gateways.replies import identifying_fields
from schemas import catalogue
from schemas.reading import open_message, read
from tests.tables import each

SAMPLES = Path(schemas.__file__).parent / "samples"
ABSENT, EMPTY, SHORT = "", "<ceb:copNo></ceb:copNo>", "<ceb:copNo/>"
DAY = date(2026, 6, 1)


def sample(kind: str) -> str:
    return (SAMPLES / f"{catalogue.by_kind(kind).root}.xml").read_text("utf-8")


def checked(kind: str, body: str) -> tuple[Any, list[str]]:
    """The first document's facts, None if its schema refuses it; and the codes of what is found."""
    edition = catalogue.by_kind(kind).editions[-1]
    message = read(open_message(body.encode()), edition)
    if message.findings:
        return None, [finding.code for finding in message.findings]
    layout = catalogue.names(catalogue.by_kind(kind).code, edition)
    document = extract(DOCUMENTS[kind], layout, message.blocks[0].head, message.blocks[0].lines)
    sender = message.transfer.dxp_id
    reasons = rules.check(kind, document, CheckFacts(sender, sender, DAY, codes_in_force(DAY)))
    return document, [reason.rule for reason in reasons]


def listed(element: str) -> tuple[Any, list[str]]:
    """An import list whose copNo is written so."""
    return checked("inventory", re.sub("<ceb:copNo>.*?</ceb:copNo>", element, sample("inventory"), count=1))


@each("element", [EMPTY, SHORT])
def test_an_empty_number_of_an_import_list_is_a_finding(element: str) -> None:
    document, found = listed(element)
    assert found == ["-621001/15116"]
    assert identifying_fields("inventory", document)["copNo"] == "", "the receipt says what was sent"


def test_an_import_list_may_leave_its_number_out() -> None:
    document, found = listed(ABSENT)
    assert (found, document.cop_no) == ([], "")
    assert unpack(DOCUMENTS["inventory"], pack(document)) == document


NUMBERS = [
    (kind, element)
    for kind in rules.RULE_BOOKS
    for element in sorted({*catalogue.by_kind(kind).key, catalogue.handling(kind).own_number or ""} - {""})
    if f"{element}>" in sample(kind)
]


@each(("kind", "element"), NUMBERS)
def test_no_document_is_identified_by_an_empty_element(kind: str, element: str) -> None:
    tag = rf"(<(?:\w+:)?{element}>)[^<]+(</)"
    body, count = re.subn(tag, r"\1\2", sample(kind), count=1)
    assert count and checked(kind, body)[1]
