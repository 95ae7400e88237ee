"""Net content from the register, the model text or the declared unit (reading 14)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from declarations.money import scaled_from_text
from declarations.tax.content import Content, content_of, read_content
from tests.tables import each

ML, PIECE = "content", "piece"
TEXTS = [
    ("30ml", ML, "30"),
    ("30 ML", ML, "30"),
    ("50毫升/瓶", ML, "50"),
    ("3.5g", ML, "3.5"),
    ("0.5L", ML, "500"),
    ("1公斤", ML, "1000"),
    ("面霜|50 克|无香", ML, "50"),
    ("1.7 fl oz 50ml", ML, "50"),
    ("50ml/50ml", ML, "50"),
    ("30ml*2", ML, "60"),
    ("30ml×2瓶", ML, "60"),
    ("2×30ml", ML, "60"),
    ("5片/盒", PIECE, "5"),
    ("10张", PIECE, "10"),
    ("25ml*5片", PIECE, "5"),
    ("5片×25ml", PIECE, "5"),
    ("SPF50 30ml", ML, "30"),
    ("A1 20g", ML, "20"),
]


@each(("text", "basis", "amount"), TEXTS, ids=[text for text, _, _ in TEXTS])
def test_texts_that_tell(text, basis, amount):
    assert read_content(text) == Content(basis, scaled_from_text(amount))


@each("text", ["", "深层保湿", "30ml 50ml", "50ml 52g", "0ml", "30", "30mg", "3片装 5片装", "glow"])
def test_texts_that_do_not(text):
    assert read_content(text) is None


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
