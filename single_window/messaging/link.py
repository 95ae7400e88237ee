"""A link to RabbitMQ that any thread may use: it publishes, consumes, declares, and comes back after an outage.

The connection belongs to a thread of its own (`line.py`), so heartbeats go on however long somebody works. Whoever
publishes much should consume on another link: a broker short of disk stops reading from a connection that publishes,
acknowledgements included. A link is not to be carried into a forked process: open it there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from functools import partial
from threading import Event
from typing import Any

from pika.exceptions import ChannelClosed

from single_window.messaging import consuming, declaring
from single_window.messaging.blueprint import Binding, Piece
from single_window.messaging.broker import CONNECTED, DISCONNECTED, BrokerUnavailable
from single_window.messaging.consuming import Consumer, Incoming, Settling, Tag
from single_window.messaging.outages import DeclarationRefused, channel_words, parameters_of, place_of
from single_window.messaging.publishing import WINDOW, Batch, Letter, Outcome
from single_window.messaging.renewing import DELETED
from single_window.messaging.upkeep import Upkeep

HEARTBEAT = 20
"""Seconds; a peer that is silent for longer is given up."""
PATIENCE = 10.0
"""Seconds without any sign of progress after which the broker counts as gone."""
FIRST = 20.0
"""Seconds that the first connection may take."""


class Link:
    """Connects when it is made; raises `BrokerUnavailable` if that fails the first time, and `WrongSetting`.

    `purpose` is how the broker's operator sees the connection. What raises `BrokerUnavailable` says why and what to do.
    """

    def __init__(
        self,
        url: str,
        purpose: str = "single-window",
        heartbeat: int = HEARTBEAT,
        window: int = WINDOW,
        patience: float = PATIENCE,
    ) -> None:
        self._parameters = parameters_of(url, purpose, heartbeat)
        self._patience = patience
        self._came = Event()
        self._consumers: dict[str, Consumer] = {}
        self._hints: list[Consumer] = []
        self._upkeep = Upkeep(self._parameters, purpose, window, self._came.set)
        try:
            self._upkeep.first.result(FIRST)
        except TimeoutError:
            self.close()
            raise BrokerUnavailable(f"RabbitMQ at {place_of(self._parameters)} does not answer.") from None
        except BrokerUnavailable:
            self.close()
            raise

    @property
    def state(self) -> str:
        """`CONNECTED`, `BLOCKED` or `DISCONNECTED`."""
        return self._upkeep.state

    @property
    def reason(self) -> str:
        """Why nothing can be sent, and what to do about it; empty when it can."""
        return self._upkeep.reason

    def declare(self, *pieces: Piece) -> None:
        """Declare exchanges, queues and bindings, in this order, now and after every outage.

        Raises `DeclarationRefused` when something exists with other properties; then none of them is remembered.
        """
        self._ask(declaring.declaration(pieces))
        if pieces not in self._upkeep.remembered:
            self._upkeep.remembered.append(pieces)

    def forget(self, *pieces: Piece) -> None:
        """What was declared together is not declared again after an outage; now it stays as it is."""
        if pieces in self._upkeep.remembered:
            self._upkeep.remembered.remove(pieces)

    def depth(self, queue: str) -> int | None:
        """How many messages wait in a queue, without those that are with consumers; None: there is no such queue."""
        try:
            return int(self._ask(declaring.depth(queue)))
        except DeclarationRefused as refused:
            if refused.code == 404:
                return None
            raise

    def publish(self, letters: Sequence[Letter]) -> list[Outcome]:
        """Publish, and wait until the broker has said of each what became of it; outcomes come in the letters' order.

        Raises `BrokerUnavailable` when there is no connection, when the broker takes nothing, or when it says nothing
        for too long. Then all letters count as unsent; some may arrive nevertheless.
        """
        if not letters:
            return []
        self._check()
        batch = Batch(letters)
        self._upkeep.line.call(partial(self._upkeep.publish, batch))
        settled = 0
        while True:
            try:
                return batch.confirmed.result(self._patience)
            except TimeoutError:
                if batch.settled == settled:
                    raise self._given_up(batch) from None
                settled = batch.settled

    def send(self, letter: Letter) -> None:
        """Publish without waiting, and without a word if it comes to nothing: for hints."""
        if self.state == CONNECTED:
            self._upkeep.line.call(partial(self._upkeep.publish, Batch([letter])))

    def consume(self, queue: str, prefetch: int) -> None:
        """Begin to consume a queue, and again after every outage; at most `prefetch` messages are here, unsettled."""
        if queue not in self._consumers:
            self._consumers[queue] = self._consumer(queue, prefetch)

    def stop_consuming(self, queue: str) -> None:
        """Consume it no longer; what was not settled goes back into it."""
        consumer = self._consumers.pop(queue, None)
        if consumer is not None:
            self._upkeep.line.call(partial(self._upkeep.stop_consuming, consumer))

    def listen(self, exchange: str, routing_keys: Iterable[str]) -> None:
        """From now on messages to these keys of an exchange end a `wait`. Nobody sees them; many may count as one."""
        hints = self._consumer("", 1, [Binding("", exchange, key) for key in routing_keys])
        self._hints.append(hints)
        if self.state != DISCONNECTED:
            hints.consumes.wait(self._patience)

    def take(self, queue: str, most: int) -> list[Incoming]:
        """At most so many messages of a consumed queue that have arrived here; never waits."""
        return self._consumers[queue].take(most)

    def acknowledge(self, tags: Iterable[Tag]) -> None:
        """These are dealt with. Tags from before an outage are left out: their messages come again."""
        _settle(tags, consuming.acknowledge)

    def refuse(self, tags: Iterable[Tag]) -> None:
        """These cannot be read: to the dead letters, where their queue has such."""
        _settle(tags, consuming.refuse)

    def give_back(self, tags: Iterable[Tag] | None = None) -> None:
        """These, or all that were taken and not settled, go back into their queues."""
        if tags is None:
            tags = [tag for consumer in list(self._consumers.values()) for tag in consumer.taken()]
        _settle(tags, consuming.give_back)

    def wait(self, seconds: float) -> bool:
        """Until something came (a message, a hint, a `nudge`, the connection), or so long; True: something came."""
        came = self._came.wait(seconds)
        self._came.clear()
        for hints in self._hints:
            self.acknowledge([hint.tag for hint in hints.take(1)])
        return came

    def nudge(self) -> None:
        """End a `wait`."""
        self._came.set()

    def mend(self) -> None:
        """Declare again what is remembered: something was deleted at the broker. Happens after a moment.

        A quorum queue that is made again before its consumers have heard of its end leaves them deaf.
        """
        self._upkeep.line.call(partial(self._upkeep.mend_later, DELETED))

    def close(self) -> None:
        """End the connection and its thread; ends within seconds. What was taken and not settled goes back."""
        self._upkeep.end("This link to RabbitMQ was closed.")

    def _check(self) -> None:
        if self.state != CONNECTED:
            raise self._upkeep.outage()

    def _given_up(self, batch: Batch) -> BrokerUnavailable:
        place = place_of(self._parameters)
        error = BrokerUnavailable(f"RabbitMQ at {place} has confirmed nothing for {self._patience:g} seconds.")
        self._upkeep.line.call(partial(batch.fail, error))
        return error

    def _consumer(self, queue: str, prefetch: int, hears: Sequence[Binding] = ()) -> Consumer:
        consumer = Consumer(
            queue,
            prefetch,
            self._upkeep.line.call,
            self._came.set,
            self._upkeep.broken,
            self._upkeep.turns.answered,
            hears,
        )
        self._upkeep.line.call(partial(self._upkeep.consume, consumer))
        return consumer

    def _ask(self, job: declaring.Job) -> Any:
        self._check()
        answer: Future[Any] = Future()
        self._upkeep.line.call(partial(self._upkeep.ask, job, answer))
        try:
            return answer.result(self._patience)
        except ChannelClosed as refused:
            raise DeclarationRefused(channel_words(refused, self._parameters), refused.reply_code) from None
        except TimeoutError:
            raise BrokerUnavailable(f"RabbitMQ at {place_of(self._parameters)} does not answer.") from None


def _settle(tags: Iterable[Tag], how: Settling) -> None:
    by_consumer: dict[Consumer, list[Tag]] = {}
    for tag in tags:
        by_consumer.setdefault(tag.consumer, []).append(tag)
    for consumer, own in by_consumer.items():
        consumer.settle(own, how)
