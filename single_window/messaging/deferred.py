"""A broker that is connected later: a process that files work, and waits for others to do it, can begin without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Event, Lock

from single_window.messaging.broker import DISCONNECTED, Broker, BrokerUnavailable, ReceivedMessage

NOT_CONNECTED = "There is no connection to the message broker yet."


class DeferredBroker:
    """Delegates to the broker that is attached. Until then hints are dropped, and what needs an answer raises
    `BrokerUnavailable`."""

    is_durable = True
    in_process = False

    def __init__(self) -> None:
        self._broker: Broker | None = None
        self._subscribed: list[str] = []
        self._came = Event()
        self._lock = Lock()
        self._closed = False

    def attach(self, broker: Broker) -> None:
        """Delegate to this broker from now on; it is closed with this one, at once if this one is closed already."""
        with self._lock:
            if self._closed:
                broker.close()
                return
            broker.listen(self._subscribed)
            self._broker = broker
        self._came.set()

    @property
    def state(self) -> str:
        return self._broker.state if self._broker is not None else DISCONNECTED

    @property
    def reason(self) -> str:
        return self._broker.reason if self._broker is not None else NOT_CONNECTED

    def declare(self, exchange: str, queues: Mapping[str, Sequence[str]]) -> None:
        self._attached().declare(exchange, queues)

    def publish(self, topic: str, bodies: Sequence[bytes]) -> None:
        self._attached().publish(topic, bodies)

    def take(self, queue: str, most: int) -> list[ReceivedMessage]:
        return self._attached().take(queue, most)

    def acknowledge(self, taken: Sequence[ReceivedMessage]) -> None:
        self._attached().acknowledge(taken)

    def reject(self, taken: Sequence[ReceivedMessage]) -> None:
        self._attached().reject(taken)

    def requeue(self) -> None:
        if self._broker is not None:
            self._broker.requeue()

    def wake(self, topic: str) -> None:
        if self._broker is not None:
            self._broker.wake(topic)
        elif topic in self._subscribed:
            self._came.set()

    def listen(self, topics: Sequence[str]) -> None:
        with self._lock:
            self._subscribed += topics
            if self._broker is not None:
                self._broker.listen(topics)

    def wait(self, seconds: float) -> bool:
        if self._broker is not None:
            return self._broker.wait(seconds)
        came = self._came.wait(seconds)
        self._came.clear()
        return came

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._broker is not None:
                self._broker.close()

    def _attached(self) -> Broker:
        if self._broker is None:
            raise BrokerUnavailable(NOT_CONNECTED)
        return self._broker
