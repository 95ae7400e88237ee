"""Documents that are told in several ways (messages, JSON, files of others): named tuples of texts, by their elements,
with `lines` of such tuples."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from declarations.documents.extraction import wire_name
from declarations.money import AmountTooLarge, Scaled, scaled_from_text

_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?")


def told_of(facts: Any, document: Any, line: Any) -> Any:
    """Return the document that a message's facts say, with its lines; `document`, `line`: the classes of them."""
    lines = tuple(line(**{name: str(getattr(one, name)) for name in line._fields}) for one in facts.lines)
    head = {name: str(getattr(facts, name)) for name in document._fields if name != "lines"}
    return document(**head, lines=lines)


def elements_of(told: NamedTuple) -> Mapping[str, str]:
    """Return the elements of a document's head, or of a line, without those that say nothing."""
    return {wire_name(name): value for name, value in told._asdict().items() if name != "lines" and value}


def digest_of(head: Iterable[object], lines: Iterable[NamedTuple]) -> str:
    """Return the SHA-256 of what a document says."""
    said = (*head, *(field for line in lines for field in line))
    return sha256("\x1f".join(map(str, said)).encode()).hexdigest()


def scaled(text: str, otherwise: Scaled = -1) -> Scaled:
    """Return a number in plain digits, scaled; `otherwise` for one that is too large or none."""
    try:
        return scaled_from_text(text) if _NUMBER.fullmatch(text) else otherwise
    except (AmountTooLarge, ArithmeticError):
        return otherwise
