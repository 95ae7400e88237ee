"""The bytes of a queue as a message of kombu, without what a hostile sender could have decoded or decompressed.

Bytes that are not in kombu's message format are taken as the body of a message.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import msgspec

from single_window import keys

PROPERTIES = ("message_id", "correlation_id", "reply_to")
MAX_TEXT = 255
"""Maximum length of a property; longer ones are ignored."""


def decode_message(item: bytes, queue: str) -> dict[str, Any]:
    """Bytes from a queue as kombu's message dict, with a new delivery tag and without headers, because a header could
    trigger decompression of the body."""
    body, properties = item, dict[str, Any]()
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        envelope = msgspec.json.decode(item)
        if isinstance(envelope, dict) and isinstance(envelope.get("properties"), dict) and "body" in envelope:
            body, properties = _body(envelope, item), envelope["properties"]
    return {
        "body": b64encode(body).decode(),
        "content-type": "application/octet-stream",
        "content-encoding": "binary",
        "headers": {},
        "properties": {
            **{name: text for name in PROPERTIES if (text := _text(properties, name))},
            "body_encoding": "base64",
            "delivery_tag": keys.secret(),
            "delivery_info": {"exchange": "", "routing_key": queue},
            "priority": 0,
        },
    }


def _body(envelope: Mapping[str, Any], item: bytes) -> bytes:
    text = envelope["body"]
    if not isinstance(text, str):
        return item
    if envelope["properties"].get("body_encoding") != "base64":
        return text.encode(errors="replace")
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return item


def _text(properties: Mapping[str, Any], name: str) -> str:
    text = properties.get(name)
    return text if isinstance(text, str) and 0 < len(text) <= MAX_TEXT and text.isprintable() else ""
