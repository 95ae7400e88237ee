"""Publishes with publisher confirms: many messages may be unconfirmed, and each gets a separate outcome."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from pika.channel import Channel
from pika.frame import Method
from pika.spec import Basic, BasicProperties

from single_window.messaging.channel_handler import ChannelHandler, OnClosed
from single_window.messaging.wakeups import BrokerUnavailable

WINDOW = 1_000
"""Maximum number of unconfirmed messages."""
WINDOW_BYTES = 8_000_000
"""Maximum bytes of unconfirmed messages; a larger message is sent alone."""


class PublishOutcome(StrEnum):
    """The outcome of a published message."""

    CONFIRMED = "confirmed"
    """The broker has it in every queue that it was routed to; on disk if it is persistent."""
    REFUSED = "refused"
    """A queue is full and refused it."""
    RETURNED = "returned"
    """No queue is bound to its routing key."""


class OutgoingMessage(NamedTuple):
    """A message to publish. Concurrent messages to the same exchange and key need different `message_id`s."""

    exchange: str
    routing_key: str
    body: bytes
    headers: Mapping[str, Any] = MappingProxyType({})
    message_id: str = ""
    """Empty: one is generated."""
    content_type: str = "application/octet-stream"
    persistent: bool = True
    mandatory: bool = True
    """True: without a bound queue it is returned (`PublishOutcome.RETURNED`); False: it is dropped and confirmed."""
    correlation_id: str = ""
    """Id of the message that this one answers."""


class PublishedBatch:
    """Messages that a caller waits for together. `confirmed`: future of their outcomes, in order."""

    def __init__(self, messages: Sequence[OutgoingMessage]) -> None:
        self.confirmed: Future[list[PublishOutcome]] = Future()
        self.settled = 0
        self._messages = messages
        self._outcomes = [PublishOutcome.CONFIRMED] * len(messages)
        self._begun = 0

    def next(self) -> tuple[int, OutgoingMessage] | None:
        """(index, message) to send next; None if there is none, or the caller has given up."""
        if self._begun == len(self._messages) or self.confirmed.done():
            return None
        self._begun += 1
        return self._begun - 1, self._messages[self._begun - 1]

    def settle(self, place: int, outcome: PublishOutcome) -> None:
        """Record the outcome of a message."""
        self._outcomes[place] = outcome
        self.settled += 1
        if self.settled == len(self._messages) and not self.confirmed.done():
            self.confirmed.set_result(self._outcomes)

    def fail(self, error: Exception) -> None:
        """Fail the batch, because the remaining outcomes will not be known."""
        if not self.confirmed.done():
            self.confirmed.set_exception(error)


class _Sent(NamedTuple):
    batch: PublishedBatch
    place: int
    key: tuple[str, str, str]
    size: int


class Publisher(ChannelHandler):
    """The publishing channel; used on the I/O thread only.

    `able`: messages can be sent; `ready` is called when they can; `explain` converts the error of a closed channel into
    the one that callers get.
    """

    def __init__(
        self,
        on_closed: OnClosed,
        ready: Callable[[], None],
        explain: Callable[[Exception], BrokerUnavailable],
        window: int = WINDOW,
    ) -> None:
        super().__init__("publishing", on_closed)
        self.able = False
        self._ready, self._explain, self._window = ready, explain, window
        self._batches: deque[PublishedBatch] = deque()
        self._sent: OrderedDict[int, _Sent] = OrderedDict()
        self._returned: Counter[tuple[str, str, str]] = Counter()
        self._tag = self._ids = self._bytes = 0

    def publish(self, batch: PublishedBatch) -> None:
        """Send a batch as far as the window allows, and the remaining messages as confirms arrive."""
        self._batches.append(batch)
        self._fill()

    def fail(self, error: BrokerUnavailable) -> None:
        """Fail all batches; messages already sent may still arrive."""
        for batch in [*self._batches, *(sent.batch for sent in self._sent.values())]:
            batch.fail(error)
        self._batches.clear()

    def on_open(self, channel: Channel) -> None:
        self._tag = self._bytes = 0
        channel.add_on_return_callback(self._on_return)
        channel.confirm_delivery(self._on_confirm, callback=self._on_select)

    def on_close(self, reason: Exception) -> None:
        self.able = False
        self.fail(self._explain(reason))
        self._sent.clear()
        self._returned.clear()

    def _on_select(self, _: object) -> None:
        self.able = True
        self._ready()

    def _fill(self) -> None:
        while self._batches and len(self._sent) < self._window and self._bytes < WINDOW_BYTES:
            following = self._batches[0].next()
            if following is None:
                self._batches.popleft()
                continue
            try:
                self._send(self._batches[0], *following)
            except Exception as error:  # for example an invalid key or header: pass it to the caller
                self._batches[0].fail(error)

    def _send(self, batch: PublishedBatch, place: int, message: OutgoingMessage) -> None:
        assert self.channel is not None
        self._ids += 1
        name = message.message_id or str(self._ids)
        properties = BasicProperties(
            content_type=message.content_type,
            headers=dict(message.headers) or None,
            message_id=name,
            delivery_mode=2 if message.persistent else 1,
            correlation_id=message.correlation_id or None,
        )
        self.channel.basic_publish(message.exchange, message.routing_key, message.body, properties, message.mandatory)
        self._tag += 1
        self._bytes += len(message.body)
        key = (message.exchange, message.routing_key, name)
        self._sent[self._tag] = _Sent(batch, place, key, len(message.body))

    def _on_return(self, _: Channel, method: Basic.Return, properties: BasicProperties, body: bytes) -> None:
        """A return precedes the confirm of the same message."""
        self._returned[method.exchange, method.routing_key, properties.message_id] += 1

    def _on_confirm(self, frame: Method[Basic.Ack | Basic.Nack]) -> None:
        method = frame.method
        outcome = PublishOutcome.REFUSED if isinstance(method, Basic.Nack) else PublishOutcome.CONFIRMED
        if method.multiple:
            while self._sent and next(iter(self._sent)) <= method.delivery_tag:
                self._settle(next(iter(self._sent)), outcome)
        else:
            self._settle(method.delivery_tag, outcome)
        self.failures = 0
        self._fill()

    def _settle(self, tag: int, outcome: PublishOutcome) -> None:
        sent = self._sent.pop(tag)
        self._bytes -= sent.size
        if self._returned and self._returned[sent.key]:
            self._returned[sent.key] -= 1
            outcome = PublishOutcome.RETURNED
        sent.batch.settle(sent.place, outcome)
