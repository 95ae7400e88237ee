"""Extracts the message from a request: plain XML, or Base64 in JSON; never reads more than the cap.

An invalid body becomes a refused `Reading`, so that it is archived like all received messages.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from base64 import b64decode

import msgspec
from flask import request
from msgspec import Struct

from schemas.envelope import is_base64
from schemas.findings import Finding
from schemas.packing import MESSAGES
from schemas.wording import finding as schema_finding
from single_window.frame.http import json_bodies
from single_window.frame.http.problems import finding, status_of
from single_window.intake.outside_formats import validator_of
from single_window.intake.reading import OVERSIZED_BYTES_KEPT, Reading

_SENDER = re.compile(rb"<(?:\w+:)?(?:SenderId|dxpId)>([\w.-]{1,30})<")
_BLANK = b" \t\r\n"
MAX_MESSAGES = 20
"""Maximum number of messages in one upload."""
_SPACE = b" \t\r\n\v\f"
_BOM = b"\xef\xbb\xbf"


def max_body_bytes(cap: int) -> int:
    """Return the maximum size of a body: a message of `cap` bytes in Base64, with white space and JSON around it."""
    return cap * 3 // 2 + 4_096


def take_upload(cap: int) -> list[bytes | Reading]:
    """Return the messages of the current request: several from JSON ({"messages": ["<Base64>", …]}, together within the
    cap), a body of a format of others as it is, else the one from `take`. An invalid one is a refused
    reading."""
    body = (
        request.get_data(cache=True)
        if (request.content_length or max_body_bytes(cap) + 1) <= max_body_bytes(cap)
        else b""
    )
    if validator_of(body) and len(body) <= cap:
        return [body]
    several = _several(body) if body.lstrip(_BLANK)[:1] == b"{" else None
    if not several:
        return [_message_in(body, cap) if body else take(cap)]
    if len(several) > MAX_MESSAGES or sum(map(len, several)) > max_body_bytes(cap):
        return [_too_large(body, len(body), cap)]
    return [_decode_body(text, body, cap) for text in several]


class _Several(Struct):
    messages: list[str] | None = None


def _several(body: bytes) -> list[str] | None:
    try:
        return msgspec.json.decode(body, type=_Several).messages
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


def take(cap: int) -> bytes | Reading:
    """Return the message of the current request, or a refused reading with the reason."""
    limit, announced = max_body_bytes(cap), request.content_length or 0
    body = request.stream.read(OVERSIZED_BYTES_KEPT if announced > limit else limit + 1)
    if announced > limit or len(body) > limit:
        return _too_large(body, max(announced, len(body)), cap)
    return _message_in(body, cap)


def _message_in(body: bytes, cap: int) -> bytes | Reading:
    broken = _header_finding()
    if broken is not None:
        return _refused_reading(body, broken, status_of(broken.code) if broken.code != "wrong-encoding" else 415)
    start = body[:1_000].removeprefix(_BOM).lstrip(_BLANK)[:1]
    if start == b"{" or (start != b"<" and "json" in (request.mimetype or "")):
        return _from_json(body, cap)
    if json_bodies.is_list_or_text(body.removeprefix(_BOM)):
        return _from_json(body, cap)
    return body if len(body) <= cap else _too_large(body, len(body), cap)


def _header_finding() -> Finding | None:
    """Return a finding if the headers announce an unsupported body."""
    if request.mimetype.startswith("multipart/"):
        return finding("multipart", found=request.mimetype)
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in {"", "identity"}:
        return finding("content-encoding", found=encoding)
    charset = request.mimetype_params.get("charset", "utf-8").strip("\"' ").lower()
    if charset not in {"utf-8", "utf8", "us-ascii"}:
        return schema_finding("wrong-encoding", expected="UTF-8", found=charset)
    return None


def _from_json(body: bytes, cap: int) -> bytes | Reading:
    data = json_bodies.find_data(body.removeprefix(_BOM))
    return _refused_reading(body, data, 400) if isinstance(data, Finding) else _decode_body(data, body, cap)


def _decode_body(data: str, body: bytes, cap: int) -> bytes | Reading:
    if (fault := _fault_of_text(data)) is not None:
        return _refused_reading(body, fault, 400)
    try:
        message = b64decode(data.encode("ascii").translate(None, _SPACE), validate=True)
    except (binascii.Error, ValueError) as error:
        return _refused_reading(body, finding("json-base64", path="/data", reason=str(error)), 400)
    if is_base64(message):
        return _refused_reading(body, finding("json-base64-twice", path="/data", found=message[:40].decode()), 400)
    return message if len(message) <= cap else _too_large(message, len(message), cap)


def _fault_of_text(data: str) -> Finding | None:
    """Return what is wrong with a text that should be Base64, if that can be told before it is decoded."""
    begins = data[:1_000].lstrip()
    if not begins and not data.strip():
        return finding("json-data-empty", path="/data")
    if begins.startswith("<"):
        return finding("json-data-xml", path="/data", found=begins[:40])
    if not data.isascii():
        place = next(place for place, sign in enumerate(data, 1) if not sign.isascii())
        reason = f"character {place} is {data[place - 1]!r}"
        return finding("json-base64", path="/data", found=data[place - 1], reason=reason)
    return None


def _refused_reading(body: bytes, finding: Finding, status: int) -> Reading:
    return Reading(
        _sender(body),
        "",
        hashlib.sha256(body).hexdigest(),
        MESSAGES.pack(body),
        len(body),
        findings=(finding,),
        refused=status,
    )


def _too_large(body: bytes, size: int, cap: int) -> Reading:
    """Return a refused reading with only the beginning of the body, and its size."""
    refusal = schema_finding("too-large", size=size, cap=cap, expected=f"≤ {cap}", found=str(size))
    head = body[:OVERSIZED_BYTES_KEPT]
    return Reading(
        _sender(head), "", hashlib.sha256(head).hexdigest(), MESSAGES.pack(head), size, findings=(refusal,), refused=413
    )


def _sender(body: bytes) -> str:
    """Return the sender found at the beginning or end of the body, else the client's address."""
    match = _SENDER.search(body[:OVERSIZED_BYTES_KEPT]) or _SENDER.search(body[-OVERSIZED_BYTES_KEPT:])
    return match.group(1).decode("ascii", "replace") if match else (request.remote_addr or "")
