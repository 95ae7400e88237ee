"""Participants at RabbitMQ: they publish messages with confirms, and take receipts from their queues."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import NamedTuple

from pika import BasicProperties, BlockingConnection, URLParameters
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError
from pika.spec import Basic

from tests.audit.journal import Brought
from tests.patience import PATIENCE

EXCHANGE = "single-window.participants"
WAY = "AMQP"
PAUSE = 0.5
LOST = 10.0
"""Seconds that a broker may say nothing, or take nothing, before its connection counts as lost."""


@contextmanager
def channel_at(address: str) -> Iterator[BlockingChannel]:
    """A channel of a connection that gives up rather than hang."""
    parameters = URLParameters(address)
    parameters.socket_timeout = parameters.stack_timeout = parameters.blocked_connection_timeout = LOST
    connection = BlockingConnection(parameters)
    try:
        yield connection.channel()
    finally:
        with suppress(AMQPError, OSError):
            connection.close()


def publish(address: str, queue: str, body: bytes, attempt: str) -> bool:
    """Give one message to the window, to be answered under this id; whether RabbitMQ has confirmed it."""
    properties = BasicProperties(delivery_mode=2, reply_to=answers_of(queue), correlation_id=attempt)
    try:
        with channel_at(address) as channel:
            channel.confirm_delivery()
            channel.basic_publish(EXCHANGE, queue, body, properties, mandatory=True)
    except (AMQPError, OSError):
        return False
    return True


def answers_of(queue: str) -> str:
    """The participant's own queue for answers to his messages."""
    return f"{queue}_ANSWERS"


class Reply(NamedTuple):
    """What the window answered to an attempt to send: status as over HTTP, and the message's id."""

    attempt: str
    status: int
    number: int


class QueueListener:
    """Takes receipts and answers out of queues from `start` to `stop`, and acknowledges what it has kept."""

    def __init__(
        self,
        address: str,
        queues: Sequence[str],
        keep: Callable[[Brought], object],
        answered: Callable[[Reply], object],
    ) -> None:
        self._address, self._queues, self._keep, self._answered = address, list(queues), keep, answered
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="queues", daemon=True)

    def start(self) -> QueueListener:
        """Begin as soon as there are queues."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        while not self._stopping.is_set():
            with suppress(AMQPError, OSError), channel_at(self._address) as channel:
                for queue in self._queues:
                    channel.queue_declare(answers_of(queue), durable=True, arguments={"x-queue-type": "quorum"})
                    channel.basic_consume(answers_of(queue), self._take_reply)
                    channel.basic_consume(f"{queue}_HZ", self._take)
                while not self._stopping.is_set():
                    channel.connection.process_data_events(0.2)
            self._stopping.wait(PAUSE)

    def _take(self, channel: BlockingChannel, method: Basic.Deliver, properties: BasicProperties, body: bytes) -> None:
        if properties.content_type == "application/xml":
            headers = properties.headers
            self._keep(
                Brought(WAY, headers["mailbox"], headers["first"], headers["sequence"], properties.message_id, body)
            )
        channel.basic_ack(method.delivery_tag)

    def _take_reply(
        self, channel: BlockingChannel, method: Basic.Deliver, properties: BasicProperties, body: bytes
    ) -> None:
        self._answered(Reply(properties.correlation_id, properties.headers["status"], json.loads(body)["id"]))
        channel.basic_ack(method.delivery_tag)
