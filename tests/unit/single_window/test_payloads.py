"""What nobody can read, or no row can be named by, is distinguished from the ids that came with it."""

from __future__ import annotations

from single_window.messaging.broker import ReceivedMessage
from single_window.messaging.payloads import ids_of
from tests.tables import each

UNREADABLE = (
    b"",
    b"\x00\xff",
    b"{}",
    b"null",
    b'["7"]',
    b"[1,",
    b"[1.5]",
    b"[[1]]",
    b"[true]",
    b"[1e400]",
    b"[0]",
    b"[-7]",
    b"[9223372036854775808]",
    b"[99999999999999999999999]",
    b"[" * 100_000,
)


def taken(*bodies: bytes) -> list[ReceivedMessage]:
    return [ReceivedMessage("customs", body, number) for number, body in enumerate(bodies)]


@each("body", UNREADABLE, ids=lambda body: body[:24].decode("latin-1"))
def test_what_names_no_delivery_is_unreadable(body: bytes) -> None:
    payloads = ids_of(taken(b"[3]", body, b"[4,5]"))
    assert (
        payloads.ids,
        [message.tag for message in payloads.readable],
        [message.tag for message in payloads.unreadable],
    ) == (
        [3, 4, 5],
        [0, 2],
        [1],
    )


@each("body", [b"[]", b"[1]", b"[9223372036854775807,9223372036854775807]"])
def test_a_list_of_ids_is_readable_whosever_they_are(body: bytes) -> None:
    assert ids_of(taken(body)).unreadable == []
