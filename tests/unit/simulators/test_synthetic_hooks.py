"""A participant's server for webhooks believes only what is signed with its secret, and keeps what it answers."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from socket import SHUT_WR, create_connection
from urllib.parse import urlsplit

import pytest

from tests.audit.hooks import Hooks
from tests.audit.journal import Brought

BODY = b"<receipts/>"
SECRET = "a secret"


@pytest.fixture
def kept() -> list[Brought]:
    return []


def hooks(kept: list[Brought], silent: int = 0) -> Hooks:
    made = Hooks(0, kept.append, silent=silent)
    made.secrets["DXP1"] = SECRET
    made.start()
    return made


def headers(secret: str = SECRET, sequence: str = "5-7") -> Callable[[str], str]:
    """The headers of a post, without what all of ours begin with."""
    signature = hmac.new(secret.encode(), b"1700000000." + BODY, hashlib.sha256).hexdigest()
    return {
        "Mailbox": "DXP1",
        "Timestamp": "1700000000",
        "Signature": f"sha256={signature}",
        "Sequence": sequence,
        "Delivery": "id-1",
    }.__getitem__


def test_what_is_signed_is_kept_with_its_places(kept: list[Brought]) -> None:
    receiver = hooks(kept)
    assert receiver.hear(headers(), BODY) == 200
    assert kept == [Brought("webhook", "DXP1", 5, 7, "id-1", BODY)]
    receiver.stop()


def test_one_receipt_has_one_place(kept: list[Brought]) -> None:
    receiver = hooks(kept)
    receiver.hear(headers(sequence="9"), BODY)
    assert (kept[0].first, kept[0].last) == (9, 9)
    receiver.stop()


def test_what_is_signed_with_another_secret_is_refused_and_counted(kept: list[Brought]) -> None:
    receiver = hooks(kept)
    assert receiver.hear(headers("another"), BODY) == 401
    assert (kept, receiver.forged) == ([], 1)
    receiver.stop()


def test_some_are_kept_and_not_answered(kept: list[Brought]) -> None:
    receiver = hooks(kept, silent=3)
    answers = [receiver.hear(headers(), BODY) for _ in range(60)]
    assert len(kept) == 60 and 10 < answers.count(0) < 35 and set(answers) == {0, 200}
    receiver.stop()


def test_what_breaks_off_was_not_posted(kept: list[Brought]) -> None:
    receiver = hooks(kept)
    with create_connection(("127.0.0.1", urlsplit(receiver.url).port or 0)) as sender:
        sender.sendall(b"POST /receipts HTTP/1.1\r\nContent-Length: 1000\r\n\r\n" + BODY)
        sender.shutdown(SHUT_WR)
        assert sender.recv(1) == b""
    assert (kept, receiver.forged) == ([], 0)
    receiver.stop()
