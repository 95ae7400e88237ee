"""What is remarked on a message besides its findings: it passes, and its sender had better know."""

from __future__ import annotations

from datetime import date

from schemas import catalogue
from single_window.intake.reading import read_body
from single_window.intake.samples import sample
from tests.tables import each

BY_TEXT = [entry.code for entry in catalogue.entries() if entry.signature_by_text]
SIGNATURE = (b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">', b"</ds:Signature>")


def remarks(body: bytes) -> list[str]:
    return [remark.code for remark in read_body(body, date(2026, 6, 1), {}, 1_000_000).remarks]


def unsigned(body: bytes) -> bytes:
    first, last = body.find(b"<ds:Signature"), body.find(SIGNATURE[1])
    return body if first < 0 else body[:first] + body[last + len(SIGNATURE[1]) :]


@each("code", BY_TEXT)
def test_what_only_the_text_wants_signed_passes_unsigned_with_a_remark(code: str) -> None:
    body = unsigned(sample(catalogue.by_code(code)))
    assert remarks(body) == ["unsigned"]
    assert not read_body(body, date(2026, 6, 1), {}, 1_000_000).findings


def test_the_text_wants_lists_departures_cancellations_consolidations_and_summaries_signed() -> None:
    assert BY_TEXT == ["509", "603", "605", "607", "701"]


@each("code", ["303", "505", "311"])
def test_what_nobody_wants_signed_has_no_remark(code: str) -> None:
    assert remarks(unsigned(sample(catalogue.by_code(code)))) == []
