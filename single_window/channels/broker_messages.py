"""Messages from participants' own brokers: consumed, admitted, answered, then acknowledged.

Each participant is served in a separate thread at a time, so that a slow or unreachable broker delays no other. A
message that fails repeatedly is moved to a parking queue at the participant's broker, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from functools import partial
from hashlib import blake2b
from threading import Event
from traceback import format_exception
from typing import NamedTuple

import msgspec
import structlog

from single_window.channels.amqp_replies import Replies
from single_window.channels.broker_addresses import mask_secrets
from single_window.channels.broker_peers import BrokerPeer, BrokerReceipts, TakenMessage
from single_window.channels.participant_queues import queues_of
from single_window.channels.senders import all_of_owner
from single_window.clock import monotonic, system_now
from single_window.context import Context
from single_window.intake.admission import AdmissionAnswer
from single_window.intake.admission_queue import AdmissionQueue, NotAccepting
from single_window.intake.reader import Reader
from single_window.intake.transmissions import Transmission, answered_together
from single_window.language.words import Words
from single_window.receipts.pushing.pool import PushPool
from single_window.receipts.pushing.pusher import Pusher
from single_window.receipts.pushing.threads import Behaviour, ReceiverThreads
from single_window.store import channels
from single_window.store.channels import Channel
from single_window.store.engine import reading, writing
from single_window.store.failures import is_transient
from single_window.store.names import BROKER, OFF, OPENING

log = structlog.get_logger(__name__)
POLL_SECONDS = 1.0
"""Seconds between two polls of an empty queue, and between two checks for added or removed participants."""
MAX_UNACKNOWLEDGED = 32
"""Maximum unacknowledged messages per queue."""
COMMIT_TIMEOUT_SECONDS = 30.0
"""Seconds that a message waits for its commit."""
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0
"""First and longest pause in seconds after a broker's failure; doubled with each failure."""
THREADS = (8, 2)
"""Threads for brokers whose last round succeeded, and for those that failed."""
REQUEUED_PAUSE_SECONDS = 5.0
"""Seconds until requeued messages are consumed again."""
MAX_COUNTED = 10_000
"""Maximum number of messages whose failed attempts are counted."""
QUEUE = Words("队列", "on the queue of")
Key = tuple[str, str]


class _Round(NamedTuple):
    """Numbers of messages consumed and requeued in one round."""

    taken: int
    requeued: int


class _BrokerFailures(NamedTuple):
    """Consecutive failures of a broker, and the next attempt in monotonic seconds."""

    failures: int
    retry_at: float


class Brokers:
    """Exchanges receipts and messages with participants' own brokers: call `step` repeatedly, then `close`."""

    def __init__(self, context: Context, admission: AdmissionQueue, woken: Callable[[], None], stopping: Event) -> None:
        pusher = Pusher(context.engine, BrokerReceipts(context), stopping.is_set)
        self._receipts = PushPool(pusher, woken, stopping, THREADS)
        self._messages = BrokerMessages(context, admission, stopping)

    def step(self) -> int:
        """Start due rounds and collect finished ones, without waiting; returns the number of messages and receipts
        handled."""
        return self._receipts.step() + self._messages.step()

    def close(self) -> None:
        """Finish started rounds. `stopping` must be set."""
        self._messages.close()
        self._receipts.close()


