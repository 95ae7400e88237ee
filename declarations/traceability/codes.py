"""Trace codes (追溯码): `QD`, two digits of the year, `B` for a lot or `S` for an item, eight characters, and a check
character by ISO 7064 MOD 37,36.

The eight characters are a number that a secret has mixed: each number gives another one, nobody else can tell which, so
codes are not consecutive, and a code that nobody issued is hit by 1 guess in 2⁴⁰ divided by the codes issued.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b

from schemas.identifiers import mod_37_36_check_character

LOT, ITEM = "B", "S"
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""32 characters: none that is read for another."""
_LENGTH, _HALF, _ROUNDS = 8, 20, 4
_MASK = (1 << _HALF) - 1
NUMBERS = 1 << 2 * _HALF
"""How many numbers there are."""
_CODE = re.compile(rf"QD[0-9]{{2}}[{LOT}{ITEM}][{_LETTERS}]{{{_LENGTH}}}[0-9A-Z]", re.ASCII)


def trace_codes(secret: str, year: int, kind: str, numbers: Iterable[int]) -> list[str]:
    """Return the codes of these numbers, each below `NUMBERS`, as lots or items that are coded in a year."""
    key, beginning = _key(secret), f"QD{year % 100:02d}{kind}"
    return [_checked(beginning + _text(_mixed(key, number))) for number in numbers]


def is_trace_code(text: str) -> bool:
    """True for a text that has the form and the check character of a code, whether it was issued or not."""
    return bool(_CODE.fullmatch(text)) and text == _checked(text[:-1])


def _key(secret: str) -> bytes:
    return blake2b(secret.encode(), digest_size=32).digest()


def _checked(text: str) -> str:
    return text + mod_37_36_check_character(text)


def _mixed(key: bytes, number: int) -> int:
    """A Feistel network: a permutation of all numbers, whatever its rounds compute."""
    if not 0 <= number < NUMBERS:
        raise ValueError(f"{number} is not from 0 to {NUMBERS - 1}")
    left, right = number >> _HALF, number & _MASK
    for round_no in range(_ROUNDS):
        told = blake2b(bytes([round_no]) + right.to_bytes(3, "big"), key=key, digest_size=3).digest()
        left, right = right, left ^ int.from_bytes(told, "big") & _MASK
    return left << _HALF | right


def _text(number: int) -> str:
    return "".join(_LETTERS[number >> shift & 31] for shift in range(5 * (_LENGTH - 1), -1, -5))
