"""The samples that come with the schemas, as they are or fresh: with guids, times and numbers of their own.

What is fresh is derived from a key: samples of one key name the same order, payment, parcel and buyer.
"""

from __future__ import annotations

import re
from hashlib import sha256
from itertools import count
from pathlib import Path

import schemas
from declarations.calendar import stamp14
from schemas.catalogue import MessageType
from schemas.identifiers import resident_id_check_digit

FOLDER = Path(schemas.__file__).parent / "samples"
_NUMBERS = {
    "orderNo": ("DD", 16),
    "payTransactionId": ("ZF", 16),
    "payNo": ("ZF", 16),
    "logisticsNo": ("SF", 13),
    "emsNo": ("T4258W", 6),
}
"""Own numbers that several messages of a trade share: how they begin, how many digits follow."""
_ELEMENT = re.compile(r"(<(?:\w+:)?(\w+)>)([^<]+)(?=</)")
_ROOT = re.compile(r'(?<= guid=")[^"]+')
_BIRTH_YEARS = (1970, 30)


def sample(entry: MessageType) -> bytes:
    """The sample of a type; raises `FileNotFoundError` where there is none."""
    return (FOLDER / f"{entry.root}.xml").read_bytes()


def fresh(entry: MessageType, key: str, now: int) -> bytes:
    """The sample of a type with new guids, the times of now (an instant), and numbers that belong to the key.

    Its message and each of its documents have guids of their own: receipts echo both. Numbers that a window gives
    (preNo, invtNo) stay as they are.
    """
    places = count(1)

    def replace(match: re.Match[str]) -> str:
        before, name, text = match.groups()
        if name == "guid":
            return before + _guid(key, entry.code, str(now), str(next(places)))
        return before + _text(name, text, entry.code, key, now)

    root = _guid(key, entry.code, str(now))
    return _ELEMENT.sub(replace, _ROOT.sub(root, sample(entry).decode(), count=1)).encode()


def _text(name: str, text: str, code: str, key: str, now: int) -> str:
    """The text of an element in a fresh sample."""
    if name in _NUMBERS:
        start, digits = _NUMBERS[name]
        return f"{start}{_digits(digits, key, name)}"
    if name in {"copNo", "coElNo"}:
        return f"{text[:2]}{_digits(14, key, name, code)}"
    if name in {"buyerIdNumber", "payerIdNumber"}:
        return _resident_id(text[:6], key)
    if name.endswith(("Time", "Date")):
        return stamp14(now)[: len(text)]
    return text


def _resident_id(region: str, key: str) -> str:
    """A buyer of his own, so that many fresh samples do not use up one person's yearly allowance."""
    first, years = _BIRTH_YEARS
    drawn = int(_digits(12, key, "buyer"))
    year, month, day, serial = drawn % years, drawn // 100 % 12, drawn // 10_000 % 28, drawn // 1_000_000 % 1_000
    body = f"{region}{first + year}{month + 1:02d}{day + 1:02d}{serial:03d}"
    return body + resident_id_check_digit(body)


def _digits(many: int, *key: str) -> str:
    return f"{int(_hash(*key), 16) % 10**many:0{many}d}"


def _guid(*key: str) -> str:
    text = _hash(*key)[:32].upper()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _hash(*key: str) -> str:
    return sha256("|".join(key).encode()).hexdigest()
