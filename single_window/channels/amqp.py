"""Participants over AMQP: keeps the links to RabbitMQ, and the queues of all who have such a channel.

A broker that is away is retried again and again; nothing is lost meanwhile, and webhooks do not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Thread
from typing import NamedTuple

import structlog

from single_window.channels.amqp_messages import PREFETCH, AmqpMessages
from single_window.channels.amqp_proof import Proof
from single_window.channels.amqp_receipts import AmqpReceipts, declare, forget
from single_window.channels.amqp_replies import Replies
from single_window.channels.participant_queues import Queues, queues_of
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
from single_window.store.engine import reading
from single_window.store.names import AMQP, OFF

log = structlog.get_logger(__name__)
LOOK = 1.0
"""Seconds between two checks for added or removed participants."""
AGAIN = 5.0
"""Seconds between two attempts to reach the broker, or to make queues that it would not let us make."""
THREADS = (8, 2)
"""For queues that took what they were given last time, and for those that did not."""


class _Links(NamedTuple):
    """One link to take messages, one to send: a broker short of disk stops reading from senders."""

    consuming: RabbitClient
    publishing: RabbitClient

    def close(self) -> None:
        self.consuming.close()
        self.publishing.close()


class _Traffic(NamedTuple):
    """The workers that serve the links while there are any."""

    links: _Links
    messages: AmqpMessages
    sender: AmqpReceipts
    receipts: PushPool


class Amqp:
    """One thread calls `step`; `woken` is called from others when a step is worth while; `stopping` is set at the end.

    Dead letters lie in `<namespace>.unreadable`.
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
        self._opening: Future[_Links] | None = None
        self._traffic: _Traffic | None = None
        self._served: dict[Queues, Channel] = {}
        self._refused: dict[Queues, float] = {}
        self._next_look = self._next_try = 0.0

    def step(self) -> int:
        """Maintain the queues, take and answer messages, push receipts; gives how many of both were handled."""
        traffic = self._traffic or self._opened()
        if traffic is None:
            return 0
        if traffic.links.consuming.state == CONNECTED and monotonic() >= self._next_look:
            self._next_look = monotonic() + LOOK
            self._look(traffic)
        done = traffic.messages.step(self._served)
        return done + traffic.receipts.step(begin=traffic.links.publishing.state == CONNECTED)

    def close(self) -> None:
        """Take nothing more, answer what is being admitted, finish the receipts being sent. `stopping` must be set."""
        self._opener.shutdown(wait=True, cancel_futures=True)
        traffic = self._traffic
        if traffic is None:
            return
        until = monotonic() + AGAIN
        while traffic.messages.under_way and monotonic() < until:
            traffic.messages.step({})
            Event().wait(0.01)
        traffic.receipts.close()
        traffic.links.close()

    def _opened(self) -> _Traffic | None:
        """The traffic as soon as there are links; they are opened beside, for that may take long."""
        if self._opening is None:
            if monotonic() >= self._next_try:
                self._opening = self._opener.submit(self._open)
            return None
        if not self._opening.done():
            return None
        opening, self._opening = self._opening, None
        self._next_try = monotonic() + AGAIN
        try:
            links = opening.result()
        except BrokerUnavailable as away:
            log.warning("amqp.unreachable", reason=str(away)[:300], again_in=AGAIN)
            return None
        self._traffic = self._begin(links)
        return self._traffic

    def _open(self) -> _Links:
        url = self._context.settings.broker
        publishing = RabbitClient(url, f"{self._namespace} receipts")
        try:
            return _Links(RabbitClient(url, f"{self._namespace} participants"), publishing)
        except BrokerUnavailable:
            publishing.close()
            raise
        finally:
            self._woken()

    def _begin(self, links: _Links) -> _Traffic:
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
        """Messages that arrive make a step worth while."""
        while not self._stopping.is_set():
            if link.wait(LOOK):
                self._woken()

    def _look(self, traffic: _Traffic) -> None:
        """Serve the participants whose channel is not off, and no others."""
        link = traffic.links.consuming
        with reading(self._context.engine) as connection:
            open_channels = {
                queues_of(channel.sandbox, channel.dxp_id): channel
                for channel in channels.listed(connection, kind=AMQP)
                if channel.state != OFF
            }
        for queues in self._served.keys() - open_channels.keys():
            link.stop_consuming(queues.inbox)
            forget(link, queues, self._namespace, self._context.settings.queue_limit)
            traffic.sender.forget(queues)
            del self._served[queues]
        for queues in open_channels.keys() - self._served.keys():
            if monotonic() >= self._refused.get(queues, 0.0) and self._serve(link, queues):
                self._served[queues] = open_channels[queues]

    def _serve(self, link: RabbitClient, queues: Queues) -> bool:
        try:
            declare(link, queues, self._namespace, self._context.settings.queue_limit)
        except BrokerUnavailable as refused:
            self._refused[queues] = monotonic() + AGAIN
            log.error("amqp.not_served", inbox=queues.inbox, reason=str(refused)[:300], again_in=AGAIN)
            return False
        link.consume(queues.inbox, PREFETCH)
        return True
