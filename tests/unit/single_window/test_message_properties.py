"""What stands on a message is read, whatever a stranger wrote there: what nobody can read is left out."""

from __future__ import annotations

from struct import pack

from pika import spec
from pika.frame import decode_frame

from single_window.messaging.properties import Properties, read_safely, text
from tests.tables import each

NESTED = b"V"
for _ in range(2_000):
    NESTED = b"A" + pack(">I", len(NESTED)) + NESTED


def frame(headers: bytes) -> bytes:
    """A content header as it travels: content type, a table of one field, a message id."""
    flags = Properties.FLAG_CONTENT_TYPE | Properties.FLAG_HEADERS | Properties.FLAG_MESSAGE_ID
    table = b"\x01a" + headers
    held = pack(">HHQH", Properties.INDEX, 0, 1, flags) + b"\x08text/xml" + pack(">I", len(table)) + table + b"\x04id-1"
    return pack(">BHI", spec.FRAME_HEADER, 1, len(held)) + held + bytes([spec.FRAME_END])


@each(
    "hostile",
    [
        b"T" + pack(">Q", 2**63 - 1),
        b"T" + pack(">Q", 1_795_147_200_000),  # milliseconds where seconds belong
        NESTED,
        b"?",
    ],
)
def test_headers_that_cannot_be_read_are_left_out_and_the_rest_holds(hostile: bytes) -> None:
    read_safely()
    properties = decode_frame(frame(hostile))[1].properties  # type: ignore[union-attr]
    assert (properties.content_type, properties.headers, properties.message_id) == ("text/xml", {}, "id-1")


def test_headers_that_can_be_read_are_kept() -> None:
    read_safely()
    assert decode_frame(frame(b"I\0\0\0\x07"))[1].properties.headers == {"a": 7}  # type: ignore[union-attr]


def test_a_short_text_is_text_and_never_longer_than_it_came() -> None:
    assert [text(header) for header in (None, "a", b"\xffDXP\xfe", b"\xff" * 255)] == ["", "a", "DXP", ""]
