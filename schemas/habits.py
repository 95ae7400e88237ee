"""Warnings about valid content that causes problems at real ports or platforms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice
from typing import Any

from schemas.findings import Finding
from schemas.message_types import MessageType
from schemas.opened import Opened
from schemas.place import ElementPlace, field_of, local
from schemas.wording import finding

MAX_WARNINGS = 100
"""Maximum number of warnings for one message."""
PRESCRIBED = frozenset({("barCode", "无")})
"""Stand-ins that the standard itself prescribes: 没有条形码填“无” (CEB603)."""
PLACEHOLDERS = frozenset({"无", "空", "暂无", "/", "-", "--", "\\", "null", "none", "nil", "n/a", "undefined"})
VERSION = "1.0"
_ADD = "1"
_GUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_SIGNED = {("overseas_stock_notice", "qty"): ("event", "A")}
"""(kind, element) of a number that may be negative → the element before it, and its text, of which that holds."""
_WIDE = re.compile("[\uff01-\uff5e\u3000]")


def habits(opened: Opened, edition: str) -> tuple[Finding, ...]:
    """Return warnings about a message: those about its root, and at most `MAX_WARNINGS` about elements."""
    findings = (*_of_root(opened), *islice(_of_elements(opened, edition), MAX_WARNINGS))
    return tuple([finding._replace(warning=True) for finding in findings])


def _of_root(opened: Opened) -> Iterator[Finding]:
    path, line, version = f"/{opened.entry.root}", opened.tree.sourceline, opened.tree.get("version") or ""
    if version and version != VERSION:
        yield finding(
            "habit-version", path=f"{path}/@version", line=line, expected=VERSION, found=version, found_text=version
        )
    if len(opened.guid) == 36 and not _GUID.fullmatch(opened.guid):
        yield finding("habit-guid", path=f"{path}/@guid", line=line, found=opened.guid)


def _of_elements(opened: Opened, edition: str) -> Iterator[Finding]:
    entry = opened.entry
    for document in opened.tree.iterchildren(f"{{*}}{entry.document}"):
        for element in document.iter("*"):
            if len(element) == 0 and element.text and not element.text.strip():
                yield from _blank(element, entry, edition)
            elif len(element) == 0 and element.text:
                yield from _of_value(element, element.text.strip(), entry, edition)


def _blank(element: Any, entry: MessageType, edition: str) -> Iterator[Finding]:
    """Warn about a required text of blanks only, which the schema accepts because it is not empty."""
    field = field_of(element, entry, edition)
    if field.required and field.type.startswith("C"):
        yield _finding("habit-blank", element, entry, edition, found=repr(element.text), name=field.name)


def _of_value(element: Any, text: str, entry: MessageType, edition: str) -> Iterator[Finding]:
    name = local(element.tag)
    if _WIDE.search(text) and (narrow := unicodedata.normalize("NFKC", text).strip()).isascii():
        yield _finding("habit-full-width", element, entry, edition, expected=narrow, found=text, name=name)
    elif text.lower() in PLACEHOLDERS and (name, text) not in PRESCRIBED and field_of(element, entry, edition).required:
        yield _finding("habit-placeholder", element, entry, edition, found=text, found_text=text, name=name)
    elif name == "guid" and len(text) == 36 and not _GUID.fullmatch(text):
        yield _finding("habit-guid", element, entry, edition, found=text)
    elif text.startswith("-") and _is_below_zero(element, entry, edition):
        yield _finding("habit-negative", element, entry, edition, found=text, name=name)
    elif name == "preNo" and text and entry.handling is not None and entry.handling.declares and _is_new(element):
        yield _finding("habit-own-number", element, entry, edition, found=text)


def _is_below_zero(element: Any, entry: MessageType, edition: str) -> bool:
    """True for a number below zero where the agency takes none; of customs' own documents the port's checks tell it."""
    own, signed = entry.flow == "agency", _SIGNED.get((entry.kind, local(element.tag)))
    if not own or not field_of(element, entry, edition).type.startswith(("N", "int")):
        return False
    siblings = {local(sibling.tag): sibling.text for sibling in element.itersiblings(preceding=True)}
    return signed is None or siblings.get(signed[0]) != signed[1]


def _finding(code: str, element: Any, entry: MessageType, edition: str, **words: str) -> Finding:
    return ElementPlace.of(element, entry, edition).finding(code, **words)


def _is_new(element: Any) -> bool:
    return any((sibling.text or "").strip() == _ADD for sibling in element.itersiblings("{*}appType", preceding=True))
