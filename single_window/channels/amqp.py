"""Participants over AMQP: manages the connections to RabbitMQ and the queues of participants with such a channel.

An unreachable broker is retried; meanwhile receipts wait in the database, and webhooks are not delayed.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Thread
from typing import NamedTuple

import structlog

from single_window.channels.amqp_messages import PREFETCH, AmqpMessages
from single_window.channels.amqp_receipts import AmqpReceipts, declare, forget
from single_window.channels.amqp_replies import Replies
from single_window.channels.participant_queues import Queues, queues_of
from single_window.channels.senders import Proof
from single_window.clock import monotonic
from single_window.context import Context
from single_window.intake.admission_queue import AdmissionQueue
from single_window.intake.reader import Reader
from single_window.messaging.client import RabbitClient
from single_window.messaging.wakeups import CONNECTED, NAMESPACE, BrokerUnavailable
from single_window.receipts.pushing.pool import PushPool
from single_window.receipts.pushing.pusher import Pusher
from single_window.store import channels
from single_window.store.channels import Channel
from single_window.store.engine import reading, writing
from single_window.store.names import AMQP, OFF, OPENING

log = structlog.get_logger(__name__)
POLL_SECONDS = 1.0
"""Seconds between two checks for added or removed participants."""
RETRY_SECONDS = 5.0
"""Seconds between two attempts to reach the broker, or to declare queues that it refused."""
THREADS = (8, 2)
"""Threads for queues whose last delivery succeeded, and for those whose last delivery failed."""


class _Connections(NamedTuple):
    """Separate connections to consume and to publish, because a broker short of disk blocks publishing ones."""

    consuming: RabbitClient
    publishing: RabbitClient

    def close(self) -> None:
        self.consuming.close()
        self.publishing.close()


class _Traffic(NamedTuple):
    """The connections and the workers that use them."""

    links: _Connections
    messages: AmqpMessages
    sender: AmqpReceipts
    receipts: PushPool


class Amqp:
    """One thread calls `step`; `woken` is called from other threads when there is work; `stopping` is set at the end.

    Dead letters are in the queue `<namespace>.unreadable`.
    """

    def __init__(
        self,
        context: Context,
        admission: AdmissionQueue,
        woken: Callable[[], None],
        stopping: Event,
        namespace: str = NAMESPACE,
    ) -> None:
        self._context, self._admission, self._namespace = context, admission, namespace
        self._woken, self._stopping = woken, stopping
        self._reader = Reader(context)
        self._opener = ThreadPoolExecutor(1, "amqp opens")
        self._opening: Future[_Connections] | None = None
        self._traffic: _Traffic | None = None
        self._served: dict[Queues, Channel] = {}
        self._refused: dict[Queues, float] = {}
        self._next_look = self._next_try = 0.0

    def step(self) -> int:
        """Maintain the queues, receive and answer messages, push receipts; returns the number of messages and receipts
        handled."""
        traffic = self._traffic or self._opened()
        if traffic is None:
            return 0
        if traffic.links.consuming.state == CONNECTED and monotonic() >= self._next_look:
            self._next_look = monotonic() + POLL_SECONDS
            self._update_served(traffic)
        done = traffic.messages.step(self._served)
        return done + traffic.receipts.step(begin=traffic.links.publishing.state == CONNECTED)

    def close(self) -> None:
        """Stop receiving, answer messages that are being admitted, finish sending receipts. `stopping` must be set."""
        self._opener.shutdown(wait=True, cancel_futures=True)
        traffic = self._traffic
        if traffic is None:
            return
        until = monotonic() + RETRY_SECONDS
        while traffic.messages.under_way and monotonic() < until:
            traffic.messages.step({})
            Event().wait(0.01)
        traffic.receipts.close()
        traffic.links.close()

    def _opened(self) -> _Traffic | None:
        """The traffic once the connections are open; a separate thread opens them, because that may take long."""
        if self._opening is None and monotonic() >= self._next_try:
            self._opening = self._opener.submit(self._open)
            return None
        if self._opening is None or not self._opening.done():
            return None
        opening, self._opening = self._opening, None
        self._next_try = monotonic() + RETRY_SECONDS
        try:
            links = opening.result()
        except BrokerUnavailable as away:
            log.warning("amqp.unreachable", reason=str(away)[:300], again_in=RETRY_SECONDS)
            return None
        self._traffic = self._begin(links)
        return self._traffic

    def _open(self) -> _Connections:
        url = self._context.settings.broker
        publishing = RabbitClient(url, f"{self._namespace} receipts")
        try:
            return _Connections(RabbitClient(url, f"{self._namespace} participants"), publishing)
        except BrokerUnavailable:
            publishing.close()
            raise
        finally:
            self._woken()

    def _begin(self, links: _Connections) -> _Traffic:
        sender = AmqpReceipts(links.publishing, self._context.settings.queue_limit, self._namespace)
        pusher = Pusher(self._context.engine, sender, self._stopping.is_set)
        Thread(target=self._listen, args=(links.consuming,), name="amqp hears", daemon=True).start()
        return _Traffic(
            links,
            AmqpMessages(
                consuming=links.consuming,
                publishing=links.publishing,
                reader=self._reader,
                admission=self._admission,
                woken=self._woken,
                namespace=self._namespace,
                proof=Proof(self._context.keyring, self._context.settings),
                reply=Replies(self._context),
            ),
            sender,
            PushPool(pusher, self._woken, self._stopping, THREADS),
        )

    def _listen(self, link: RabbitClient) -> None:
        """Call `woken` when messages arrive."""
        while not self._stopping.is_set():
            if link.wait(POLL_SECONDS):
                self._woken()

    def _open_channels(self) -> dict[Queues, Channel]:
        with reading(self._context.engine) as connection:
            return {
                queues_of(channel.sandbox, channel.dxp_id): channel
                for channel in channels.of_sandbox(connection, kind=AMQP)
                if channel.state != OFF
            }

    def _update_served(self, traffic: _Traffic) -> None:
        """Start and stop serving participants, so that those whose channel is not off are served."""
        link = traffic.links.consuming
        open_channels = self._open_channels()
        for queues in self._served.keys() - open_channels.keys():
            link.stop_consuming(queues.inbox)
            forget(link, queues, self._namespace, self._context.settings.queue_limit)
            traffic.sender.forget(queues)
            del self._served[queues]
        for queues in open_channels.keys() - self._served.keys():
            if monotonic() >= self._refused.get(queues, 0.0) and self._serve(link, queues):
                self._served[queues] = open_channels[queues]
        opened = [open_channels[queues] for queues in self._served if open_channels[queues].state == OPENING]
        if opened:
            with writing(self._context.engine) as connection:
                for channel in opened:
                    channels.mark_opened(connection, channel)

    def _serve(self, link: RabbitClient, queues: Queues) -> bool:
        try:
            declare(link, queues, self._namespace, self._context.settings.queue_limit)
        except BrokerUnavailable as refused:
            self._refused[queues] = monotonic() + RETRY_SECONDS
            log.error("amqp.not_served", inbox=queues.inbox, reason=str(refused)[:300], again_in=RETRY_SECONDS)
            return False
        link.consume(queues.inbox, PREFETCH)
        return True
