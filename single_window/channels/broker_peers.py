"""The kombu connection to one participant's broker, and the receipts sent over it.

One thread uses a connection at a time. All errors are raised as `PeerFailed`, without secrets.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from queue import Empty
from types import TracebackType
from typing import Any, NamedTuple

from kombu import Connection, Producer

from single_window.channels.broker_addresses import check_broker, mask_secrets, parse_broker
from single_window.channels.broker_files import folders
from single_window.channels.broker_transports import TRANSPORTS
from single_window.channels.participant_queues import queues_of
from single_window.clock import monotonic, system_now
from single_window.context import Context
from single_window.receipts.messages import ReceiptsMessage
from single_window.receipts.pushing.pauses import OF_PARTICIPANTS
from single_window.receipts.pushing.pusher import NotDelivered
from single_window.refused import Refused
from single_window.settings import Settings
from single_window.store.channels import Channel
from single_window.store.names import BROKER

TIMEOUT_SECONDS = 5.0
"""Seconds for a broker's response."""
VISIBILITY_SECONDS = 120
"""Seconds after which Redis redelivers messages that a killed process had consumed."""
RECOVERY_SECONDS = 30.0
"""Seconds between two searches for messages that other processes consumed and did not acknowledge."""
SENDS_PER_DEPTH_CHECK = 100
"""Receipts sent between two checks of the queue's depth."""


class PeerFailed(Exception):
    """A participant's broker is unreachable or refused an operation; the message has no secrets."""


class TakenMessage(NamedTuple):
    """A consumed, unacknowledged message; `handle` is kombu's message."""

    body: bytes
    number: int
    handle: Any
    message_id: str
    correlation_id: str
    reply_to: str


class BrokerPeer:
    """Connects when it is created; a context manager. Raises `PeerFailed`, and `Refused` for a forbidden address."""

    def __init__(self, channel: Channel, settings: Settings) -> None:
        self.url = channel.secret
        address = parse_broker(self.url)
        check_broker(address, bool(settings.webhook_private))
        options = _options(address.scheme, queues_of(channel.sandbox, channel.dxp_id).inbox, settings)
        self._numbers, self._declared, self._next_recovery = 0, set[str](), 0.0
        self._connection = Connection(
            self.url,
            transport=TRANSPORTS[address.scheme],
            transport_options=options,
            connect_timeout=TIMEOUT_SECONDS,
            heartbeat=0,
        )
        with self._as_peer_failed():
            self._channel: Any = self._connection.channel()
            self._producer = Producer(self._channel)

    def take(self, queue: str, most: int) -> list[TakenMessage]:
        """Consume at most `most` messages of a queue."""
        taken: list[TakenMessage] = []
        with self._as_peer_failed():
            self._declare(queue)
            if monotonic() >= self._next_recovery:
                self._next_recovery = monotonic() + RECOVERY_SECONDS
                getattr(self._channel, "recover", _no_recovery)()
            while len(taken) < most and (message := self._get(queue)) is not None:
                self._numbers += 1
                body = message.body if isinstance(message.body, bytes) else str(message.body or "").encode()
                properties = [str(message.properties.get(name) or "")[:255] for name in TakenMessage._fields[3:]]
                taken.append(TakenMessage(body, self._numbers, message, *properties))
        return taken

    def _get(self, queue: str) -> Any:
        with suppress(Empty):
            return self._channel.basic_get(queue)
        return None

    def acknowledge(self, message: TakenMessage) -> None:
        """Acknowledge a message."""
        with self._as_peer_failed():
            self._channel.basic_ack(message.handle.delivery_tag)

    def requeue(self, message: TakenMessage) -> None:
        """Return a message to its queue."""
        with self._as_peer_failed():
            self._channel.basic_reject(message.handle.delivery_tag, requeue=True)

    def send(self, queue: str, body: bytes, *, message_id: str = "", correlation_id: str = "") -> None:
        """Publish a persistent message; declares the queue if missing."""
        ids = {"message_id": message_id, "correlation_id": correlation_id}
        with self._as_peer_failed():
            self._declare(queue)
            self._producer.publish(
                body,
                exchange="",
                routing_key=queue,
                content_type="application/octet-stream",
                content_encoding="binary",
                delivery_mode=2,
                **{name: text for name, text in ids.items() if text},
            )

    def depth(self, queue: str) -> int:
        """The number of messages in a queue."""
        with self._as_peer_failed():
            return int(self._declare_anew(queue).message_count)

    def _declare(self, queue: str) -> None:
        if queue not in self._declared:
            self._declare_anew(queue)
            self._declared.add(queue)

    def _declare_anew(self, queue: str) -> Any:
        return self._channel.queue_declare(queue, durable=True, auto_delete=False)

    @contextmanager
    def _as_peer_failed(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            raise PeerFailed(mask_secrets(f"{type(error).__name__}: {error}", self.url)) from None

    def close(self) -> None:
        """Close the connection; unacknowledged messages are redelivered."""
        with suppress(Exception):
            self._connection.release()

    def __enter__(self) -> BrokerPeer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _no_recovery() -> None:
    """Used for brokers that redeliver messages themselves."""


def _options(scheme: str, inbox: str, settings: Settings) -> dict[str, Any]:
    """The options of kombu's transport for a scheme."""
    if scheme in {"amqp", "amqps"}:
        return {"confirm_publish": True, "read_timeout": TIMEOUT_SECONDS, "write_timeout": TIMEOUT_SECONDS}
    if scheme in {"redis", "rediss"}:
        noted = ("unacked_key", "unacked_index_key", "unacked_mutex_key")
        timeouts = {"socket_timeout": TIMEOUT_SECONDS, "socket_connect_timeout": TIMEOUT_SECONDS}
        return {
            "visibility_timeout": VISIBILITY_SECONDS,
            **timeouts,
            **{name: f"single-window.{inbox}.{name}" for name in noted},
        }
    if scheme == "filesystem":
        place = settings.data / "brokers" / inbox
        return {"store_processed": True, "most_bytes": 2 * settings.body_cap, **folders(place)}
    return {}


class BrokerReceipts:
    """Sends receipts to the outbox at a participant's broker, up to the configured queue length."""

    kind = BROKER
    pauses = OF_PARTICIPANTS

    def __init__(self, context: Context) -> None:
        self._settings = context.settings

    def now(self, sandbox: str) -> int:
        """The machine's instant, because the broker does not follow the sandbox's clock."""
        return system_now()

    def send(self, channel: Channel, messages: Sequence[ReceiptsMessage]) -> Generator[int, None, None]:
        """Send messages in order; yields the sequence of the last receipt after each."""
        outbox = queues_of(channel.sandbox, channel.dxp_id).outbox
        try:
            with BrokerPeer(channel, self._settings) as peer:
                for place, message in enumerate(messages):
                    if place % SENDS_PER_DEPTH_CHECK == 0 and peer.depth(outbox) >= self._settings.queue_limit:
                        raise NotDelivered(f"the queue {outbox} is full: it is not read")
                    peer.send(outbox, message.body, message_id=message.id)
                    yield message.last
        except (PeerFailed, Refused) as failed:
            raise NotDelivered(mask_secrets(str(failed), channel.secret)) from None
