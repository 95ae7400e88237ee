"""A broker that may come later: whoever files work, and waits for others to do it, can begin without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Event, Lock

from single_window.messaging.broker import DISCONNECTED, Broker, BrokerUnavailable, Taken

ABSENT = "There is no connection to the message broker yet."


class LateBroker:
    """Does what `comes` does, once it has come. Until then hints go nowhere, and what needs an answer is refused."""

    keeps = True
    inside = False

    def __init__(self) -> None:
        self._broker: Broker | None = None
        self._listened: list[str] = []
        self._came = Event()
        self._lock = Lock()
        self._closed = False

    def comes(self, broker: Broker) -> None:
        """Here it is; from now on it is closed with this one, at once if this one is closed already."""
        with self._lock:
            if self._closed:
                broker.close()
                return
            broker.listen(self._listened)
            self._broker = broker
        self._came.set()

    @property
    def state(self) -> str:
        return self._broker.state if self._broker is not None else DISCONNECTED

    @property
    def reason(self) -> str:
        return self._broker.reason if self._broker is not None else ABSENT

    def declare(self, exchange: str, queues: Mapping[str, Sequence[str]]) -> None:
        self._there().declare(exchange, queues)

    def publish(self, topic: str, bodies: Sequence[bytes]) -> None:
        self._there().publish(topic, bodies)

    def take(self, queue: str, most: int) -> list[Taken]:
        return self._there().take(queue, most)

    def acknowledge(self, taken: Sequence[Taken]) -> None:
        self._there().acknowledge(taken)

    def refuse(self, taken: Sequence[Taken]) -> None:
        self._there().refuse(taken)

    def give_back(self) -> None:
        if self._broker is not None:
            self._broker.give_back()

    def wake(self, topic: str) -> None:
        if self._broker is not None:
            self._broker.wake(topic)
        elif topic in self._listened:
            self._came.set()

    def listen(self, topics: Sequence[str]) -> None:
        with self._lock:
            self._listened += topics
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

    def _there(self) -> Broker:
        if self._broker is None:
            raise BrokerUnavailable(ABSENT)
        return self._broker
