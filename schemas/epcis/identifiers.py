"""GS1 identification keys in their two forms, EPC URN and Digital Link URI, brought to one.

Sources: Tag Data Standard (URNs), GS1 Digital Link Standard: URI Syntax (application identifiers, qualifiers, percent
encoding), Core Business Vocabulary 2.0, 8.9 (the form that the hash of an event counts). `urns.csv` has a row for each
scheme of URNs, `keys.csv` for each key of a Digital Link.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

from stdnum import ean

CANONICAL_HOST = "https://id.gs1.org"
_URN = re.compile(r"urn:epc:(id|class|idpat):([a-z]+):([0-9]{6,12})\.(.*)")
_LINK = re.compile(r"https?://[^/?#]*([^?#]*)", re.DOTALL)
"""A web address as RFC 3986, appendix B takes it apart, which no text fails: its path."""
_UNESCAPED = "';="
"""Characters beside `-._~` that stand in a canonical Digital Link as they are."""
_PATTERN = "*"
_PATTERNS = re.compile(r"urn:epc:(?:idpat|class):([a-z]+):([^:]+)")
_GS1_URN = re.compile(r"urn:epc:(id|class|idpat):([a-z]+):")
_OF_OTHERS = re.compile(r"urn:epc:(?:raw|id(?:pat)?:(?:gid|usdod|adi|bic|imovn)):")
_OF_GS1 = re.compile(r"https?://id\.gs1\.org/([^/?#]+)")
_MAX_QUALIFIER_LENGTH = 28
"""Characters of a lot, a serial number and the like: those of UPUIs are the longest."""
_GTIN, _GTIN_DIGITS = "01", 14
_OF_GTIN = {"21": "sgtin", "235": "upui", "10": "lgtin"}
"""Qualifier of a GTIN → scheme."""
_MAX_FAMILY_LENGTH = 32
_MAX_KEY_LENGTH = 500
"""Characters of an identifier that may be a key: the longest path of keys and qualifiers has about 150."""
_QUALIFIERS = {"cpv": "22", "lot": "10", "ser": "21"}
_IGNORED_QUALIFIER = "22"
_SERIAL, _LOT = "21", "10"


_CHECKED = {"00": 18, "01": 14, "253": 13, "255": 13, "402": 17, "414": 13, "417": 13, "8003": 14}
_CHECKED |= {"8006": 14, "8017": 18, "8018": 18}
"""Application identifier → digits of the key with its check digit, which is the last of them."""


class Scheme(NamedTuple):
    """A scheme of URNs: digits of prefix and reference together, and how the key is built of them.

    `indicator`: the first digit of the reference leads; `fixed`: components of two digits behind the key; `tail`: the
    application identifier of the last component, `+` if it is appended to the key.
    """

    ai: str
    digits: int | None
    indicator: bool
    check: bool
    lead: str
    fixed: int
    tail: str


class IdentificationKey(NamedTuple):
    """A key of a Digital Link: its application identifier, the form of its value, its qualifiers in their order."""

    name: str
    ai: str
    value: re.Pattern[str]
    qualifiers: tuple[str, ...]


class DigitalLink(NamedTuple):
    """A key with its value and the qualifiers that were given, all by application identifier; values unescaped."""

    key: IdentificationKey
    value: str
    qualifiers: tuple[tuple[str, str], ...]


def canonical(identifier: str) -> str | None:
    """Return the canonical Digital Link URI of an EPC URN or Digital Link URI; None if it is neither.

    The canonical URI has GS1's own host, GTINs of 14 digits and the finest level alone: no query, no consumer product
    variant, no lot beside a serial number. A text of more than 500 characters is no key.
    """
    if len(identifier) > _MAX_KEY_LENGTH:
        return None
    if identifier.startswith("urn:epc:"):
        return _of_urn(identifier)
    if identifier.startswith(("http://", "https://")):
        return _of_link(identifier)
    return None


def read_link(uri: str) -> DigitalLink | None:
    """Return what a Digital Link URI names, whatever its host and the path before the key; None if it is none."""
    match = _LINK.match(uri)
    return read_path(match[1]) if match else None


def read_path(path: str) -> DigitalLink | None:
    """Return what a path names: the last key in it, its value, then pairs of qualifier and value."""
    link = _read(path)
    if link is None:
        return None
    qualifiers = tuple((name, unquote(value)) for name, value in link.qualifiers)
    return link._replace(value=unquote(link.value), qualifiers=qualifiers)


@lru_cache(maxsize=1_024)
def family(identifier: str) -> str:
    """Return the scheme of a GS1 key and its digits without serial number or lot, the company's first: what patterns
    are compared with, at most 32 characters. Empty if it is no key."""
    link = read_link(canonical(identifier) or "")
    if link is None:
        return ""
    given = [_OF_GTIN[name] for name, _ in link.qualifiers if name in _OF_GTIN]
    name = (given or ["gtin"])[0] if link.key.ai == _GTIN else _names()[link.key.ai]
    scheme = _schemes()["sgtin" if name == "gtin" else name]
    if scheme.digits is None:
        return _family(name, link.value, "/" if scheme.tail else "")
    digits = link.value.removeprefix(scheme.lead)
    told = digits[1 : scheme.digits] + digits[0] if scheme.indicator else digits[: scheme.digits]
    return _family(name, told, digits[_GTIN_DIGITS:] if scheme.fixed else "")


def families_like(pattern: str) -> Sequence[str]:
    """Return how the families begin that a pattern is of: an EPC URN with `*` for its last components (Tag Data
    Standard, identity patterns); none if it is no such pattern."""
    match = _PATTERNS.fullmatch(pattern)
    scheme = _schemes().get(match[1]) if match else None
    if match is None or scheme is None:
        return ()
    parts = match[2].split(".")
    given = parts[: parts.index(_PATTERN)] if _PATTERN in parts else parts
    if len(parts) != 2 + scheme.fixed + bool(scheme.tail) or set(parts[len(given) :]) != {_PATTERN}:
        return ()
    company, reference, rest = "".join(given[:1]), "".join(given[1:2]), "".join(given[2:])
    if scheme.digits is None:
        told = company + unquote(reference) + ("/" if reference and scheme.tail else "")
    elif not f"0{company}{reference}{rest}".isdecimal() or len(company + reference) not in _lengths(scheme, given):
        return ()
    else:
        told = company + (reference[1:] + reference[:1] if scheme.indicator else reference)
    return [_family(name, told, rest) for name in ([match[1], "gtin"] if match[1] == "sgtin" else [match[1]])]


def _lengths(scheme: Scheme, given: Sequence[str]) -> Collection[int | None]:
    """Return how many digits the first components of a pattern may have together: none, a company's, or all."""
    return (0,) if not given else range(6, 13) if len(given) == 1 else (scheme.digits,)


