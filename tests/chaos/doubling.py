"""Delivers everything twice, late and in another order, and poison with it: straight to the window's queues.

It receives what dispatch publishes, keeps it for a while, and publishes it again in a drawn order: in one stretch of a
run, and in the next one not, because what comes twice also makes good for what was lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import NamedTuple

from pika import BasicProperties, BlockingConnection, URLParameters
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError

from simulators.draws import Draws
from single_window.messaging.rabbitmq import NAMESPACE
from single_window.messaging.topology import EXCHANGE, QUEUES
from tests.chaos.poison import FOREIGN, SHARE, UNREADABLE

OURS = {"doubled": True}
PAUSE = 0.5
KEPT, LATE = 40, 300
"""Messages that wait for company at most before they go out again, and those that wait until the end."""
STRETCHES = 10
"""Parts of a run in which everything comes twice, and nothing does, in turn."""
TAKEN = 50
"""Messages that are taken from a queue at a time, to be put back in another order."""
_PERSISTENT = BasicProperties(delivery_mode=2, headers=OURS)


class OutgoingMessage(NamedTuple):
    """A message as it was received."""

    topic: str
    body: bytes


class Doubler:
    """Doubles from `start` to `stop`, whatever becomes of the broker; `progress` (0 to 1) says the stretch."""

    def __init__(self, address: str, seed: int, progress: Callable[[], float]) -> None:
        self._address, self._draws, self._progress = address, Draws(seed, "doubling"), progress
        self._stopping = Event()
        self._waiting: list[OutgoingMessage] = []
        self._late: list[OutgoingMessage] = []
        self._thread = Thread(target=self._run, name="doubling", daemon=True)
        self.doubled = self.poisoned = 0

    def start(self) -> Doubler:
        """Begin as soon as there is something to receive."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Deliver all that is left, the oldest last, and end."""
        self._stopping.set()
        self._thread.join(30)

    def _run(self) -> None:
        while not self._stopping.is_set():
            with suppress(AMQPError, OSError), connected(self._address) as channel:
                self._listen(channel)
            self._stopping.wait(PAUSE)

    def _listen(self, channel: BlockingChannel) -> None:
        channel.exchange_declare(_exchange(), passive=True)
        queue = channel.queue_declare("", exclusive=True).method.queue
        channel.queue_bind(queue, _exchange(), "#")
        for method, properties, body in channel.consume(queue, auto_ack=True, inactivity_timeout=0.1):
            if method is not None and (properties.headers or {}).get("doubled") is None:
                self._keep(OutgoingMessage(method.routing_key, body))
            if method is None or len(self._waiting) > self._draws.below(KEPT):
                self._deliver(channel)
            if self._stopping.is_set():
                self._waiting += self._late
                self._deliver(channel)
                return

    def _keep(self, letter: OutgoingMessage) -> None:
        if int(self._progress() * STRETCHES) % 2:
            return
        self._waiting.append(letter)
        if len(self._late) < LATE and self._draws.below(4) == 0:
            self._late.append(letter)

    def _deliver(self, channel: BlockingChannel) -> None:
        for place in self._draws.order(len(self._waiting)):
            letter = self._waiting[place]
            channel.basic_publish(_exchange(), letter.topic, letter.body, _PERSISTENT)
            self.doubled += 1
            if self.doubled % SHARE == 0:
                channel.basic_publish(
                    "",
                    queue_named(self._draws.one_of(list(QUEUES))),
                    self._draws.one_of([*UNREADABLE, *FOREIGN]),
                    _PERSISTENT,
                )
                self.poisoned += 1
        self._waiting.clear()


def delete(address: str, queue: str) -> int:
    """Delete a queue with all that is in it; gives how many messages that were."""
    with connected(address) as channel:
        return int(channel.queue_delete(queue_named(queue)).method.message_count)


def shuffle(address: str, queue: str, draws: Draws) -> int:
    """Take what waits in a queue, up to so many, and put it back in another order; gives how many that were."""
    with connected(address) as channel:
        channel.confirm_delivery()
        taken = []
        while len(taken) < TAKEN:
            method, _, body = channel.basic_get(queue_named(queue))
            if method is None:
                break
            taken.append((method.delivery_tag, body))
        for place in draws.order(len(taken)):
            channel.basic_publish("", queue_named(queue), taken[place][1], _PERSISTENT)
        for tag, _ in taken:
            channel.basic_ack(tag)
        return len(taken)


@contextmanager
def connected(address: str) -> Iterator[BlockingChannel]:
    """A channel of a connection that gives up rather than hang."""
    parameters = URLParameters(address)
    parameters.socket_timeout = parameters.stack_timeout = parameters.blocked_connection_timeout = 5
    connection = BlockingConnection(parameters)
    try:
        yield connection.channel()
    finally:
        with suppress(AMQPError, OSError):
            connection.close()


def queue_named(queue: str) -> str:
    """A queue of the window as RabbitMQ knows it."""
    return f"{NAMESPACE}.{queue}"


def _exchange() -> str:
    return EXCHANGE if EXCHANGE == NAMESPACE else f"{NAMESPACE}.{EXCHANGE}"
