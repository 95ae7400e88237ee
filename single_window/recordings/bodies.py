"""Rewrites the texts of messages, inside their envelopes, too; all other bytes stay unchanged."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from xml.sax.saxutils import escape, unescape

from single_window.recordings.events import MessageEvent
from single_window.recordings.from_store import as_text

Rewrite = Callable[[str, str], str]
"""A function from the name and text of an element or attribute to its new text."""
_ELEMENT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)([^<>]*)>([^<>]*)(?=</)")
_GUID = re.compile(r'(\sguid=")([^"<>]*)(")')
_DATA = re.compile(rb"(<(?:\w+:)?Data>)([^<>]*)(?=</)")
_DECLARED = re.compile(rb"""^<\?xml[^>]*encoding=["']([\w-]{1,20})["']""")
_ENTITIES = {"&quot;": '"', "&apos;": "'"}


def body_of(message: MessageEvent) -> bytes:
    """The bytes of a message."""
    return b64decode(message.base64) if message.base64 else message.body.encode()


def with_body(message: MessageEvent, body: bytes) -> dict[str, str]:
    """The fields of a message with this body."""
    return {"body": "", "base64": "", **as_text(body)}


def rewrite_body(body: bytes, rewrite: Rewrite) -> bytes:
    """A message with rewritten texts; unchanged if it cannot be decoded."""
    if b"DxpMsg" in body[:1_000]:
        body = _DATA.sub(lambda match: match[1] + _rewrite_data(match[2], rewrite), body)
    return _rewrite_elements(body, rewrite)


def _rewrite_data(encoded: bytes, rewrite: Rewrite) -> bytes:
    try:
        inside = b64decode(b"".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        return encoded
    changed = _rewrite_elements(inside, rewrite)
    return encoded if changed == inside else b64encode(changed)


def _rewrite_elements(body: bytes, rewrite: Rewrite) -> bytes:
    declared = _DECLARED.match(body[:200])
    coding = declared[1].decode() if declared else "utf-8"
    try:
        text = body.decode(coding)
        changed = _GUID.sub(lambda match: match[1] + rewrite("guid", match[2]) + match[3], text)
        return _ELEMENT.sub(lambda match: _rewrite_element(match, rewrite), changed).encode(coding)
    except (UnicodeError, LookupError):
        return body


def _rewrite_element(match: re.Match[str], rewrite: Rewrite) -> str:
    if not match[3] or match[2].endswith("/"):
        return match[0]
    text = unescape(match[3], _ENTITIES)
    changed = rewrite(match[1], text)
    return match[0] if changed == text else match[0][: -len(match[3])] + escape(changed)


def is_signed(body: bytes) -> bool:
    """True if a message has a signature, which rewriting makes invalid."""
    return b"SignatureValue" in body or b"SignInfo" in body
