"""Bytes to an EPCIS document: JSON within limits, no name twice, no number that JSON has not."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, NamedTuple

from schemas.findings import Finding
from schemas.wording import finding

EPCIS_EDITION = "2.0"
MAX_DOCUMENT_BYTES = 4_000_000
MAX_DEPTH = 40
"""Levels of objects and lists in a document; GS1's own samples have at most eleven."""
_MAX_DIGITS = 40
"""Digits of a number; the standard sets no limit."""
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_SURROGATES = re.compile("[\ud800-\udfff]")
"""Halves of a character: two of them are one, one alone is none and has no UTF-8."""
_MOST_WARNINGS = 100
_BEGINNING = 2_000
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
_OWN = re.compile(rb'"(@context|epcisBody|eventList|eventTime|EPCISDocument|EPCISQueryDocument)"')
_ROOT = re.compile(rb"<(?:[\w.-]+:)?EPCIS(?:Query)?Document[\s>/]")
"""The root of EPCIS in XML, as of 1.2, which is not read."""


class Readable(NamedTuple):
    """A JSON object and what its sender is warned about."""

    document: dict[str, Any]
    warnings: list[Finding]


class NotReadable(Exception):
    """The body is no JSON object within the limits; `finding` says what, where and what to do."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.en)
        self.finding = finding


def is_epcis(raw: bytes) -> bool:
    """Return True if bytes are to be read as EPCIS: an object or list of JSON with names of it, or its root in XML."""
    beginning = raw[:_BEGINNING]
    if _XML.match(beginning):
        return _ROOT.search(beginning) is not None
    return beginning.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") and _OWN.search(raw) is not None


def read(raw: bytes) -> Readable:
    """Return the JSON object and warnings about it; `NotReadable` if it is none within the limits.

    Numbers with a fraction are `Decimal`. Of a name that stands twice in an object the last counts, as in most readers.
    """
    warnings: list[Finding] = []
    if len(raw) > MAX_DOCUMENT_BYTES:
        raise NotReadable(finding("too-large", size=len(raw), cap=MAX_DOCUMENT_BYTES))
    if _XML.match(raw[:_BEGINNING]):
        raise NotReadable(finding("epcis-in-xml"))
    try:
        value = json.loads(
            raw.decode("utf-8"),
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_refuse,
            object_pairs_hook=partial(_last_of_each, warnings),
        )
    except UnicodeDecodeError as error:
        raise NotReadable(finding("epcis-wrong-encoding")) from error
    except json.JSONDecodeError as error:
        raise NotReadable(finding("epcis-not-json", line=error.lineno, row=error.lineno, reason=error.msg)) from error
    except RecursionError as error:
        raise NotReadable(finding("epcis-too-deep", most=MAX_DEPTH)) from error
    if not isinstance(value, dict):
        raise NotReadable(finding("epcis-no-document"))
    if any(depth > MAX_DEPTH for depth, _ in _values(value)):
        raise NotReadable(finding("epcis-too-deep", most=MAX_DEPTH))
    if _SURROGATE.search(raw) and _SURROGATES.search(json.dumps(value, ensure_ascii=False, default=str)):
        raise NotReadable(finding("epcis-wrong-encoding"))
    return Readable(value, warnings)


def _values(value: Any) -> Iterator[tuple[int, Any]]:
    """Yield each object and list within a value with its level, without recursion."""
    waiting = [(1, value)]
    while waiting:
        depth, found = waiting.pop()
        yield depth, found
        inner = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
        waiting.extend((depth + 1, one) for one in inner if isinstance(one, dict | list))


def _last_of_each(warnings: list[Finding], pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs) and len(warnings) < _MOST_WARNINGS:
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        warnings.append(finding("epcis-name-twice", name=twice)._replace(warning=True))
    return found


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise NotReadable(finding("epcis-number", found=text)) from error
    exponent = number.as_tuple().exponent
    if len(text) > _MAX_DIGITS or not isinstance(exponent, int) or abs(exponent) > _MAX_DIGITS:
        raise NotReadable(finding("epcis-number", found=text))
    return number


def _integer(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        raise NotReadable(finding("epcis-number", found=text))
    return int(text)


def _refuse(text: str) -> Any:
    raise NotReadable(finding("epcis-number", found=text))
