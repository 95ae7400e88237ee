"""Amounts in texts, as people read them."""

from __future__ import annotations

import re
from decimal import Decimal

_AMOUNT = re.compile(r"(?<![\w.,-])\d{4,15}\.\d{2,5}(?![\w.])")


def with_separators(text: object) -> str:
    """Add thousands separators to the amounts (numbers with decimals) in a text."""
    return _AMOUNT.sub(lambda match: f"{Decimal(match.group()):,}", str(text))
