"""Decodes message properties safely, so that a malformed message does not end the shared connection."""

from __future__ import annotations

from struct import unpack_from

from pika import spec
from pika.data import decode_short_string

_EMPTY = b"\0\0\0\0"


class Properties(spec.BasicProperties):  # type: ignore[misc]
    """pika's properties, without headers that pika fails to decode (dates out of range, nested tables).

    pika would close the connection, the broker would redeliver the message, and so on without end.
    """

    def decode(self, encoded: bytes, offset: int = 0) -> Properties:
        """Decode the properties of a frame."""
        try:
            super().decode(encoded, offset)
        except Exception:
            super().decode(_without_headers(encoded[offset:]))
        return self


def _without_headers(encoded: bytes) -> bytes:
    """The encoded properties with an empty header table, which follows the flags and up to two short strings."""
    flags, place = unpack_from(">H", encoded)[0], 2
    for text in (Properties.FLAG_CONTENT_TYPE, Properties.FLAG_CONTENT_ENCODING):
        if flags & text:
            _, place = decode_short_string(encoded, place)
    return encoded[:place] + _EMPTY + encoded[place + 4 + unpack_from(">I", encoded, place)[0] :]


def text(value: str | bytes | None) -> str:
    """A short string of a message. pika returns bytes for one that is not UTF-8; then invalid bytes are dropped."""
    return value.decode(errors="ignore") if isinstance(value, bytes) else value or ""


def read_safely() -> None:
    """Replace pika's decoding for all connections of this process."""
    spec.props[Properties.INDEX] = Properties
