"""Values of an EPCIS document: their forms, as the JSON schema of EPCIS 2.0 with format assertion has them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from schemas.epcis.facts import milliseconds_of
from schemas.epcis.tables import bare_word, words_of

_URI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:"
    r"(//([A-Za-z0-9._~!$&'()*+,;=:@%-]*|([A-Za-z0-9._~!$&'()*+,;=:%-]*@)?\[[0-9A-Fa-f:.]+\](:[0-9]*)?)(?=[/?#]|$))?"
    r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*"
    r"(#(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?"
)
_REFUSED = re.compile(r"urn:epcglobal:cbv|https?://ns\.gs1\.org/cbv/")
_REFUSED_OF_WEB = re.compile(r"https?://(www\.)?gs1\.org/voc/")
"""Forms of words of GS1's that its JSON schema does not take."""
_OFFSET = re.compile(r"[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00)")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:)(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_VERSION = re.compile(r"\d+(\.\d+)*", re.ASCII)
_UOM = re.compile(r"[A-Z0-9]{2,3}")
_BARE_WORD = re.compile(r"[A-Za-z][A-Za-z_]{1,60}")
_HEX = re.compile(r"[A-Fa-f0-9]+")
_FIRST = milliseconds_of("0001-01-01T00:00:00Z")
_LAST = milliseconds_of("9999-12-31T23:59:59.999Z")
ACTIONS = ("ADD", "OBSERVE", "DELETE")
_WEB_VOCABULARY_LISTS = ("measurement", "alert")


def is_uri(value: Any) -> bool:
    """Return True for an absolute URI (RFC 3986); `example:word` is one."""
    return isinstance(value, str) and _URI.fullmatch(value) is not None


def is_time(value: Any) -> bool:
    """Return True for a date and time with offset (RFC 3339) that the calendar has, in UTC, too; a leap second
    counts."""
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return False
    day, clock, second, _, offset = match.groups()
    second = "59" if second == "60" and clock.endswith("59:") else second
    try:
        datetime.fromisoformat(f"{day}T{clock}{second}{'+00:00' if offset in 'Zz' else offset}")
    except ValueError:
        return False
    return _FIRST <= milliseconds_of(value) <= _LAST


def is_word(value: Any, kind: str) -> bool:
    """Return True for a word of this list of the vocabulary, bare or as GS1's URI, or a URI of one's own."""
    if not isinstance(value, str):
        return False
    refused = _REFUSED_OF_WEB if kind in _WEB_VOCABULARY_LISTS else _REFUSED
    if value in words_of(kind):
        return True
    return is_uri(value) and not refused.match(value) and (bare_word(value, kind) or value) in {*words_of(kind), value}


def is_measurement_of_later_versions(value: Any) -> bool:
    """Return True for a bare word where a measurement stands: GS1's Web Vocabulary adds types between versions."""
    return isinstance(value, str) and _BARE_WORD.fullmatch(value.removeprefix("gs1:")) is not None


def _text(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


_FORMS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "uri": (is_uri, "https://id.gs1.org/01/09521141012345/10/LOT1"),
    "time": (is_time, "2026-11-20T08:00:00+08:00"),
    "offset": (_text(_OFFSET), "+08:00"),
    "version": (_text(_VERSION), "2.0"),
    "uom": (_text(_UOM), "KGM"),
    "hex": (_text(_HEX), "f0f0"),
    "text": (lambda value: isinstance(value, str), "…"),
    "boolean": (lambda value: isinstance(value, bool), "true"),
    "decimal": (lambda value: isinstance(value, int | Decimal) and not isinstance(value, bool), "12.5"),
    "action": (lambda value: value in ACTIONS, " / ".join(ACTIONS)),
}


def has_form(value: Any, kind: str) -> bool:
    """Return True if a value has the form of its kind: one of `_FORMS`, or a list of the vocabulary."""
    return _FORMS[kind][0](value) if kind in _FORMS else is_word(value, kind)


def example(kind: str) -> str:
    """Return a value that has the form of a kind; empty for a list of the vocabulary."""
    return _FORMS[kind][1] if kind in _FORMS else ""
