"""CSV that people open in spreadsheet programs, which run a cell that begins like a formula."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""The signs with which a formula begins, in their wide forms as well."""


def cells(row: Iterable[object]) -> list[object]:
    """The cells of a row; a text that begins like a formula has an apostrophe before it, and is shown as it is."""
    return [f"'{value}" if isinstance(value, str) and _runs(value) else value for value in row]


def _runs(text: str) -> bool:
    return text.lstrip(" ").startswith(_BEGINNINGS) and not _is_number(text)


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