def _family(scheme: str, digits: str, rest: str) -> str:
    return f"{scheme}:{digits}{rest}"[:_MAX_FAMILY_LENGTH]


def is_malformed(identifier: str) -> bool:
    """True for an EPC URN, or an address of GS1's own host, that has not the form of a key. URNs of schemes without
    GS1 keys pass."""
    if of_host := _OF_GS1.match(identifier):
        return of_host[1] in keys_by_name() and not _is_whole(identifier)
    match = _GS1_URN.match(identifier)
    if match is None or match[2] not in _schemes():
        return identifier.startswith("urn:epc:") and not _OF_OTHERS.match(identifier)
    if match[1] != "id" and _PATTERN in identifier:
        return not families_like(identifier)
    if match[1] != "idpat" and (match[1] == "class") != (match[2] == "lgtin"):
        return True
    return not _is_whole(canonical(identifier) or "")


def _is_whole(uri: str) -> bool:
    link = read_link(uri)
    return link is not None and all(0 < len(value) <= _MAX_QUALIFIER_LENGTH for _, value in link.qualifiers)


def has_check_digit(key: IdentificationKey, value: str) -> bool:
    """Return True unless the key's digits end in a wrong check digit; keys without one pass."""
    return not _right_digit(key, value)


def right_check_digit(uri: str) -> str:
    """Return the check digit that a Digital Link should have; empty if it is right, has none, or is no such link."""
    link = read_link(uri)
    return _right_digit(link.key, link.value) if link else ""


