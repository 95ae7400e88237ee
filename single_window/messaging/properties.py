"""Reads the properties of a message so that nothing from outside in them ends the connection that all share."""

from __future__ import annotations

from struct import unpack_from

from pika import spec
from pika.data import decode_short_string

_EMPTY = b"\0\0\0\0"


class Properties(spec.BasicProperties):  # type: ignore[misc]
    """As the library reads them; headers that it fails at (a date beyond all calendars, tables in tables) are left out.

    The library would end the connection, the broker deliver the message again, and so for ever.
    """

    def decode(self, encoded: bytes, offset: int = 0) -> Properties:
        """Take them from a frame that the broker has found well-formed."""
        try:
            super().decode(encoded, offset)
        except Exception:
            super().decode(_without_headers(encoded[offset:]))
        return self


def _without_headers(encoded: bytes) -> bytes:
    """The same with an empty table; before it stand flags and, where these say so, two short texts."""
    flags, place = unpack_from(">H", encoded)[0], 2
    for text in (Properties.FLAG_CONTENT_TYPE, Properties.FLAG_CONTENT_ENCODING):
        if flags & text:
            _, place = decode_short_string(encoded, place)
    return encoded[:place] + _EMPTY + encoded[place + 4 + unpack_from(">I", encoded, place)[0] :]


def text(value: str | bytes | None) -> str:
    """A short text of a message: what is no UTF-8 in it, the library gives as bytes; it is left out."""
    return value.decode(errors="ignore") if isinstance(value, bytes) else value or ""


def read_safely() -> None:
    """From now on the library reads all messages of this process so."""
    spec.props[Properties.INDEX] = Properties
