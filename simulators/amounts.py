"""Converts amounts between integer fen and texts, and weights between integer grams and texts."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

TAX_WITHHELD = 91
"""What platforms usually withhold, in thousandths: 13 % VAT times 70 %. No authority compares it."""


def yuan(fen: int) -> str:
    """123450 → "1234.50"."""
    return f"{fen // 100}.{fen % 100:02d}"


def fen(text: str) -> int:
    """ "1234.5" → 123450; rounded half up where there are more decimals."""
    return int((Decimal(text) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def kilograms(grams: int) -> str:
    """1250 → "1.250"."""
    return f"{grams // 1000}.{grams % 1000:03d}"


def withheld_tax(value: int) -> int:
    """The tax a platform withholds on a value, both in fen, rounded half up."""
    return (value * TAX_WITHHELD + 500) // 1000


def plain_number(number: Decimal) -> str:
    """A quantity without trailing zeros and without an exponent: 1.50 → "1.5"."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
