"""Serves the active channels in one thread: webhooks, requests for payment data, officers' alerts, RabbitMQ if
configured, and participants' own brokers.
"""

from __future__ import annotations

from threading import Event, Thread
from traceback import format_exc
from typing import TYPE_CHECKING

import structlog

from single_window.channels.alert_calls import AlertCalls
from single_window.channels.platform_calls import PlatformCalls
from single_window.channels.webhook import Webhook
from single_window.clock import monotonic
from single_window.context import Context
from single_window.intake.admission_queue import AdmissionQueue
from single_window.receipts.changes import Changes
from single_window.receipts.pushing.pool import PushPool
from single_window.receipts.pushing.pusher import Pusher
from single_window.store import channels
from single_window.store.engine import reading
from single_window.store.failures import is_transient, reason_of
from single_window.store.names import BROKER

if TYPE_CHECKING:
    from single_window.channels.amqp import Amqp
    from single_window.channels.broker_messages import Brokers

log = structlog.get_logger(__name__)
POLL_SECONDS = 0.25
"""Maximum seconds between two steps of an idle worker, because wake-ups may be lost."""
BATCHING_SECONDS = 0.05
"""Minimum seconds between two rounds triggered by changes, so that receipts are pushed in batches."""
PAUSE, LONGEST_PAUSE = 0.5, 15.0
"""First and longest pause in seconds after a failed step; doubled with each failure."""


class ChannelsWorker:
    """Serves the channels of all sandboxes: call `start` and `stop`; or `step` repeatedly, then `close`.

    `admission` admits messages from brokers; stop it after this worker. `changes` (a Runtime, a HintedChanges)
    notifies of new receipts; without it the worker polls four times a second. Several processes may each have a worker:
    a channel is served by one of them at a time.
    """

    def __init__(self, context: Context, admission: AdmissionQueue, changes: Changes | None = None) -> None:
        self._woken, self._stopping = Event(), Event()
        webhook = Webhook(bool(context.settings.webhook_private), context.now)
        pusher = Pusher(context.engine, webhook, self._stopping.is_set)
        self._webhooks = PushPool(pusher, self._woken.set, self._stopping)
        self._payment_data = PlatformCalls(context, self._stopping)
        self._alerts = AlertCalls(context, self._stopping)
        self._amqp = self._make_amqp(context, admission) if context.settings.broker else None
        self._brokers: Brokers | None = None
        self._context, self._admission, self._next_look = context, admission, 0.0
        self._changes = changes
        self._threads = [Thread(target=self._run, name="channels", daemon=True)]
        if changes is not None:
            self._threads.append(Thread(target=self._listen, args=(changes,), name="channels hear", daemon=True))

    def _make_amqp(self, context: Context, admission: AdmissionQueue) -> Amqp:
        from single_window.channels.amqp import Amqp  # imports pika, which is only needed with RabbitMQ

        return Amqp(context, admission, self._woken.set, self._stopping)

    def start(self) -> ChannelsWorker:
        """Begin to work."""
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> None:
        """Finish started work within seconds, and end."""
        self._stopping.set()
        self._woken.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()
        self.close()

    def step(self) -> int:
        """Start due work and collect finished work, without waiting; returns the number of confirmed receipts and
        answered messages. Alerts and new brokers are not looked for more than four times a second: no receipt that is
        written means that there are any."""
        done = self._webhooks.step() + self._payment_data.step()
        done += self._amqp.step() if self._amqp is not None else 0
        if monotonic() >= self._next_look:
            self._next_look = monotonic() + POLL_SECONDS
            done += self._alerts.step()
            self._brokers = self._brokers or self._opened()
        return done + (self._brokers.step() if self._brokers is not None else 0)

    def _opened(self) -> Brokers | None:
        """The server of participants' brokers, created when there is such a channel, because it imports kombu."""
        with reading(self._context.engine) as connection:
            if not channels.of_sandbox(connection, kind=BROKER):
                return None
        from single_window.channels.broker_messages import Brokers

        return Brokers(self._context, self._admission, self._woken.set, self._stopping)

    def close(self) -> None:
        """Finish started work and close; for a worker that was not started."""
        self._stopping.set()
        self._webhooks.close()
        self._payment_data.close()
        self._alerts.close()
        for way in (self._amqp, self._brokers):
            if way is not None:
                way.close()

    def _run(self) -> None:
        pause = PAUSE
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                done = self.step()
                pause = PAUSE
            except Exception as error:
                reason = reason_of(error) if is_transient(error) else format_exc()
                log.error("channels.failed", reason=reason, again_in=pause)
                self._stopping.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                if not done:
                    self._woken.wait(POLL_SECONDS)

    def _listen(self, changes: Changes) -> None:
        seen = changes.generation
        while not self._stopping.is_set() and not changes.closing:
            if changes.wait_for_change(seen, POLL_SECONDS):
                seen = changes.generation
                self._woken.set()
                self._stopping.wait(BATCHING_SECONDS)
