"""Money and quantities: decimals from text, stored as integers scaled by 100,000, rounded only by name.

Messages carry `N19,5`, more than 64 bits hold once scaled; `LARGEST` is what the store can keep.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TypeAlias

Scaled: TypeAlias = int
"""An amount or quantity times 100,000 (five decimals), as the store keeps it."""

SCALE = 100_000
LARGEST = Decimal("92233720368547.75807")
_FEN = Decimal("0.01")


class AmountTooLarge(ValueError):
    """An amount that the schema allows and the store cannot keep."""


def scale(text: str) -> Scaled:
    """The scaled integer of a decimal text with at most five decimals; raises `AmountTooLarge` above `LARGEST`."""
    value = Decimal(text)
    if abs(value) > LARGEST:
        raise AmountTooLarge(text)
    return int(value * SCALE)


def decimal(scaled: Scaled) -> Decimal:
    """The exact decimal of a scaled integer: 1234500000 → 12345.00000."""
    return Decimal(scaled).scaleb(-5)


def to_fen(value: Decimal) -> Decimal:
    """Rounded to fen, half up (四舍五入到分)."""
    return value.quantize(_FEN, ROUND_HALF_UP)


def scaled(value: Decimal) -> Scaled:
    """The scaled integer of a decimal that has at most five decimals."""
    return int(value.scaleb(5))


def plain(scaled_value: Scaled) -> str:
    """A scaled integer as people read it: at least two decimals, no trailing zeros beyond: 4500000 → "45.00"."""
    whole, rest = divmod(abs(scaled_value), SCALE)
    digits = f"{rest:05d}".rstrip("0").ljust(2, "0")
    return f"{'-' if scaled_value < 0 else ''}{whole}.{digits}"
