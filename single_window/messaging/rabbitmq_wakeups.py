"""Wake-ups between machines: messages to a RabbitMQ exchange, to which each process binds a queue for one message.

The connection is made in a separate thread, also after outages; wake-ups are lost meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event, Lock, Thread

import structlog

from single_window.messaging.amqp_entities import AmqpExchange
from single_window.messaging.client import ANSWER_TIMEOUT_SECONDS, HEARTBEAT_SECONDS, RabbitClient
from single_window.messaging.outages import parameters_of
from single_window.messaging.publishing import OutgoingMessage
from single_window.messaging.wakeups import DISCONNECTED, NAMESPACE, BrokerUnavailable

log = structlog.get_logger(__name__)
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
"""First and longest pause in seconds between attempts to reach the broker; doubled with each failure."""
NOT_CONNECTED = "There is no connection to RabbitMQ yet."
CLOSING_SECONDS = 2.0
"""Seconds that `close` waits for a running attempt to connect."""


class RabbitWakeups:
    """Wake-ups over RabbitMQ. Raises `WrongSetting` for an invalid URL."""

    shared = True

    def __init__(
        self,
        url: str,
        namespace: str = NAMESPACE,
        heartbeat: int = HEARTBEAT_SECONDS,
        patience: float = ANSWER_TIMEOUT_SECONDS,
    ) -> None:
        parameters_of(url, namespace, heartbeat)
        self._url, self._namespace, self._heartbeat, self._patience = url, namespace, heartbeat, patience
        self._hints = f"{namespace}.hints"
        self._topics: list[str] = []
        self._client: RabbitClient | None = None
        self._outage = NOT_CONNECTED
        self._woken, self._closing, self._turn = Event(), Event(), Lock()
        self._thread = Thread(target=self._connect, name="rabbitmq connects", daemon=True)
        self._thread.start()

    @property
    def state(self) -> str:
        return DISCONNECTED if self._client is None else self._client.state

    @property
    def reason(self) -> str:
        return self._outage if self._client is None else self._client.reason

    def wake(self, topic: str) -> None:
        if topic in self._topics:
            self._woken.set()
        self.wake_others(topic)

    def wake_others(self, topic: str) -> None:
        client = self._client
        if client is not None:
            client.interrupt_wait()
            client.send(OutgoingMessage(self._hints, topic, b"", persistent=False, mandatory=False))

    def interrupt(self) -> None:
        self._woken.set()
        if self._client is not None:
            self._client.interrupt_wait()

    def listen(self, topics: Sequence[str]) -> None:
        with self._turn:
            fresh = [topic for topic in topics if topic not in self._topics]
            self._topics += fresh
            if fresh and self._client is not None:
                self._client.listen(self._hints, fresh)

    def wait(self, seconds: float) -> bool:
        client = self._client
        woken = self._woken.wait(seconds) if client is None else client.wait(0 if self._woken.is_set() else seconds)
        woken |= self._woken.is_set()
        self._woken.clear()
        return woken

    def close(self) -> None:
        self._closing.set()
        self._woken.set()
        self._thread.join(CLOSING_SECONDS)
        with self._turn:
            if self._client is not None:
                self._client.close()

    def _connect(self) -> None:
        pause = FIRST_PAUSE
        while not self._closing.is_set():
            try:
                self._attach(
                    RabbitClient(self._url, f"{self._namespace} wakes", self._heartbeat, patience=self._patience)
                )
                return
            except BrokerUnavailable as away:
                self._outage = str(away)
                log.error("broker.unreachable", reason=self._outage, again_in=pause)
            self._closing.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _attach(self, client: RabbitClient) -> None:
        try:
            client.declare(AmqpExchange(self._hints))
            with self._turn:
                if self._topics:
                    client.listen(self._hints, self._topics)
                self._client = client
        except BrokerUnavailable:
            client.close()
            raise
        if self._closing.is_set():
            client.close()
        self._woken.set()
