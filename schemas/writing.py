"""Writes messages: elements in schema order, texts escaped, the whole validated once before it leaves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple, TypeAlias
from xml.sax.saxutils import quoteattr

from schemas import catalogue, judge, parsing, reading, signature_dummy, validation
from schemas.catalogue import EDITION, Entry
from schemas.findings import Finding
from schemas.message import Subscribe, Text, Transfer
from schemas.wording import finding

Row: TypeAlias = Mapping[str, Text]
"""Texts by element name; None or a missing name: the element is left out; "": it is empty."""

_SPECIAL = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_CDATA = "oriBizMessage"
_TRANSFER = ("copCode", "copName", "dxpMode", "dxpId", "note")
_SUBSCRIBE = ("status", "dxpMode", "dxpAddress", "note")


class Unwritable(ValueError):
    """What was to be written would not be valid; `findings` say why. Permanent: the caller's values are wrong."""

    permanent = True

    def __init__(self, code: str, findings: Sequence[Finding]) -> None:
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        super().__init__(f"{code} was not written: {findings[0].path}: {findings[0].en}{more}")
        self.findings = tuple(findings)


class _Plan(NamedTuple):
    """How one type is written in one style: the tags of each element, ready to be joined."""

    start: str
    end: str
    document: tuple[str, str]
    head: tuple[str, str]
    line: tuple[str, str]
    head_fields: tuple[tuple[str, str, str], ...]
    line_fields: tuple[tuple[str, str, str], ...]
    prefix: str


def _tags(prefix: str, name: str | None) -> tuple[str, str]:
    return (f"<{prefix}{name}>", f"</{prefix}{name}>") if name else ("", "")


@cache
def _plan(code: str, edition: str, style: str) -> _Plan:
    entry = catalogue.by_code(code)
    prefix = "ceb:" if style == "ceb" else ""
    standalone = "" if style == "ceb" else ' standalone="yes"'
    declared = f'xmlns{":ceb" if prefix else ""}="{entry.namespace}"'
    head, line = catalogue.names(code, edition)
    return _Plan(
        f'<?xml version="1.0" encoding="UTF-8"{standalone}?>\n<{prefix}{entry.root} {declared} '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"', f"</{prefix}{entry.root}>",
        _tags(prefix, entry.document), _tags(prefix, entry.head), _tags(prefix, entry.line),
        tuple((name, *_tags(prefix, name)) for name in head), tuple((name, *_tags(prefix, name)) for name in line),
        prefix)


def _escape(text: str, name: str) -> str:
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        raise Unwritable(name, [_control_character(name, forbidden.group())])
    if name == _CDATA:
        return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>").replace("\r", "]]>&#13;<![CDATA[") + "]]>"
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def _elements(row: Row, fields: Iterable[tuple[str, str, str]], code: str) -> str:
    texts = [text for text in row.values() if text is not None]
    get = row.get
    if _SPECIAL.search("".join(texts)):
        parts = [f"{start}{_escape(text, name)}{end}" for name, start, end in fields
                 if (text := get(name)) is not None]
    else:
        parts = [f"{start}{text}{end}" for name, start, end in fields if (text := get(name)) is not None]
    if len(parts) != len(texts):
        known = {name for name, *_ in fields}
        raise Unwritable(code, [_unknown(name, fields, code) for name in row if name not in known])
    return "".join(parts)


def _named(values: tuple[str, ...], names: tuple[str, ...], tag: str, prefix: str, code: str) -> str:
    start, end = _tags(prefix, tag)
    row = {name: text for name, text in zip(names, values, strict=True) if text or name != "note"}
    return f"{start}{_elements(row, [(name, *_tags(prefix, name)) for name in names], code)}{end}"


def _document(head: Row, lines: Iterable[Row], plan: _Plan, code: str) -> str:
    start, end = plan.line
    body = "".join([f"{start}{_elements(line, plan.line_fields, code)}{end}" for line in lines])
    return (f"{plan.document[0]}{plan.head[0]}{_elements(head, plan.head_fields, code)}{plan.head[1]}"
            f"{body}{plan.document[1]}")


def write(code: str, blocks: Iterable[tuple[Row, Sequence[Row]]], *, guid: str, transfer: Transfer | None = None,
          subscribes: Sequence[Subscribe] = (), signature: str | None = None, edition: str = EDITION,
          style: str | None = None, version: str = "1.0") -> bytes:
    """The message with these documents, valid by its schema, or `Unwritable` with all findings.

    `blocks`: a head and lines for each document. `signature` "dummy" adds a signature that is marked as none.
    `style` "ceb" writes the prefix, "default" a default namespace; None takes what is usual for the type.
    """
    entry = catalogue.by_code(code)
    plan = _plan(code, edition, style or ("default" if entry.receipt else "ceb"))
    parts = [f"{plan.start} guid={quoteattr(guid)} version={quoteattr(version)}>"]
    parts += [_document(head, lines, plan, code) for head, lines in blocks]
    if transfer is not None:
        parts.append(_named(transfer, _TRANSFER, "BaseTransfer", plan.prefix, code))
    parts += [_named(one, _SUBSCRIBE, "BaseSubscribe", plan.prefix, code) for one in subscribes]
    if signature == "dummy":
        parts.append(signature_dummy.ELEMENT)
    parts.append(plan.end)
    return _validated("".join(parts).encode(), entry, edition)


def _validated(body: bytes, entry: Entry, edition: str) -> bytes:
    try:
        root = parsing.parse(body, cap=len(body), may_be_huge=True)
    except parsing.Unreadable as error:
        raise Unwritable(entry.code, [error.finding]) from None
    if not judge.compiled(entry.code, edition).validate(root):
        raise Unwritable(entry.code, validation.explain(reading.opened(root, entry, body), edition))
    return body


def _control_character(name: str, character: str) -> Finding:
    shown = f"U+{ord(character):04X}"
    return finding("control-character", path=name, found=shown, name=name, character=shown)


def _unknown(name: str, fields: Iterable[tuple[str, str, str]], parent: str) -> Finding:
    close = catalogue.nearest(name, (known for known, *_ in fields))
    if close:
        return finding("element-misspelt", path=name, expected=close[0], found=name, parent=parent, name=name,
                       nearest=close[0])
    return finding("element-unknown", path=name, found=name, parent=parent, name=name)
