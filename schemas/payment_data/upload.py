"""Reads `payExInfoStr`, the JSON that a platform uploads, within limits, and keeps the text of each part as sent.

The text itself is signed: a part that is decoded and encoded again may differ from the signed one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from schemas.findings import Finding
from schemas.wording import finding

FIELD = "payExInfoStr"
MAX_BYTES = 131_072
"""Maximum size of the JSON in bytes: two raw texts of 8,000 characters, a few hundred goods, and a reserve."""
MAX_DEPTH = 8
"""Maximum depth of nested lists and objects; valid uploads have five levels."""
_BRACKETS, _TEXT = re.compile(r"[\[{}\]]"), re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SPACE_OUTSIDE = re.compile(r'("(?:[^"\\]|\\.)*")|\s+', re.DOTALL)
_BLANK = " \t\r\n"


class NotRead(ValueError):
    """Raised for a text that is no upload; `finding` is the reason. Permanent."""

    permanent = True

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.en)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class PaymentUpload:
    """An upload: its values by name (numbers are `Decimal`), and the original text of each, in the original order."""

    values: Mapping[str, Any]
    parts: Mapping[str, str]

    def text(self, name: str) -> str:
        """Return a value as text; empty if it is absent or neither text nor number."""
        value = self.values.get(name)
        return str(value) if isinstance(value, str | Decimal) else ""

    @property
    def head(self) -> Mapping[str, Any]:
        """payExchangeInfoHead; empty if absent or invalid."""
        head = self.values.get("payExchangeInfoHead")
        return head if isinstance(head, dict) else {}

    @property
    def lists(self) -> list[Mapping[str, Any]]:
        """The objects in payExchangeInfoLists."""
        entries = self.values.get("payExchangeInfoLists")
        return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []

    @property
    def order_nos(self) -> list[str]:
        """The numbers of the paid orders, without repetitions."""
        numbers = (entry.get("orderNo") for entry in self.lists)
        return list(dict.fromkeys(number for number in numbers if isinstance(number, str)))

    @property
    def amount(self) -> Decimal | None:
        """totalAmount; None if it is not a number."""
        amount = self.head.get("totalAmount")
        return amount if isinstance(amount, Decimal) and amount.is_finite() else None


def compact(text: str) -> str:
    """Remove white space between the tokens of JSON; everything else is unchanged."""
    return _SPACE_OUTSIDE.sub(lambda match: match.group(1) or "", text)


def read(body: str) -> PaymentUpload:
    """Read an upload; raises `NotRead`."""
    size = len(body.encode("utf-8", "replace"))
    if size > MAX_BYTES:
        raise NotRead(finding("payment-too-large", size=size, most=MAX_BYTES))
    if _depth(body) > MAX_DEPTH:
        raise NotRead(finding("payment-too-deep", most=MAX_DEPTH))
    if "\0" in body or "\\u0000" in body:
        raise NotRead(finding("payment-not-json", reason="it holds the character NUL"))
    try:
        parts = dict(_members(body))
        values = {name: _decoder().decode(text) for name, text in parts.items()}
        json.dumps([list(parts), values], ensure_ascii=False, default=str).encode()  # fails for unpaired surrogates
    except (ValueError, RecursionError, InvalidOperation, UnicodeError) as error:
        raise NotRead(finding("payment-not-json", reason=_reason(error))) from None
    return PaymentUpload(values, parts)


def _reason(error: Exception) -> str:
    """The text of an error, without the upload, which an encoding error would repeat."""
    return "half of a surrogate pair" if isinstance(error, UnicodeError) else str(error)[:200]


def _depth(body: str) -> int:
    depth = deepest = 0
    for sign in _BRACKETS.findall(_TEXT.sub("", body)):
        depth += 1 if sign in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _members(body: str) -> Iterator[tuple[str, str]]:
    """Names and texts of the members of the outermost object; raises `ValueError` for a repeated name."""
    decoder, place, known = _decoder(), _past(body, _blank(body, 0), "{"), set()
    while True:
        name, place = decoder.raw_decode(body, _blank(body, place))
        if not isinstance(name, str) or name in known:
            raise ValueError(f"a name that is no text, or is there twice: {str(name)[:40]!r}")
        known.add(name)
        begin = _blank(body, _past(body, _blank(body, place), ":"))
        _, end = decoder.raw_decode(body, begin)
        yield name, body[begin:end]
        place = _blank(body, end)
        if body[place : place + 1] != ",":
            break
        place += 1
    if _blank(body, _past(body, place, "}")) != len(body):
        raise ValueError("something stands behind the object")


def _past(body: str, place: int, sign: str) -> int:
    if body[place : place + 1] != sign:
        raise ValueError(f"expected {sign!r} at character {place}")
    return place + 1


def _blank(body: str, place: int) -> int:
    while body[place : place + 1] and body[place] in _BLANK:
        place += 1
    return place


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse, object_pairs_hook=_unique)


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("an object has a name twice")
    return members
