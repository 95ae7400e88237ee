"""The broker protocol on RabbitMQ: a durable topic exchange, durable quorum queues, confirmed persistent messages.

Everything is named after a namespace, so that several windows, and tests, can share a vhost. It publishes through
one client and consumes through another: a broker short of disk reads nothing from connections that publish.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from single_window.messaging.amqp_entities import Binding, Entity, Exchange, quorum
from single_window.messaging.broker import BLOCKED, CONNECTED, DISCONNECTED, BrokerUnavailable, ReceivedMessage
from single_window.messaging.client import ANSWER_TIMEOUT_SECONDS, HEARTBEAT_SECONDS, RabbitClient
from single_window.messaging.consuming import Tag
from single_window.messaging.publishing import Outcome, OutgoingMessage
from single_window.messaging.topology import UnknownTopic

NAMESPACE = "single-window"
PREFETCH = 8
"""Messages of one queue that are with one process, unacknowledged."""


class RabbitBroker:
    """Connects when it is made; raises `BrokerUnavailable` if it cannot. `wake` may be called by any thread."""

    is_durable = True
    in_process = False

    def __init__(
        self,
        url: str,
        namespace: str = NAMESPACE,
        prefetch: int = PREFETCH,
        heartbeat: int = HEARTBEAT_SECONDS,
        patience: float = ANSWER_TIMEOUT_SECONDS,
    ) -> None:
        self._namespace, self._prefetch = namespace, prefetch
        self._topics: set[str] = set()
        self._exchange = namespace
        self._hints = self._named("hints")
        self._listened: set[str] = set()
        self._consumed: dict[str, str] = {}
        self._out = RabbitClient(url, f"{namespace} publishes", heartbeat, patience=patience)
        try:
            self._in = RabbitClient(url, f"{namespace} consumes", heartbeat, patience=patience)
        except BrokerUnavailable:
            self._out.close()
            raise

    @property
    def state(self) -> str:
        states = {self._out.state, self._in.state}
        return next(state for state in (DISCONNECTED, BLOCKED, CONNECTED) if state in states)

    @property
    def reason(self) -> str:
        """Why nothing can be sent or taken, and what to do about it; empty when all is well."""
        return self._out.reason or self._in.reason

    def declare(self, exchange: str, queues: Mapping[str, Sequence[str]]) -> None:
        self._exchange = self._named(exchange)
        dead, unreadable = self._named("dead"), self._named("unreadable")
        entities: list[Entity] = [
            Exchange(self._exchange),
            Exchange(self._hints),
            Exchange(dead, "fanout"),
            quorum(unreadable),
            Binding(unreadable, dead),
        ]
        for name, topics in queues.items():
            entities.append(quorum(self._named(name), dead_letters=dead, recreatable=True))
            entities += [Binding(self._named(name), self._exchange, topic) for topic in topics]
            self._topics.update(topics)
        for client in (self._out, self._in):
            client.declare(*entities)

    def publish(self, topic: str, bodies: Sequence[bytes]) -> None:
        if topic not in self._topics:
            raise UnknownTopic(f"No queue is bound to the topic {topic!r}.")
        outcomes = self._out.publish([OutgoingMessage(self._exchange, topic, body) for body in bodies])
        failed = [outcome for outcome in outcomes if outcome != Outcome.CONFIRMED]
        if failed:
            self._out.redeclare()
            raise BrokerUnavailable(
                f"RabbitMQ did not take {len(failed)} of {len(bodies)} messages of the topic {topic!r}: {failed[0]} "
                "(returned: no queue is bound to it; refused: a queue is full). Queues and bindings "
                "are declared again.",
                self.state,
                retry_after=1,
            )

    def take(self, queue: str, most: int) -> list[ReceivedMessage]:
        if queue not in self._consumed:
            self._consumed[queue] = self._named(queue)
            self._in.consume(self._consumed[queue], self._prefetch)
        return [
            ReceivedMessage(queue, message.body, message.tag, message.headers)
            for message in self._in.take(self._consumed[queue], most)
        ]

    def acknowledge(self, taken: Sequence[ReceivedMessage]) -> None:
        self._in.acknowledge(_tags(taken))

    def reject(self, taken: Sequence[ReceivedMessage]) -> None:
        self._in.reject(_tags(taken))

    def requeue(self) -> None:
        self._in.requeue()

    def wake(self, topic: str) -> None:
        if topic in self._listened:
            self._in.interrupt_wait()
        self._out.send(OutgoingMessage(self._hints, topic, b"", persistent=False, mandatory=False))

    def probe(self) -> None:
        """Publish to no queue and wait for the confirm; raises `BrokerUnavailable`.

        RabbitMQ reports that its disk or memory is short only to publishers: until then `state` is what it was.
        """
        self._out.publish([OutgoingMessage("", self._named("nobody"), b"", persistent=False, mandatory=False)])

    def listen(self, topics: Sequence[str]) -> None:
        fresh = [topic for topic in topics if topic not in self._listened]
        self._listened.update(fresh)
        if fresh:
            self._in.listen(self._hints, fresh)

    def wait(self, seconds: float) -> bool:
        return self._in.wait(seconds)

    def close(self) -> None:
        self._in.close()
        self._out.close()

    def _named(self, name: str) -> str:
        """A name within the namespace; the namespace itself stays as it is."""
        return name if name == self._namespace else f"{self._namespace}.{name}"


def _tags(taken: Iterable[ReceivedMessage]) -> list[Tag]:
    return [cast(Tag, message.tag) for message in taken]
