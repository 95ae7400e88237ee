"""What a publisher makes of the broker's confirms: which letter each is about, and how many may be under way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pika.frame import Method
from pika.spec import Basic, BasicProperties

from single_window.messaging import publishing
from single_window.messaging.publishing import OutgoingMessage, PublishedBatch, Publisher, PublishOutcome
from single_window.messaging.wakeups import BrokerUnavailable

CONFIRMED, REFUSED, RETURNED = PublishOutcome.CONFIRMED, PublishOutcome.REFUSED, PublishOutcome.RETURNED


class FakeChannel:
    """Stands for a channel: keeps what is published, and says what a broker might say about it."""

    is_open = True

    def __init__(self) -> None:
        self.published: list[tuple[str, str, BasicProperties]] = []

    def add_on_close_callback(self, callback: Callable[..., Any]) -> None:
        """The test closes it by hand."""

    def add_on_cancel_callback(self, callback: Callable[..., Any]) -> None:
        """Nobody cancels."""

    def add_on_return_callback(self, callback: Callable[..., Any]) -> None:
        self._on_return = callback

    def confirm_delivery(self, ack_nack_callback: Callable[..., Any], callback: Callable[..., Any]) -> None:
        self._on_confirm = ack_nack_callback
        callback(None)

    def basic_publish(
        self, exchange: str, routing_key: str, body: bytes, properties: BasicProperties, mandatory: bool
    ) -> None:
        self.published.append((exchange, routing_key, properties))

    def ack(self, tag: int, multiple: bool = False) -> None:
        self._on_confirm(Method(1, Basic.Ack(tag, multiple)))

    def nack(self, tag: int, multiple: bool = False) -> None:
        self._on_confirm(Method(1, Basic.Nack(tag, multiple)))

    def give_back(self, tag: int) -> None:
        """Return a letter, as a broker does before it confirms it."""
        exchange, key, properties = self.published[tag - 1]
        self._on_return(self, Basic.Return(exchange=exchange, routing_key=key), properties, b"")


class FakeConnection:
    def __init__(self) -> None:
        self.made = FakeChannel()

    def channel(self, on_open_callback: Callable[..., Any]) -> FakeChannel:
        self._opened = on_open_callback
        return self.made

    def open(self) -> None:
        self._opened(self.made)


def publisher(window: int = 10) -> tuple[Publisher, FakeChannel]:
    """A publisher that can send."""
    connection = FakeConnection()
    made = Publisher(lambda *_: None, lambda: None, lambda error: BrokerUnavailable(str(error)), window)
    made.open(connection)  # type: ignore[arg-type]
    connection.open()
    return made, connection.made


def letters(count: int, body: bytes = b"", message_id: str = "") -> PublishedBatch:
    return PublishedBatch([OutgoingMessage("exchange", "key", body, message_id=message_id)] * count)


def test_confirms_may_come_one_by_one_and_in_any_order() -> None:
    sender, channel = publisher()
    batch = letters(3)
    sender.publish(batch)
    for tag in (2, 3, 1):
        assert not batch.confirmed.done()
        channel.ack(tag)
    assert batch.confirmed.result(0) == [CONFIRMED] * 3


def test_one_confirm_may_speak_for_all_before_it_that_had_none() -> None:
    sender, channel = publisher()
    batch = letters(5)
    sender.publish(batch)
    channel.nack(2)
    channel.ack(4, multiple=True)
    channel.nack(5, multiple=True)
    assert batch.confirmed.result(0) == [CONFIRMED, REFUSED, CONFIRMED, CONFIRMED, REFUSED]


def test_a_returned_letter_is_reported_by_its_id() -> None:
    sender, channel = publisher()
    batch = letters(4)
    sender.publish(batch)
    channel.give_back(2)
    channel.give_back(3)
    channel.ack(4, multiple=True)
    assert batch.confirmed.result(0) == [CONFIRMED, RETURNED, RETURNED, CONFIRMED]


def test_each_letter_without_an_id_gets_one_of_its_own() -> None:
    sender, channel = publisher()
    sender.publish(letters(3))
    assert len({properties.message_id for _, _, properties in channel.published}) == 3


def test_two_letters_of_one_id_that_both_come_back_are_both_reported() -> None:
    sender, channel = publisher()
    batch = letters(2, message_id="m-1")
    sender.publish(batch)
    channel.give_back(1)
    channel.give_back(2)
    channel.ack(2, multiple=True)
    assert batch.confirmed.result(0) == [RETURNED, RETURNED]


def test_no_more_are_under_way_than_the_window_holds() -> None:
    sender, channel = publisher(window=4)
    batch = letters(10)
    sender.publish(batch)
    assert len(channel.published) == 4
    channel.ack(1)
    assert len(channel.published) == 5
    channel.ack(5, multiple=True)
    assert len(channel.published) == 9
    channel.ack(9, multiple=True)
    channel.ack(10)
    assert batch.confirmed.result(0) == [CONFIRMED] * 10


def test_large_letters_fill_the_window_sooner() -> None:
    sender, channel = publisher()
    sender.publish(letters(4, b"x" * (publishing.WINDOW_BYTES // 2)))
    assert len(channel.published) == 2
    channel.ack(1)
    assert len(channel.published) == 3


def test_a_letter_larger_than_the_window_travels_alone() -> None:
    sender, channel = publisher()
    sender.publish(letters(2, b"x" * (publishing.WINDOW_BYTES + 1)))
    assert len(channel.published) == 1
    channel.ack(1)
    assert len(channel.published) == 2


def test_batches_of_several_senders_share_the_window_and_are_distinguished() -> None:
    sender, channel = publisher(window=3)
    first, other = letters(2), letters(2)
    sender.publish(first)
    sender.publish(other)
    channel.nack(1)
    channel.ack(2)
    assert first.confirmed.result(0) == [REFUSED, CONFIRMED]
    assert not other.confirmed.done()
    channel.ack(4, multiple=True)
    assert other.confirmed.result(0) == [CONFIRMED, CONFIRMED]


def test_whoever_waits_when_the_channel_ends_is_notified_why() -> None:
    sender, _ = publisher(window=1)
    under_way, waiting = letters(1), letters(1)
    sender.publish(under_way)
    sender.publish(waiting)
    sender.on_close(OSError("cut"))
    for batch in (under_way, waiting):
        with pytest.raises(BrokerUnavailable, match="cut"):
            batch.confirmed.result(0)
    assert not sender.able


def test_what_nobody_waits_for_any_more_is_not_sent_and_its_late_confirms_do_no_harm() -> None:
    sender, channel = publisher(window=2)
    batch = letters(4)
    sender.publish(batch)
    sender.fail(BrokerUnavailable("blocked"))
    channel.ack(2, multiple=True)
    assert len(channel.published) == 2
    following = letters(1)
    sender.publish(following)
    channel.ack(3)
    assert following.confirmed.result(0) == [CONFIRMED]
