"""The connection to one participant's broker, through kombu, and the receipts that go out over it.

One thread uses a connection at a time; whatever goes wrong with it is a `PeerFailed`, without secrets.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from queue import Empty
from types import TracebackType
from typing import Any, NamedTuple

from kombu import Connection, Producer

from single_window.channels.broker_addresses import check_broker, masked, parse_broker
from single_window.channels.broker_transports import TRANSPORTS, folders
from single_window.channels.participant_queues import queues_of
from single_window.clock import monotonic, system_now
from single_window.context import Context
from single_window.receipts.pushing.outgoing import ReceiptsMessage
from single_window.receipts.pushing.pauses import ABROAD
from single_window.receipts.pushing.pusher import NotDelivered
from single_window.refused import Refused
from single_window.settings import Settings
from single_window.store.channels import Channel
from single_window.store.names import BROKER

CONNECTING = 5.0
"""Seconds that a broker has to answer."""
VISIBILITY = 120
"""Seconds after which Redis hands out again what a killed process took."""
RECOVERY = 30.0
"""Seconds between two looks for what other processes took and did not acknowledge."""
TOGETHER = 100
"""Receipts that are sent between two looks at how full the queue is."""


class PeerFailed(Exception):
    """A participant's broker is away, or does not do as it is asked; the message says why, without secrets."""


class TakenMessage(NamedTuple):
    """A message that was taken and is not acknowledged yet."""

    body: bytes
    number: int
    handle: Any
    message_id: str
    correlation_id: str
    reply_to: str


class BrokerPeer:
    """Connects when it is made; a context. Raises `PeerFailed`, and `Refused` where the address may not be used."""

    def __init__(self, channel: Channel, settings: Settings) -> None:
        self.url = channel.secret
        address = parse_broker(self.url)
        check_broker(address, bool(settings.webhook_private))
        inbox = queues_of(channel.sandbox, channel.dxp_id).inbox
        options = _options(address.scheme, inbox, settings)
        self._numbers, self._declared, self._next_recovery = 0, set[str](), 0.0
        self._connection = Connection(
            self.url,
            transport=TRANSPORTS[address.scheme],
            transport_options=options,
            connect_timeout=CONNECTING,
            heartbeat=0,
        )
        with self._explained():
            self._channel: Any = self._connection.channel()
            self._producer = Producer(self._channel)

    def take(self, queue: str, most: int) -> list[TakenMessage]:
        """At most so many messages of a queue."""
        taken: list[TakenMessage] = []
        with self._explained():
            self._declare(queue)
            if monotonic() >= self._next_recovery:
                self._next_recovery = monotonic() + RECOVERY
                getattr(self._channel, "recover", _nothing)()
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
        """It was handled."""
        with self._explained():
            self._channel.basic_ack(message.handle.delivery_tag)

    def requeue(self, message: TakenMessage) -> None:
        """It comes again."""
        with self._explained():
            self._channel.basic_reject(message.handle.delivery_tag, requeue=True)

    def send(self, queue: str, body: bytes, *, message_id: str = "", correlation_id: str = "") -> None:
        """Put a message into a queue, which is made where there is none; it stays when the broker ends."""
        with self._explained():
            self._declare(queue)
            self._producer.publish(
                body,
                exchange="",
                routing_key=queue,
                content_type="application/octet-stream",
                content_encoding="binary",
                delivery_mode=2,
                **{
                    name: text
                    for name, text in (("message_id", message_id), ("correlation_id", correlation_id))
                    if text
                },
            )

    def depth(self, queue: str) -> int:
        """The number of messages that wait in a queue."""
        with self._explained():
            return int(self._declared_again(queue).message_count)

    def _declare(self, queue: str) -> None:
        if queue not in self._declared:
            self._declared_again(queue)
            self._declared.add(queue)

    def _declared_again(self, queue: str) -> Any:
        return self._channel.queue_declare(queue, durable=True, auto_delete=False)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            raise PeerFailed(masked(f"{type(error).__name__}: {error}", self.url)) from None

    def close(self) -> None:
        """Let go of the connection; what was not acknowledged comes again."""
        with suppress(Exception):
            self._connection.release()

    def __enter__(self) -> BrokerPeer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _nothing() -> None:
    """The broker hands out again by itself."""


def _options(scheme: str, inbox: str, settings: Settings) -> dict[str, Any]:
    """The options of kombu's transport of a scheme beside the address."""
    if scheme in {"amqp", "amqps"}:
        return {"confirm_publish": True, "read_timeout": CONNECTING, "write_timeout": CONNECTING}
    if scheme in {"redis", "rediss"}:
        noted = ("unacked_key", "unacked_index_key", "unacked_mutex_key")
        timeouts = {"socket_timeout": CONNECTING, "socket_connect_timeout": CONNECTING}
        return {
            "visibility_timeout": VISIBILITY,
            **timeouts,
            **{name: f"single-window.{inbox}.{name}" for name in noted},
        }
    if scheme == "filesystem":
        place = settings.data / "brokers" / inbox
        return {"store_processed": True, "most_bytes": 2 * settings.body_cap, **folders(place)}
    return {}


class BrokerReceipts:
    """Sends receipts into the outbox of a participant's broker, as long as it holds fewer than the settings allow."""

    kind = BROKER
    pauses = ABROAD

    def __init__(self, context: Context) -> None:
        self._settings = context.settings

    def now(self, sandbox: str) -> int:
        """The machine's instant, whatever the sandbox's clock shows."""
        return system_now()

    def send(self, channel: Channel, messages: Sequence[ReceiptsMessage]) -> Generator[int, None, None]:
        """Send in order, and yield after each that the broker has."""
        outbox = queues_of(channel.sandbox, channel.dxp_id).outbox
        try:
            with BrokerPeer(channel, self._settings) as peer:
                for place, message in enumerate(messages):
                    if place % TOGETHER == 0 and peer.depth(outbox) >= self._settings.queue_limit:
                        raise NotDelivered(f"the queue {outbox} is full: it is not read")
                    peer.send(outbox, message.body, message_id=message.id)
                    yield message.last
        except (PeerFailed, Refused) as failed:
            raise NotDelivered(masked(str(failed), channel.secret)) from None