def _right_digit(key: IdentificationKey, value: str) -> str:
    digits = value[: _CHECKED.get(key.ai, 0)]
    right = str(ean.calc_check_digit(digits[:-1])) if digits else ""
    return "" if right == digits[-1:] else right


@cache
def keys_by_name() -> dict[str, IdentificationKey]:
    """Return the keys by application identifier and by short name."""
    found = {}
    for row in _rows("keys.csv"):
        key = IdentificationKey(row["name"], row["ai"], re.compile(row["value"]), tuple(row["qualifiers"].split()))
        found[row["ai"]] = found[row["short"]] = key
    return found


def _read(path: str) -> DigitalLink | None:
    """Return the last key of a path with its values as they are written there."""
    steps = path.rstrip("/").split("/")
    for index in range(len(steps) - 2, -1, -1):
        key = keys_by_name().get(steps[index])
        link = _with_qualifiers(key, steps[index + 1], steps[index + 2 :]) if key else None
        if link is not None:
            return link
    return None


def _with_qualifiers(key: IdentificationKey, value: str, pairs: list[str]) -> DigitalLink | None:
    names = [_QUALIFIERS.get(name, name) for name in pairs[::2]]
    if key.value.fullmatch(unquote(value)) is None or len(pairs) % 2 or not set(names) <= set(key.qualifiers):
        return None
    if names != sorted(set(names), key=key.qualifiers.index):
        return None
    value = value.rjust(14, "0") if key.ai == "01" else value
    return DigitalLink(key, value, tuple(zip(names, pairs[1::2], strict=True)))


def _of_link(uri: str) -> str | None:
    match = _LINK.match(uri)
    link = _read(match[1]) if match else None
    if link is None:
        return None
    given = {name: _escaped(value) for name, value in link.qualifiers if name != _IGNORED_QUALIFIER}
    if _SERIAL in given:
        given.pop(_LOT, None)
    return "/".join(
        [CANONICAL_HOST, link.key.ai, _escaped(link.value), *(step for pair in given.items() for step in pair)]
    )


def _of_urn(urn: str) -> str | None:
    match = _URN.fullmatch(urn)
    scheme = _schemes().get(match[2]) if match else None
    if match is None or scheme is None:
        return None
    prefix, rest = match[3], match[4]
    if scheme.digits is None:
        reference, _, tail = rest.rpartition(".") if scheme.tail else (rest, "", "")
        key = prefix + _escaped(reference)
        return _joined(scheme, key, tail) if reference and bool(tail) == bool(scheme.tail) else None
    reference, _, tail = rest.partition(".")
    if len(prefix) + len(reference) != scheme.digits or not (reference.isdecimal() or not reference):
        return None
    digits = reference[:1] + prefix + reference[1:] if scheme.indicator else scheme.lead + prefix + reference
    key = digits + (ean.calc_check_digit(digits) if scheme.check else "")
    for _ in range(scheme.fixed):
        part, _, tail = tail.partition(".")
        key += part
    return _joined(scheme, key, tail) if bool(tail) == bool(scheme.tail) else None


def _escaped(value: str) -> str:
    """Return a value in the one percent encoding that it has in a canonical Digital Link."""
    return quote(unquote(value), safe=_UNESCAPED)


def _joined(scheme: Scheme, key: str, tail: str) -> str:
    start = f"{CANONICAL_HOST}/{scheme.ai}/{key}"
    if tail in ("", _PATTERN) or (scheme.ai == "414" and tail == "0"):
        return start
    tail = _escaped(tail)
    return start + tail if scheme.tail == "+" else f"{start}/{scheme.tail}/{tail}"


@cache
def _names() -> dict[str, str]:
    """Return the scheme of each key but GTINs, by its application identifier."""
    return {scheme.ai: name for name, scheme in _schemes().items() if scheme.ai != _GTIN}


@cache
def _schemes() -> dict[str, Scheme]:
    return {
        row["scheme"]: Scheme(
            ai=row["ai"],
            digits=int(row["digits"]) if row["digits"] else None,
            indicator=row["indicator"] == "Y",
            check=row["check"] == "Y",
            lead=row["lead"],
            fixed=int(row["fixed"]),
            tail=row["tail"],
        )
        for row in _rows("urns.csv")
    }


def _rows(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
