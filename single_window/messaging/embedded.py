"""The embedded broker: kombu's in-memory transport, one namespace for each window.

Kombu keeps its memory queues in class attributes, so names carry a namespace; it has no confirms and forgets
everything at exit, which is why delivery rows become ready again at start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from kombu import Connection, Exchange, Producer, Queue

from single_window.messaging.broker import Taken
from single_window.messaging.topology import UnknownTopic

_namespaces = count(1)


class EmbeddedBroker:
    """Topic exchange and queues inside this process; one thread uses an instance at a time."""

    def __init__(self, namespace: str | None = None) -> None:
        self._namespace = namespace or f"window-{next(_namespaces)}"
        self._connection = Connection("memory://", transport_options={"polling_interval": 0})
        self._channel: Any = self._connection.channel()
        self._queues: dict[str, Any] = {}
        self._topics: set[str] = set()
        self._producer: Any = None

    def declare(self, exchange: str, queues: Mapping[str, Sequence[str]]) -> None:
        place = Exchange(f"{self._namespace}.{exchange}", type="topic", durable=False)
        self._producer = Producer(self._channel, exchange=place, auto_declare=True)
        for name, topics in queues.items():
            for topic in topics:
                queue = Queue(f"{self._namespace}.{name}", exchange=place, routing_key=topic)(self._channel)
                queue.declare()
                self._queues[name] = queue
                self._topics.add(topic)

    def publish(self, topic: str, bodies: Sequence[bytes]) -> None:
        if topic not in self._topics:
            raise UnknownTopic(f"No queue hears the topic {topic!r}.")
        for body in bodies:
            self._producer.publish(body, routing_key=topic, content_type="application/octet-stream",
                                   content_encoding="binary", delivery_mode="transient")

    def take(self, queue: str, most: int) -> list[Taken]:
        taken: list[Taken] = []
        while len(taken) < most and (message := self._queues[queue].get()) is not None:
            taken.append(Taken(queue, bytes(message.body), message))
        return taken

    def acknowledge(self, taken: Sequence[Taken]) -> None:
        for one in taken:
            one.tag.ack()  # type: ignore[attr-defined]

    def close(self) -> None:
        while self._queues:
            _, queue = self._queues.popitem()
            queue.delete()
        self._connection.release()
