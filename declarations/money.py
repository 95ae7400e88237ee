"""Money and quantities: decimals from text, stored as integers scaled by 100,000; rounding is always explicit.

Messages may contain `N19,5`, which exceeds 64 bits when scaled; `MAX_AMOUNT` is the maximum that the store can hold.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TypeAlias

Scaled: TypeAlias = int
"""An amount or quantity times 100,000 (five decimals), as stored."""

SCALE = 100_000
MAX_AMOUNT = Decimal("92233720368547.75807")
_FEN = Decimal("0.01")


class AmountTooLarge(ValueError):
    """Raised for an amount that the schema allows but the store cannot hold."""


def scaled_from_text(text: str) -> Scaled:
    """Scale a decimal text with at most five decimals to an integer; raises `AmountTooLarge` above `MAX_AMOUNT`."""
    value = Decimal(text)
    if abs(value) > MAX_AMOUNT:
        raise AmountTooLarge(text)
    return int(value * SCALE)


def can_be_kept(value: Decimal) -> bool:
    """True for a number that the store can hold: not too large, with five decimals at most."""
    return value.is_finite() and value.copy_abs() <= MAX_AMOUNT and decimal_of(int(value * SCALE)) == value


def decimal_of(scaled: Scaled) -> Decimal:
    """Convert a scaled integer to the exact decimal: 1234500000 → 12345.00000."""
    return Decimal(scaled).scaleb(-5)


def round_to_fen(value: Decimal) -> Decimal:
    """Round to fen, half up (四舍五入到分)."""
    return value.quantize(_FEN, ROUND_HALF_UP)


def scaled_of(value: Decimal) -> Scaled:
    """Convert a decimal with at most five decimals to a scaled integer."""
    return int(value.scaleb(5))


def amount_text(scaled_value: Scaled) -> str:
    """Format a scaled integer with at least two decimals and no further trailing zeros: 4500000 → "45.00"."""
    whole, rest = divmod(abs(scaled_value), SCALE)
    digits = f"{rest:05d}".rstrip("0").ljust(2, "0")
    return f"{'-' if scaled_value < 0 else ''}{whole}.{digits}"
