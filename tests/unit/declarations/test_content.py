"""Net content from the register, the model text or the declared unit (reading 14)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from declarations.money import scaled_from_text
from declarations.tax.content import Content, content_of, read_content
from tests.tables import each

ML, PIECE = "content", "piece"


@each(
    ("register", "model", "unit", "expected"),
    [
        ("15ml", "30ml", "142", Content(ML, scaled_from_text("15"))),
        ("", "30ml", "142", Content(ML, scaled_from_text("30"))),
        ("", "25ml", "020", Content(PIECE, scaled_from_text("1"))),
        ("", "", "096", Content(ML, scaled_from_text("1"))),
        ("", "", "035", Content(ML, scaled_from_text("1000"))),
        ("", "", "142", None),
    ],
    ids=["register first", "model", "unit counts pieces", "unit is millilitre", "unit is kilogram", "nothing"],
)
def test_where_the_content_comes_from(register, model, unit, expected):
    assert content_of(register, model, unit) == expected


@given(st.text())
def test_any_text_is_read_or_not_but_never_breaks(text):
    content = read_content(text)
    assert content is None or content.amount > 0
