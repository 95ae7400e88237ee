"""The 21-character number of an exported item in refund claims (21位报关单号)."""

from __future__ import annotations

import re

_DECLARATION = "[0-9]{8}[0E][0-9]{9}"
_NUMBER = re.compile(rf"({_DECLARATION})0(?!00)([0-9]{{2}})")
_DECLARATION_NUMBER = re.compile(_DECLARATION)
LAST_LINE = 99


def item_number(declaration: str, line: int) -> str:
    """Return the number of an item: 18 characters of the export declaration or the list (9710, 9810), 0 and two digits.

    422720260000000123 and 3 make 422720260000000123003. Raises `ValueError`.
    """
    if not _DECLARATION_NUMBER.fullmatch(declaration) or not 1 <= line <= LAST_LINE:
        raise ValueError(
            f"declaration {declaration!r}, line {line}: 18 characters with 0 or E in the ninth place "
            f"and a line from 1 to {LAST_LINE} are needed"
        )
    return f"{declaration}0{line:02d}"


def is_item_number(text: str) -> bool:
    """True if a text has the form of an item number."""
    return _NUMBER.fullmatch(text) is not None


def split_item_number(item_no: str) -> tuple[str, int]:
    """Return declaration or list number, and line, of an item number; raises `ValueError`."""
    match = _NUMBER.fullmatch(item_no)
    if match is None:
        raise ValueError(f"{item_no!r} is no item number of 21 characters")
    return match[1], int(match[2])
