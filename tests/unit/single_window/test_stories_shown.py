"""The pages show fields that documents have, of every kind that participants send."""

from __future__ import annotations

from declarations.documents import DOCUMENTS
from declarations.documents.extraction import line_class
from single_window.cases.stories.shown import LINES, SHOWN
from tests.tables import each


@each("kind", DOCUMENTS)
def test_what_is_shown_is_there(kind: str) -> None:
    assert SHOWN[kind] and set(SHOWN[kind]) <= set(DOCUMENTS[kind].__struct_fields__)
    lines = line_class(DOCUMENTS[kind])
    assert (kind in LINES) is (lines is not None)
    assert set(LINES.get(kind, ())) <= set(lines.__struct_fields__ if lines else ())