class BrokerMessages:
    """Consumes messages from participants' brokers; one thread calls `step`, which never waits."""

    def __init__(self, context: Context, admission: AdmissionQueue, stopping: Event) -> None:
        self._context, self._admission, self._stopping = context, admission, stopping
        self._reader, self._reply = Reader(context), Replies(context)
        self._threads: ReceiverThreads[int] = ReceiverThreads("brokers", *THREADS)
        self._peers: dict[Key, BrokerPeer] = {}
        self._served: dict[Key, Channel] = {}
        self._trouble: dict[Key, _BrokerFailures] = {}
        self._next_poll: dict[Key, float] = {}
        self._attempts: dict[tuple[Key, bytes], int] = {}
        self._next_look = 0.0

    def step(self) -> int:
        """Start a round for each due participant; returns the number of messages handled since the last call."""
        done = sum(self._threads.ended())
        now = monotonic()
        if now >= self._next_look:
            self._next_look = now + POLL_SECONDS
            self._update_served()
        for key, channel in self._served.items():
            trouble = self._trouble.get(key)
            if now >= (trouble.retry_at if trouble else self._next_poll.get(key, 0.0)):
                behaviour = Behaviour.AILING if trouble else Behaviour.SOUND
                self._threads.begin(key, behaviour, partial(self._round, key, channel))
        return done

    def close(self) -> None:
        """Finish started rounds; unadmitted messages will be redelivered. `stopping` must be set."""
        self._threads.close()
        for peer in self._peers.values():
            peer.close()
        self._peers.clear()

    def _update_served(self) -> None:
        with reading(self._context.engine) as connection:
            listed = channels.of_sandbox(connection, kind=BROKER)
        self._served = {(channel.sandbox, channel.dxp_id): channel for channel in listed if channel.state != OFF}

    def _round(self, key: Key, channel: Channel) -> int:
        """Consume, admit, answer and acknowledge waiting messages; returns the number handled."""
        if self._stopping.is_set():
            return 0
        try:
            done = self._exchange(key, channel, self._peer(key, channel))
        except Exception as error:
            self._failed(key, channel, error)
            return 0
        self._trouble.pop(key, None)
        if channel.state == OPENING:
            with writing(self._context.engine) as connection:
                channels.mark_opened(connection, channel)
        self._next_poll[key] = monotonic() + (
            REQUEUED_PAUSE_SECONDS if done.requeued else POLL_SECONDS if done.taken < MAX_UNACKNOWLEDGED else 0.0
        )
        return done.taken - done.requeued

    def _peer(self, key: Key, channel: Channel) -> BrokerPeer:
        peer = self._peers.get(key)
        if peer is None or peer.url != channel.secret:
            self._drop(key)
            peer = self._peers[key] = BrokerPeer(channel, self._context.settings)
        return peer

    def _drop(self, key: Key) -> None:
        peer = self._peers.pop(key, None)
        if peer is not None:
            peer.close()

    def _failed(self, key: Key, channel: Channel, error: Exception) -> None:
        failures = self._trouble[key].failures + 1 if key in self._trouble else 1
        pause = min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE)
        self._trouble[key] = _BrokerFailures(failures, monotonic() + pause)
        self._drop(key)
        log.warning(
            "broker_channel.failed",
            sandbox=channel.sandbox,
            mailbox=channel.dxp_id,
            reason=mask_secrets(str(error) or type(error).__name__, channel.secret),
            failures=failures,
            again_in=pause,
        )

    def _exchange(self, key: Key, channel: Channel, peer: BrokerPeer) -> _Round:
        queues, requeued = queues_of(channel.sandbox, channel.dxp_id), 0
        taken = peer.take(queues.inbox, MAX_UNACKNOWLEDGED)
        for message, (answer, came) in [(message, self._offer(channel, message)) for message in taken]:
            try:
                admitted = answer.result(COMMIT_TIMEOUT_SECONDS)
            except Exception as error:
                requeued += self._requeue_or_park(channel, peer, message, error)
                continue
            reply = self._reply(channel, message, admitted, came)
            if reply is not None:
                peer.send(
                    reply.routing_key, reply.body, message_id=reply.message_id, correlation_id=reply.correlation_id
                )
            peer.acknowledge(message)
            self._attempts.pop((key, _digest(message)), None)
        return _Round(len(taken), requeued)

    def _offer(self, channel: Channel, message: TakenMessage) -> tuple[Future[AdmissionAnswer], Transmission]:
        """Queue a message for admission; the future gets the answer, or the error if it cannot be admitted. With
        what came."""
        try:
            came = all_of_owner(
                self._reader.receive(channel.sandbox, message.body, channel.dxp_id), channel.dxp_id, QUEUE
            )
            offered = [self._admission.offer(channel.sandbox, BROKER, reading) for reading in came.readings]
            return answered_together(offered), came
        except Exception as error:
            failed: Future[AdmissionAnswer] = Future()
            failed.set_exception(error)
            return failed, Transmission(())

    def _requeue_or_park(self, channel: Channel, peer: BrokerPeer, message: TakenMessage, error: Exception) -> bool:
        """Requeue a message and return True, or park it after too many failures that were not transient."""
        key, reason = ((channel.sandbox, channel.dxp_id), _digest(message)), repr(error)[:300]
        transient = isinstance(error, NotAccepting | NotInTime) or is_transient(error)
        if not transient:
            if len(self._attempts) >= MAX_COUNTED:
                self._attempts.clear()
            self._attempts[key] = self._attempts.get(key, 0) + 1
        if transient or self._attempts[key] < self._context.settings.attempts:
            peer.requeue(message)
            return True
        parked = f"{queues_of(channel.sandbox, channel.dxp_id).inbox}_parked"
        note = msgspec.json.encode({"reason": reason, "attempts": self._attempts.pop(key), "at": system_now()})
        peer.send(parked, note, correlation_id=message.message_id)
        peer.send(parked, message.body, message_id=message.message_id)
        peer.acknowledge(message)
        log.error(
            "broker_channel.parked",
            sandbox=channel.sandbox,
            mailbox=channel.dxp_id,
            queue=parked,
            bytes=len(message.body),
            reason=reason,
            traceback="".join(format_exception(error)),
        )
        return False


def _digest(message: TakenMessage) -> bytes:
    return blake2b(message.body, digest_size=16).digest()
