"""Renders rows of texts as XML elements: in schema order, escaped, with the prefix of a style."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple, TypeAlias

from schemas import catalogue
from schemas.findings import Finding
from schemas.message import Text
from schemas.wording import finding

Row: TypeAlias = Mapping[str, Text]
"""Texts by element name; None or missing: the element is omitted; "": it is empty."""

Fields: TypeAlias = tuple[tuple[str, str, str], ...]
"""The elements of a row: name, opening tag, closing tag."""

STYLES = ("ceb", "default")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_SPECIAL = re.compile(f"[&<>\r]|{_FORBIDDEN.pattern}")
_CDATA = "oriBizMessage"


class InvalidValues(ValueError):
    """Raised for values that do not form a valid message; `findings` are the reasons. Permanent."""

    permanent = True

    def __init__(self, code: str, findings: Sequence[Finding]) -> None:
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        super().__init__(f"{code} was not written: {findings[0].path}: {findings[0].en}{more}")
        self.findings = tuple(findings)


class RenderingPlan(NamedTuple):
    """The precomputed tags of one message type in one style."""

    code: str
    start: str
    end: str
    document: tuple[str, str]
    head: tuple[str, str]
    line: tuple[str, str]
    head_fields: Fields
    line_fields: Fields
    prefix: str


def tags(prefix: str, name: str | None) -> tuple[str, str]:
    """Return the opening and closing tag of an element; empty if `name` is None."""
    return (f"<{prefix}{name}>", f"</{prefix}{name}>") if name else ("", "")


def fields(prefix: str, names: Iterable[str]) -> Fields:
    """Return elements with their tags."""
    return tuple((name, *tags(prefix, name)) for name in names)


@cache
def plan(code: str, edition: str, style: str) -> RenderingPlan:
    """Return the plan of a type; raises `ValueError` for an unknown style."""
    if style not in STYLES:
        raise ValueError(f"no style {style!r}; there are {', '.join(STYLES)}")
    entry = catalogue.by_code(code)
    prefix, standalone = ("ceb:", "") if style == "ceb" else ("", ' standalone="yes"')
    declared = f'xmlns{":ceb" if prefix else ""}="{entry.namespace}"'
    head, line = catalogue.names(code, edition)
    return RenderingPlan(
        code=code,
        start=f'<?xml version="1.0" encoding="UTF-8"{standalone}?>\n<{prefix}{entry.root} {declared} '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
        end=f"</{prefix}{entry.root}>",
        document=tags(prefix, entry.document),
        head=tags(prefix, entry.head),
        line=tags(prefix, entry.line),
        head_fields=fields(prefix, head),
        line_fields=fields(prefix, line),
        prefix=prefix,
    )


def attribute(name: str, text: str, code: str) -> str:
    """Render an attribute."""
    return f' {name}="{_escape(text, name, code).replace(chr(34), "&quot;")}"'


def elements(row: Row, wanted: Fields, code: str) -> str:
    """Render the elements of a row; raises `InvalidValues` for an unknown name or a character that XML forbids."""
    texts = [text for text in row.values() if text is not None]
    get = row.get
    if _SPECIAL.search("".join(texts)):
        parts = [
            f"{start}{_escape(text, name, code)}{end}" for name, start, end in wanted if (text := get(name)) is not None
        ]
    else:
        parts = [f"{start}{text}{end}" for name, start, end in wanted if (text := get(name)) is not None]
    if len(parts) != len(texts):
        known = {name for name, *_ in wanted}
        raise InvalidValues(code, [_unknown_field(name, known, code) for name in row if name not in known])
    return "".join(parts)


def document(head: Row, lines: Iterable[Row], by: RenderingPlan) -> str:
    """Render one document: head and lines."""
    start, end = by.line
    body = "".join([f"{start}{elements(line, by.line_fields, by.code)}{end}" for line in lines])
    return f"{by.document[0]}{by.head[0]}{elements(head, by.head_fields, by.code)}{by.head[1]}{body}{by.document[1]}"


def _escape(text: str, name: str, code: str) -> str:
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        shown = f"U+{ord(forbidden.group()):04X}"
        raise InvalidValues(code, [finding("control-character", path=name, found=shown, name=name, character=shown)])
    if name == _CDATA:
        return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>").replace("\r", "]]>&#13;<![CDATA[") + "]]>"
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def _unknown_field(name: str, known: Iterable[str], parent: str) -> Finding:
    close = catalogue.nearest(name, known)
    if close:
        return finding(
            "element-misspelt", path=name, expected=close[0], found=name, parent=parent, name=name, nearest=close[0]
        )
    return finding("element-unknown", path=name, found=name, parent=parent, name=name)
