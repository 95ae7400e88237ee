"""Messages from participants' own brokers: taken, admitted, answered, and only then acknowledged.

Each participant is served in a thread that serves nobody else meanwhile: one whose broker is away or slow delays no
other. What cannot be handled after some attempts is parked in a queue beside his own, with the reason.
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
from single_window.channels.broker_addresses import masked
from single_window.channels.broker_peers import BrokerPeer, BrokerReceipts, TakenMessage
from single_window.channels.ownership import of_owner
from single_window.channels.participant_queues import queues_of
from single_window.clock import monotonic, system_now
from single_window.context import Context
from single_window.intake.admission import AdmissionAnswer
from single_window.intake.admission_queue import AdmissionQueue, NotAccepting
from single_window.intake.reader import Reader
from single_window.language.words import Words
from single_window.receipts.pushing.pool import PushPool
from single_window.receipts.pushing.pusher import Pusher
from single_window.receipts.pushing.threads import Behaviour, ReceiverThreads
from single_window.store import channels
from single_window.store.channels import Channel
from single_window.store.engine import reading
from single_window.store.failures import is_transient
from single_window.store.names import BROKER, OFF

log = structlog.get_logger(__name__)
LOOK = 1.0
"""Seconds between two looks at an empty queue, and for added or removed participants."""
TOGETHER = 32
"""Messages of one queue that are here, not acknowledged."""
PATIENCE = 30.0
"""Seconds that a message may wait for its commit."""
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0
"""Seconds after which a broker that failed is tried again; twice as long each time."""
THREADS = (8, 2)
"""For brokers that answered last time, and for those that failed."""
LATER = 5.0
"""Seconds after which what was put back is taken again."""
MAX_COUNTED = 10_000
"""Messages whose failed attempts are remembered at most."""
QUEUE = Words("队列", "on the queue of")
Key = tuple[str, str]


class _Round(NamedTuple):
    """The number of messages taken, and of those put back."""

    taken: int
    put_off: int


class _Trouble(NamedTuple):
    """Failures of a broker in a row, and when it is tried again (on the monotonic clock)."""

    failures: int
    again_at: float


class Brokers:
    """Receipts out and messages in of all participants with a broker of their own: `step` again and again, `close`."""

    def __init__(self, context: Context, admission: AdmissionQueue, woken: Callable[[], None], stopping: Event) -> None:
        pusher = Pusher(context.engine, BrokerReceipts(context), stopping.is_set)
        self._receipts = PushPool(pusher, woken, stopping, THREADS)
        self._messages = BrokerMessages(context, admission, stopping)

    def step(self) -> int:
        """Begin what is due and collect what was finished. Does not wait."""
        return self._receipts.step() + self._messages.step()

    def close(self) -> None:
        """Finish what has begun. `stopping` must be set."""
        self._messages.close()
        self._receipts.close()


class BrokerMessages:
    """Takes messages from the inboxes of participants' brokers; one thread calls `step`, which never waits."""

    def __init__(self, context: Context, admission: AdmissionQueue, stopping: Event) -> None:
        self._context, self._admission, self._stopping = context, admission, stopping
        self._reader, self._reply = Reader(context), Replies(context)
        self._threads: ReceiverThreads[int] = ReceiverThreads("brokers", *THREADS)
        self._peers: dict[Key, BrokerPeer] = {}
        self._served: dict[Key, Channel] = {}
        self._trouble: dict[Key, _Trouble] = {}
        self._looked: dict[Key, float] = {}
        self._attempts: dict[tuple[Key, bytes], int] = {}
        self._next_look = 0.0

    def step(self) -> int:
        """Begin a round for each participant whose turn it is; gives how many messages were handled since the last."""
        done = sum(self._threads.ended())
        now = monotonic()
        if now >= self._next_look:
            self._next_look = now + LOOK
            self._look()
        for key, channel in self._served.items():
            trouble = self._trouble.get(key)
            if now >= (trouble.again_at if trouble else self._looked.get(key, 0.0)):
                behaviour = Behaviour.AILING if trouble else Behaviour.SOUND
                self._threads.begin(key, behaviour, partial(self._round, key, channel))
        return done

    def close(self) -> None:
        """Finish the rounds that have begun; what was taken and not admitted comes again. `stopping` must be set."""
        self._threads.close()
        for peer in self._peers.values():
            peer.close()
        self._peers.clear()

    def _look(self) -> None:
        with reading(self._context.engine) as connection:
            listed = channels.listed(connection, kind=BROKER)
        self._served = {(channel.sandbox, channel.dxp_id): channel for channel in listed if channel.state != OFF}

    def _round(self, key: Key, channel: Channel) -> int:
        """Take what waits, admit it, answer and acknowledge."""
        if self._stopping.is_set():
            return 0
        try:
            done = self._exchange(key, channel, self._peer(key, channel))
        except Exception as error:
            self._failed(key, channel, error)
            return 0
        self._trouble.pop(key, None)
        self._looked[key] = monotonic() + (LATER if done.put_off else LOOK if done.taken < TOGETHER else 0.0)
        return done.taken - done.put_off

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
        self._trouble[key] = _Trouble(failures, monotonic() + pause)
        self._drop(key)
        log.warning(
            "broker_channel.failed",
            sandbox=channel.sandbox,
            mailbox=channel.dxp_id,
            reason=masked(str(error) or type(error).__name__, channel.secret),
            failures=failures,
            again_in=pause,
        )

    def _exchange(self, key: Key, channel: Channel, peer: BrokerPeer) -> _Round:
        queues, put_off = queues_of(channel.sandbox, channel.dxp_id), 0
        taken = peer.take(queues.inbox, TOGETHER)
        for message, answer in [(message, self._offered(channel, message)) for message in taken]:
            try:
                admitted = answer.result(PATIENCE)
            except Exception as error:
                put_off += self._put_off(channel, peer, message, error)
                continue
            self._answer(channel, peer, message, admitted)
            peer.acknowledge(message)
            self._attempts.pop((key, _digest(message)), None)
        return _Round(len(taken), put_off)

    def _offered(self, channel: Channel, message: TakenMessage) -> Future[AdmissionAnswer]:
        """The answer to come to a message, or why it cannot be admitted."""
        try:
            reading = of_owner(self._reader.read(channel.sandbox, message.body), channel.dxp_id, QUEUE)
            return self._admission.offer(channel.sandbox, BROKER, reading)
        except Exception as error:
            failed: Future[AdmissionAnswer] = Future()
            failed.set_exception(error)
            return failed

    def _answer(self, channel: Channel, peer: BrokerPeer, message: TakenMessage, admitted: AdmissionAnswer) -> None:
        reply = self._reply(channel, message, admitted)
        if reply is not None:
            peer.send(reply.routing_key, reply.body, message_id=reply.message_id, correlation_id=reply.correlation_id)

    def _put_off(self, channel: Channel, peer: BrokerPeer, message: TakenMessage, error: Exception) -> bool:
        """Put a message back, or park it after so many attempts that failed by themselves; gives whether it is back."""
        key, reason = ((channel.sandbox, channel.dxp_id), _digest(message)), repr(error)[:300]
        passing = isinstance(error, NotAccepting | NotInTime) or is_transient(error)
        if not passing:
            if len(self._attempts) >= MAX_COUNTED:
                self._attempts.clear()
            self._attempts[key] = self._attempts.get(key, 0) + 1
        if passing or self._attempts[key] < self._context.settings.attempts:
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
