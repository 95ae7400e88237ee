"""Finds the message in a body of JSON: Base64 in `data`, at the top or in the form of Haikou."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec
from msgspec import Raw, Struct, field

from schemas.findings import Finding
from single_window.frame.http.problems import finding

FORM = '{"data": "<Base64>"}'
_AROUND: Mapping[str, str] = MappingProxyType({"message": "Message", "message_body": "MessageBody"})
"""Field of `_Level` → name of the object around `data` in the form of Haikou, from outside."""
_KINDS: Mapping[bytes, str] = MappingProxyType(
    {b"{": "object", b"[": "array", b'"': "string", b"t": "boolean", b"f": "boolean", b"n": "null"}
)
"""First byte of a value → the name of its type in JSON; all others are numbers."""
_ESCAPED_XML = (b'"<', b'"\\u003c')
MAX_NAMED, MAX_BYTES_NAMED = 5, 4_096
"""Maximum number of members of an object that a finding names, and size of an object whose members it names."""


class _Level(Struct):
    """One object of the JSON around a message; other members are skipped, however many there are."""

    data: Raw = Raw()
    message: Raw = field(default=Raw(), name="Message")
    message_body: Raw = field(default=Raw(), name="MessageBody")


def is_list_or_text(body: bytes) -> bool:
    """True for JSON that is an array or a string; False for an object, for other data, and for XML as a string, about
    which the parser of XML says more."""
    start = body[:1_000].lstrip()
    if start[:1] not in (b"[", b'"') or start.lower().startswith(_ESCAPED_XML):
        return False
    try:
        msgspec.json.decode(body, type=Raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return False
    return True


def find_data(body: bytes) -> str | Finding:
    """Return the text of `data`, or the finding that says what came instead. `body` has no byte order mark."""
    try:
        return _data_of(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        return finding("json-broken", reason=str(error))


def _data_of(body: bytes) -> str | Finding:
    level, above = msgspec.json.decode(body, type=Raw), ""
    if (kind := _kind_of(level)) != "object":
        return finding("json-not-object", expected=FORM, found=kind)
    for below in (*_AROUND, ""):
        parsed = msgspec.json.decode(level, type=_Level)
        if bytes(parsed.data):
            return _text_of(parsed.data, f"{above}data")
        inner = getattr(parsed, below) if below else Raw()
        if not bytes(inner):
            break
        level, above = inner, f"{above}{_AROUND[below]}."
        if (kind := _kind_of(level)) != "object":
            return _without_data(f"{above.removesuffix('.')}: {kind}")
    return _without_data(_members_of(level, above))


def _members_of(level: Raw, above: str) -> str:
    """The names of an object's first members; of a large object only that it is one."""
    if len(bytes(level)) > MAX_BYTES_NAMED:
        return f"{above}{{…}}"
    names = list(msgspec.json.decode(level, type=dict[str, Raw]))[:MAX_NAMED]
    return ", ".join(above + name for name in names) or f"{above}{{}}"


def _text_of(value: Raw, path: str) -> str | Finding:
    kind = _kind_of(value)
    return msgspec.json.decode(value, type=str) if kind == "string" else _without_data(f"{path}: {kind}")


def _without_data(found: str) -> Finding:
    return finding("json-without-data", expected=FORM, found=found)


def _kind_of(value: Raw) -> str:
    return _KINDS.get(bytes(value).lstrip()[:1], "number")
