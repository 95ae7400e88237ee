"""What the catalogue says of a kind names elements that its messages and facts have."""

from __future__ import annotations

from declarations.documents import DOCUMENTS
from declarations.documents.extraction import field_name, line_class
from declarations.lifecycle import all_lifecycles
from schemas import catalogue
from single_window.store.tables import metadata
from tests.tables import each

KINDS = list(catalogue.handled())


def fields_of(kind: str) -> set[str]:
    return set(DOCUMENTS[kind].__struct_fields__)


@each("kind", KINDS)
def test_what_is_shown_is_there(kind: str) -> None:
    handling, lines = catalogue.handling(kind), line_class(DOCUMENTS[kind])
    assert handling.shown and {field_name(name) for name in handling.shown} <= fields_of(kind)
    shown = {field_name(name) for name in handling.shown_of_lines}
    assert bool(shown) is (lines is not None) and shown <= set(lines.__struct_fields__ if lines else ())


@each("kind", KINDS)
def test_a_document_is_named_and_kept_by_what_there_is(kind: str) -> None:
    entry, handling = catalogue.by_kind(kind), catalogue.handling(kind)
    named = {*handling.identified_by, handling.matched_by, handling.own_number} - {"", "orderNo"}
    assert {field_name(name) for name in named} <= fields_of(kind)
    assert handling.outcome_table in {"", *metadata.tables} and handling.subject_kind in {"", "declaration", *KINDS}
    assert entry.lifecycle in all_lifecycles() and entry.number in entry.key
