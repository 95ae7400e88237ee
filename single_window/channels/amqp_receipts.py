"""Receipts over AMQP: persistent, confirmed messages in order into the participant's `_HZ` queue.

The queue has a maximum length; further receipts wait in the database until the participant has consumed some.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from itertools import takewhile

import structlog

from single_window.channels.participant_queues import PARTICIPANTS, Queues, queues_of
from single_window.clock import system_now
from single_window.messaging.amqp_entities import AmqpExchange, Binding, Entity, quorum
from single_window.messaging.client import RabbitClient
from single_window.messaging.outages import DeclarationRefused
from single_window.messaging.publishing import OutgoingMessage, PublishOutcome
from single_window.messaging.wakeups import BrokerUnavailable
from single_window.receipts.messages import ReceiptsMessage
from single_window.receipts.pushing.pauses import OF_OUR_BROKER
from single_window.receipts.pushing.pusher import NotDelivered
from single_window.store.channels import Channel
from single_window.store.names import AMQP

log = structlog.get_logger(__name__)
MAX_UNCONFIRMED = 100
"""Maximum number of unconfirmed messages of a queue."""
DIFFERS = 406
"""AMQP reply code PRECONDITION_FAILED: the queue exists with other properties."""


class AmqpReceipts:
    """Publishes on a connection that any thread may use; `limit`: maximum length of a queue."""

    kind = AMQP
    pauses = OF_OUR_BROKER

    def __init__(self, link: RabbitClient, limit: int, namespace: str) -> None:
        self._link, self._limit, self._namespace = link, limit, namespace
        self._declared: dict[Queues, bool] = {}
        """Declared queues → True if they have our properties."""

    def now(self, sandbox: str) -> int:
        """The machine's instant, because the broker does not follow the sandbox's clock."""
        return system_now()

    def send(self, channel: Channel, messages: Sequence[ReceiptsMessage]) -> Generator[int, None, None]:
        """Publish as many messages as fit; yields the sequence of the last receipt that the broker confirmed."""
        queues = queues_of(channel.sandbox, channel.dxp_id)
        try:
            while messages:
                chunk = messages[: self._chunk_size(queues)]
                confirmed = self._publish(queues.outbox, chunk)
                if confirmed:
                    yield chunk[confirmed - 1].last
                if confirmed < len(chunk):
                    raise NotDelivered(f"the queue {queues.outbox} did not take a message: it is full")
                messages = messages[len(chunk) :]
        except BrokerUnavailable as error:
            raise NotDelivered(str(error)) from None

    def forget(self, queues: Queues) -> None:
        """Stop declaring the queues of a participant whose channel is off."""
        self._declared.pop(queues, None)
        forget(self._link, queues, self._namespace, self._limit)

    def _chunk_size(self, queues: Queues) -> int:
        """The number of messages to publish before waiting for confirms.

        At most half of the free space, so that the broker does not refuse one between others that it accepts. 1 for a
        queue with other properties, whose limit is unknown.
        """
        depth = self._link.depth(queues.outbox) if queues in self._declared else None
        if depth is None:
            self._declared[queues] = declare(self._link, queues, self._namespace, self._limit)
            depth = self._link.depth(queues.outbox) or 0
        if depth >= self._limit:
            raise NotDelivered(f"the queue {queues.outbox} is full: {depth} messages wait in it to be read")
        return min(MAX_UNCONFIRMED, max(1, (self._limit - depth) // 2)) if self._declared[queues] else 1

    def _publish(self, queue: str, messages: Sequence[ReceiptsMessage]) -> int:
        """Publish messages; returns how many of the first ones the broker has confirmed without a gap."""
        outcomes = self._link.publish([_letter(queue, message) for message in messages])
        return len(list(takewhile(lambda outcome: outcome == PublishOutcome.CONFIRMED, outcomes)))


def declare(link: RabbitClient, queues: Queues, namespace: str, limit: int) -> bool:
    """Declare a participant's queues; False: some exist with other properties, and are used as they are."""
    wanted = _entities(queues, namespace, limit)
    try:
        link.declare(*wanted)
    except DeclarationRefused as refused:
        if refused.code != DIFFERS:
            raise
        for entity in wanted:
            _declare_alone(link, entity)
        return False
    return True


def _entities(queues: Queues, namespace: str, limit: int) -> tuple[Entity, ...]:
    """The queues, exchanges and bindings of a participant. Unreadable messages go to the window's dead letters; a full
    outbox refuses messages.

    The inbox is also bound by its name to an exchange for participants, so that an operator can restrict each to his
    own queue by topic permissions, which the default exchange does not allow.
    """
    dead, unreadable, door = f"{namespace}.dead", f"{namespace}.unreadable", f"{namespace}.{PARTICIPANTS}"
    return (
        AmqpExchange(dead, "fanout"),
        quorum(unreadable),
        Binding(unreadable, dead),
        AmqpExchange(door),
        quorum(queues.inbox, dead_letters=dead),
        Binding(queues.inbox, door, queues.inbox),
        quorum(queues.outbox, limit=limit),
    )


def _declare_alone(link: RabbitClient, entity: Entity) -> None:
    try:
        link.declare(entity)
    except DeclarationRefused as refused:
        if refused.code != DIFFERS:
            raise
        log.warning("amqp.queue_differs", reason=str(refused)[:300])


def forget(link: RabbitClient, queues: Queues, namespace: str, limit: int) -> None:
    """Stop declaring a participant's queues after reconnects; the queues themselves stay."""
    entities = _entities(queues, namespace, limit)
    link.forget(*entities)
    for entity in entities:
        link.forget(entity)


def _letter(queue: str, outgoing: ReceiptsMessage) -> OutgoingMessage:
    headers = {
        "sandbox": outgoing.sandbox,
        "mailbox": outgoing.mailbox,
        "first": outgoing.first,
        "sequence": outgoing.last,
        "code": outgoing.code,
    }
    return OutgoingMessage("", queue, outgoing.body, headers, outgoing.id, "application/xml")
