"""Reads the rows of a goods register from CSV; an invalid row is refused, naming file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path

from declarations.confidence import CONFIDENCE_CODES
from declarations.goods.register import CONSUMPTION, REMARKS, Goods
from declarations.rows import Cells, read_records

COLUMNS = tuple(field.name for field in fields(Goods))
_CHOICES = {"vat": ("standard", "reduced"), "consumption": CONSUMPTION, "remark": REMARKS}
_SHAPES = {
    "hs10": r"\d{10}",
    "zh": r".+",
    "en": r".+",
    "unit1": r"\d{3}",
    "unit2": r"(\d{3})?",
    "source": r".+",
    "content": r"(\d+(\.\d+)?(ml|g|片))?",
}
_DUTY_RATE, _DUTY_SPECIFIC = 2, 1_000_000
"""Maximum values; that of the rate also catches one written in percent."""


def _one_of(choices: Iterable[str]) -> str:
    return " | ".join(choice or "nothing" for choice in choices)


ALLOWED: Mapping[str, str] = {
    **{column: _one_of(choices) for column, choices in _CHOICES.items()},
    "confidence": _one_of(CONFIDENCE_CODES),
    "hs10": "ten digits",
    "zh": "a Chinese name",
    "en": "an English name",
    "unit1": "three digits, such as 011",
    "unit2": "nothing, or three digits",
    "duty_rate": f"nothing, or a share from 0 to {_DUTY_RATE}, such as 0.05",
    "duty_specific": f"nothing, or yuan for each first legal unit, from 0 to {_DUTY_SPECIFIC}",
    "content": "nothing, or the net content of a piece in ml, g or 片, such as 30ml",
    "listed_since": "a day like 2019-01-01",
    "listed_until": "nothing, or a day from listed_since on",
    "remark_value": "words divided by | (for name_only and excluded), the group of a yearly_cap, else nothing",
    "source": "where the row comes from",
}
"""Column → description of its allowed values."""


def read_rows(path: Path) -> Iterator[Goods]:
    """Yield the rows of a CSV file with exactly the columns of `Goods`; raises `BadRow`."""
    for place, texts in read_records(path.read_text("utf-8"), str(path), COLUMNS):
        yield parse_row(texts, place)


def parse_row(texts: Mapping[str, str], place: str) -> Goods:
    """Parse a row, given as texts by column; raises `BadRow`, naming the column and its allowed values."""
    cells = Cells(texts, place, ALLOWED)
    plain = {column: cells.one_of(column, choices) for column, choices in _CHOICES.items()}
    plain |= {column: cells.text_matching(column, shape) for column, shape in _SHAPES.items()}
    cells.demand(texts["remark"] not in ("name_only", "yearly_cap") or bool(texts["remark_value"]), "remark_value")
    since, until = cells.days("listed_since", "listed_until")
    return Goods(
        **plain,
        remark_value=texts["remark_value"],
        duty_rate=cells.number("duty_rate", _DUTY_RATE),
        duty_specific=cells.number("duty_specific", _DUTY_SPECIFIC),
        listed_since=since,
        listed_until=until,
        confidence=cells.confidence(),
    )
