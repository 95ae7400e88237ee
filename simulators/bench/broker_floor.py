"""The floor under RabbitMQ: the same messages published, confirmed, consumed and acknowledged, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, NamedTuple

from pika import BasicProperties, BlockingConnection, SelectConnection, URLParameters
from pika.connection import Parameters

from simulators.entry import BROKER_EXCHANGES, monotonic

QUEUE = "bench-floor"


class Watched(NamedTuple):
    """Sees a copy of every message between the window's processes, in a queue that goes away with its connection."""

    connection: BlockingConnection
    queue: str

    def drain(self) -> list[bytes]:
        """What has gone through since the last time."""
        channel, bodies = self.connection.channel(), []
        while (came := channel.basic_get(self.queue, auto_ack=True))[0] is not None:
            bodies.append(came[2])
        channel.close()
        return bodies


@contextmanager
def watched(broker: str) -> Iterator[Watched]:
    """Watch a broker on which a window has declared what it needs."""
    parameters = URLParameters(broker)
    parameters.heartbeat = 0
    with closing(BlockingConnection(parameters)) as connection:
        channel = connection.channel()
        queue = channel.queue_declare("", exclusive=True).method.queue
        channel.queue_bind(queue, BROKER_EXCHANGES[0], "#")
        yield Watched(connection, queue)


def broker_seconds(broker: str, bodies: Sequence[bytes]) -> float:
    """Seconds to publish messages to a durable quorum queue, all confirmed, and to consume and acknowledge them."""
    return _Through(URLParameters(broker), bodies).run() if bodies else 0.0


class _Through:
    """One connection that publishes everything at once, hears the confirms, consumes and acknowledges."""

    def __init__(self, parameters: Parameters, bodies: Sequence[bytes]) -> None:
        self._bodies, self._begun, self._ended = bodies, 0.0, 0.0
        self._confirmed = self._consumed = 0
        self._connection = SelectConnection(
            parameters, on_open_callback=self._opened, on_open_error_callback=self._failed
        )

    def run(self) -> float:
        self._connection.ioloop.start()
        return self._ended - self._begun

    def _failed(self, _: SelectConnection, error: Exception) -> None:
        raise error

    def _opened(self, connection: SelectConnection) -> None:
        connection.channel(on_open_callback=self._ready)

    def _ready(self, channel: Any) -> None:
        self._channel = channel
        channel.queue_declare(QUEUE, durable=True, arguments={"x-queue-type": "quorum"}, callback=self._declared)

    def _declared(self, _: Any) -> None:
        self._channel.confirm_delivery(self._confirm, callback=self._publish)

    def _publish(self, _: Any) -> None:
        self._begun = monotonic()
        self._channel.basic_consume(QUEUE, self._came)
        for body in self._bodies:
            self._channel.basic_publish("", QUEUE, body, BasicProperties(delivery_mode=2))

    def _confirm(self, frame: Any) -> None:
        method = frame.method
        self._confirmed = method.delivery_tag if method.multiple else self._confirmed + 1
        self._look()

    def _came(self, channel: Any, method: Any, _properties: Any, _body: bytes) -> None:
        channel.basic_ack(method.delivery_tag)
        self._consumed += 1
        self._look()

    def _look(self) -> None:
        if self._confirmed >= len(self._bodies) and self._consumed == len(self._bodies):
            self._ended = monotonic()
            self._channel.queue_delete(QUEUE, callback=lambda _: self._connection.close())
            self._connection.add_on_close_callback(lambda *_: self._connection.ioloop.stop())
