"""The embedded broker: kombu's in-memory transport, one namespace for each window.

Kombu keeps its memory queues in class attributes, so names carry a namespace; it has no confirms and forgets
everything at exit, which is why delivery rows become ready again at start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from threading import Event
from typing import Any

import structlog
from kombu import Connection, Exchange, Producer, Queue

from single_window.messaging.broker import CONNECTED, ReceivedMessage
from single_window.messaging.topology import UnknownTopic

log = structlog.get_logger(__name__)
_namespaces = count(1)


class EmbeddedBroker:
    """Topic exchange and queues inside this process; one thread uses an instance at a time, but for `wake`."""

    is_durable = False
    in_process = True
    state = CONNECTED
    reason = ""

    def __init__(self, namespace: str | None = None) -> None:
        self._namespace = namespace or f"window-{next(_namespaces)}"
        self._connection = Connection("memory://", transport_options={"polling_interval": 0})
        self._channel: Any = self._connection.channel()
        self._queues: dict[str, Any] = {}
        self._topics: set[str] = set()
        self._producer: Any = None
        self._taken: dict[object, Any] = {}
        self._woken = Event()

    def declare(self, exchange: str, queues: Mapping[str, Sequence[str]]) -> None:
        place = Exchange(f"{self._namespace}.{exchange}", type="topic", durable=False)(self._channel)
        place.declare()
        self._producer = Producer(self._channel, exchange=place)
        for name, topics in queues.items():
            queue = self._queues[name] = Queue(f"{self._namespace}.{name}")(self._channel)
            queue.queue_declare()
            for topic in topics:
                queue.bind_to(place, routing_key=topic)
            self._topics.update(topics)

    def publish(self, topic: str, bodies: Sequence[bytes]) -> None:
        if topic not in self._topics:
            raise UnknownTopic(f"No queue is bound to the topic {topic!r}.")
        for body in bodies:
            self._producer.publish(
                body,
                routing_key=topic,
                content_type="application/octet-stream",
                content_encoding="binary",
                delivery_mode="transient",
            )
        self._woken.set()

    def take(self, queue: str, most: int) -> list[ReceivedMessage]:
        taken: list[ReceivedMessage] = []
        while len(taken) < most and (message := self._queues[queue].get()) is not None:
            taken.append(ReceivedMessage(queue, bytes(message.body), message.delivery_tag))
            self._taken[message.delivery_tag] = message
        return taken

    def acknowledge(self, taken: Sequence[ReceivedMessage]) -> None:
        for received in taken:
            message = self._taken.pop(received.tag, None)
            if message is not None:
                message.ack()

    def reject(self, taken: Sequence[ReceivedMessage]) -> None:
        for received in taken:
            log.error(
                "message.unreadable", queue=received.queue, bytes=len(received.body), beginning=repr(received.body[:80])
            )
        self.acknowledge(taken)

    def requeue(self) -> None:
        while self._taken:
            self._taken.popitem()[1].requeue()
        self._woken.set()

    def wake(self, topic: str) -> None:
        self._woken.set()

    def listen(self, topics: Sequence[str]) -> None:
        """Every hint of this process ends a wait anyway."""

    def wait(self, seconds: float) -> bool:
        came = self._woken.wait(seconds)
        self._woken.clear()
        return came

    def close(self) -> None:
        self._taken.clear()
        while self._queues:
            _, queue = self._queues.popitem()
            queue.delete()
        self._connection.release()
