"""Receipts over AMQP against a queue that takes so many: in order whatever it refuses, and never more than fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from single_window.channels.amqp_receipts import AmqpReceipts
from single_window.messaging.outages import DeclarationRefused
from single_window.messaging.publishing import OutgoingMessage, PublishOutcome
from single_window.messaging.wakeups import BrokerUnavailable
from single_window.receipts.messages import ReceiptsMessage
from single_window.receipts.pushing.pusher import NotDelivered
from single_window.store.channels import Channel
from single_window.store.names import AMQP
from tests.mailboxes import BOX

LIMIT = 10


class Queue:
    """A link to a broker with one queue, from which `readers[n]` messages are read after the n-th that is published."""

    def __init__(self, limit: int = LIMIT, foreign: bool = False, readers: Sequence[int] = ()) -> None:
        self.limit, self.foreign, self.readers = limit, foreign, list(readers)
        self.waiting: list[int] = []
        self.taken: list[int] = []
        self.declared = self.away = False

    def declare(self, *pieces: Any) -> None:
        self.declared = True
        if self.foreign:
            raise DeclarationRefused("it is another", 406)

    def depth(self, queue: str) -> int | None:
        return len(self.waiting) if self.declared else None

    def publish(self, letters: Sequence[OutgoingMessage]) -> list[PublishOutcome]:
        if self.away:
            raise BrokerUnavailable("away")
        return [self._take(letter) for letter in letters]

    def _take(self, letter: OutgoingMessage) -> PublishOutcome:
        fits = len(self.waiting) < self.limit
        if fits:
            self.waiting.append(letter.headers["sequence"])
            self.taken.append(letter.headers["sequence"])
        del self.waiting[: self.readers.pop(0) if self.readers else 0]
        return PublishOutcome.CONFIRMED if fits else PublishOutcome.REFUSED


def messages(first: int, last: int) -> list[ReceiptsMessage]:
    return [ReceiptsMessage(f"id-{n}", "main", BOX, n, n, "312", b"<a/>") for n in range(first, last + 1)]


def sender(queue: Queue) -> AmqpReceipts:
    return AmqpReceipts(queue, LIMIT, "single-window")  # type: ignore[arg-type]


def send(sender: AmqpReceipts, first: int, last: int) -> int:
    """The last receipt that was confirmed; `first - 1`: none."""
    at = first - 1
    try:
        for confirmed in sender.send(Channel("main", BOX, AMQP), messages(first, last)):
            at = confirmed
    except NotDelivered:
        pass
    return at


def test_a_queue_gets_what_fits_and_the_rest_when_it_was_read() -> None:
    queue = Queue()
    sending = sender(queue)
    assert send(sending, 1, 25) == LIMIT
    assert send(sending, 11, 25) == LIMIT
    queue.waiting.clear()
    assert send(sending, 11, 25) == 20
    assert queue.taken == list(range(1, 21))


@example(limit=LIMIT, readers=[0] * LIMIT + [1])
@given(limit=st.integers(1, LIMIT), readers=st.lists(st.integers(0, 3), max_size=40))
def test_nothing_overtakes_a_refused_message_however_the_queue_is_read(limit: int, readers: list[int]) -> None:
    queue = Queue(limit, foreign=limit < LIMIT, readers=readers)
    sending, at = sender(queue), 0
    for _ in range(40):
        at = send(sending, at + 1, 20)
    assert queue.taken == list(range(1, at + 1))


def test_a_broker_that_is_away_is_a_failure_that_says_so() -> None:
    queue = Queue()
    queue.away = True
    with pytest.raises(NotDelivered, match="away"):
        list(sender(queue).send(Channel("main", BOX, AMQP), messages(1, 1)))
