"""Limits of a message's structure, so that the cost of reading a message is proportional to its size.

They are far above what the standard allows, and are checked when a message is opened; a message that exceeds one is
refused (HTTP 422) with a finding. Depth is limited by the parser (256).

The parser reads any message within the cap in a fraction of a second, but xmlschema, which explains refusals, took a
minute and 1.6 GB for 600,000 empty lines. Messages above 32 KB are therefore explained in a process with limits
(`explainer.py`).
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from schemas.parsing import Unreadable
from schemas.wording import finding

MAX_ELEMENTS = 1_000_000
"""Maximum number of `<` in a message, without end tags: a larger tree would take hundreds of megabytes. The largest
message of the standard, a 607 with 99,999 lines, has half as many."""
MAX_TEXT_BYTES = 1_000_000
"""Maximum number of bytes between two tags; the longest text of the standard has 1,000 characters."""
MAX_ATTRIBUTES = 5_000
"""Maximum number of attributes in a message; only its root and its signature have any."""
MAX_ATTRIBUTES_OF_ELEMENT = 100
"""Maximum number of attributes of one element; the time to explain them grows with the cube of their number."""
MAX_NAMESPACES = 500
"""Maximum number of namespace declarations in a message, which needs two."""
MAX_BYTES_AROUND_DATA = 65_536
"""Maximum number of bytes of an envelope before its Data (head), and after it (signature)."""
MIN_ELEMENT_BYTES = 4
"""Length of the shortest element, `<a/>`, in bytes."""

_LONG_TEXT = re.compile(rb"<[^<]{%d}" % MAX_TEXT_BYTES)
_attributes = etree.XPath("count(//@*)")
_crowded = etree.XPath(f"//*[count(@*) > {MAX_ATTRIBUTES_OF_ELEMENT}][1]")


def check_bytes(body: bytes) -> None:
    """Raise `Unreadable` for a business message that exceeds a limit that can be checked before parsing."""
    if (
        len(body) > MIN_ELEMENT_BYTES * MAX_ELEMENTS
        and (elements := body.count(b"<") - body.count(b"</")) > MAX_ELEMENTS
    ):
        raise _bound_exceeded("too-many-elements", MAX_ELEMENTS, elements)
    if len(body) > MAX_TEXT_BYTES and (long_text := _LONG_TEXT.search(body)):
        raise _bound_exceeded(
            "text-too-long", MAX_TEXT_BYTES, f"> {MAX_TEXT_BYTES}", line=body.count(b"\n", 0, long_text.start()) + 1
        )
    _check_namespaces(body)


def check_envelope(body: bytes) -> None:
    """Raise `Unreadable` for a large DxpMsg with many bytes outside its Data, or with tags inside the Data."""
    if len(body) <= 2 * MAX_BYTES_AROUND_DATA:
        _check_namespaces(body)
        return
    begin, end = body.find(b"Data>", 0, MAX_BYTES_AROUND_DATA), body.rfind(b"Data>", len(body) - MAX_BYTES_AROUND_DATA)
    if begin < 0 or end <= begin or body.count(b"<", begin, end) > MIN_ELEMENT_BYTES:
        raise _bound_exceeded("envelope-too-large", MAX_BYTES_AROUND_DATA, len(body))
    _check_namespaces(body[:begin] + body[end:])


def check_tree(root: Any, body: bytes) -> None:
    """Raise `Unreadable` for a parsed message with too many attributes; `body` are its bytes."""
    if body.count(b"=") <= MAX_ATTRIBUTES_OF_ELEMENT:
        return
    if (count := int(_attributes(root))) > MAX_ATTRIBUTES:
        raise _bound_exceeded("too-many-attributes", MAX_ATTRIBUTES, count)
    if crowded := _crowded(root):
        element = crowded[0]
        raise _bound_exceeded(
            "too-many-attributes", MAX_ATTRIBUTES_OF_ELEMENT, len(element.attrib), line=element.sourceline
        )


def _check_namespaces(body: bytes) -> None:
    if body.count(b"=") > MAX_NAMESPACES and (count := body.count(b"xmlns")) > MAX_NAMESPACES:
        raise _bound_exceeded("too-many-namespaces", MAX_NAMESPACES, count)


def _bound_exceeded(code: str, most: int, value: int | str, line: int | None = None) -> Unreadable:
    return Unreadable(finding(code, line=line, expected=f"≤ {most}", found=str(value), most=most), 422)
