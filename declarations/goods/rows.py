"""Reads the rows of a register from CSV and refuses every one that is not exactly right, naming file and line."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from declarations.confidence import ALLOWED as ALLOWED_CONFIDENCE
from declarations.confidence import Confidence
from declarations.goods.register import CONSUMPTION, REMARKS, BadRow, Goods

COLUMNS = tuple(field.name for field in fields(Goods))
_CHOICES = {
    "vat": ("standard", "reduced"),
    "consumption": CONSUMPTION,
    "remark": REMARKS,
    "confidence": ALLOWED_CONFIDENCE,
}
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
"""The largest of each; the first also catches a rate written in percent."""


def _one_of(choices: Iterable[str]) -> str:
    return " | ".join(choice or "nothing" for choice in choices)


ALLOWED: Mapping[str, str] = {
    **{column: _one_of(choices) for column, choices in _CHOICES.items()},
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
"""What each column may hold, in words."""


def read_rows(path: Path) -> Iterator[Goods]:
    """The rows of a CSV file with exactly the columns of `Goods`; raises `BadRow`."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from parse(file, str(path))


def parse(lines: Iterable[str], name: str) -> Iterator[Goods]:
    """The rows of CSV text, header first; `name` is what a `BadRow` calls the text."""
    reader = csv.DictReader(lines)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise BadRow(f"{name}:1", f"the columns must be {','.join(COLUMNS)}")
    for texts in reader:
        place = f"{name}:{reader.line_num}"
        if None in texts or None in texts.values():
            raise BadRow(place, f"{len(COLUMNS)} columns are needed")
        yield parse_row(texts, place)


def parse_row(texts: Mapping[str, str], place: str) -> Goods:
    """The row of texts by column; raises `BadRow`, whose complaint begins with the column, for what is not right."""
    for column, choices in _CHOICES.items():
        if texts[column] not in choices:
            raise BadRow(place, f"{column} {texts[column]!r} is none of {', '.join(filter(None, choices))}")
    for column, shape in _SHAPES.items():
        if not re.fullmatch(shape, texts[column]):
            raise BadRow(place, f"{column} {texts[column]!r} does not look like {shape}")
    if texts["remark"] in ("name_only", "yearly_cap") and not texts["remark_value"]:
        raise BadRow(place, f"remark {texts['remark']} needs a remark_value")
    since, until = _day(texts, "listed_since", place), _end(texts, place)
    if until is not None and until < since:
        raise BadRow(place, f"listed_until {until} lies before listed_since {since}")
    rest = {
        name: texts[name]
        for name in COLUMNS
        if name not in ("duty_rate", "duty_specific", "listed_since", "listed_until", "confidence")
    }
    return Goods(
        **rest,
        duty_rate=_amount(texts, "duty_rate", place, _DUTY_RATE),
        duty_specific=_amount(texts, "duty_specific", place, _DUTY_SPECIFIC),
        listed_since=since,
        listed_until=until,
        confidence=Confidence(texts["confidence"]),
    )


def _end(texts: Mapping[str, str], place: str) -> date | None:
    return _day(texts, "listed_until", place) if texts["listed_until"] else None


def _day(texts: Mapping[str, str], column: str, place: str) -> date:
    try:
        return date.fromisoformat(texts[column])
    except ValueError:
        raise BadRow(place, f"{column} {texts[column]!r} is no day like 2019-01-01") from None


def _amount(texts: Mapping[str, str], column: str, place: str, at_most: int) -> Decimal:
    try:
        amount = Decimal(texts[column] or "0")
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or not 0 <= amount <= at_most:
        raise BadRow(place, f"{column} {texts[column]!r} is no number from 0 to {at_most}")
    return amount
