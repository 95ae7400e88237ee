"""Receipts over AMQP: persistent messages into the participant's `_HZ` queue, confirmed, in order.

The queue holds so many at most; what does not fit waits in the database until he has read some.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from itertools import takewhile

import structlog

from single_window.channels.participant_queues import DOOR, Queues, queues_of
from single_window.clock import system_now
from single_window.messaging.amqp_entities import AmqpExchange, Binding, Entity, quorum
from single_window.messaging.client import RabbitClient
from single_window.messaging.outages import DeclarationRefused
from single_window.messaging.publishing import OutgoingMessage, PublishOutcome
from single_window.messaging.wakeups import BrokerUnavailable
from single_window.receipts.pushing.outgoing import ReceiptsMessage
from single_window.receipts.pushing.pauses import AT_HOME
from single_window.receipts.pushing.pusher import NotDelivered
from single_window.store.channels import Channel
from single_window.store.names import AMQP

log = structlog.get_logger(__name__)
TOGETHER = 100
"""Messages of one queue that are under way at a time at most."""
DIFFERS = 406
"""AMQP's code for a queue that exists with other properties."""


class AmqpReceipts:
    """Publishes on a link that any thread may use. `limit` messages are in one queue at most."""

    kind = AMQP
    pauses = AT_HOME

    def __init__(self, link: RabbitClient, limit: int, namespace: str) -> None:
        self._link, self._limit, self._namespace = link, limit, namespace
        self._own: dict[Queues, bool] = {}
        """Queues that are there, and whether they are as we make them."""

    def now(self, sandbox: str) -> int:
        """The machine's instant: the broker is ours, whatever the sandbox's clock shows."""
        return system_now()

    def send(self, channel: Channel, messages: Sequence[ReceiptsMessage]) -> Generator[int, None, None]:
        """Publish as much as there is room for, and yield what the broker has."""
        queues = queues_of(channel.sandbox, channel.dxp_id)
        try:
            while messages:
                part = messages[: self._together(queues)]
                taken = self._published(queues.outbox, part)
                if taken:
                    yield part[taken - 1].last
                if taken < len(part):
                    raise NotDelivered(f"the queue {queues.outbox} did not take a message: it is full")
                messages = messages[len(part) :]
        except BrokerUnavailable as error:
            raise NotDelivered(str(error)) from None

    def forget(self, queues: Queues) -> None:
        """A participant is switched off."""
        self._own.pop(queues, None)
        forget(self._link, queues, self._namespace, self._limit)

    def _together(self, queues: Queues) -> int:
        """The number of messages that may be sent at a time.

        Never more than half of what fits, so that none is refused in the midst of others that are taken. How much a
        queue holds that was made otherwise is unknown.
        """
        depth = self._link.depth(queues.outbox) if queues in self._own else None
        if depth is None:
            self._own[queues] = declare(self._link, queues, self._namespace, self._limit)
            depth = self._link.depth(queues.outbox) or 0
        if depth >= self._limit:
            raise NotDelivered(f"the queue {queues.outbox} is full: {depth} messages wait in it to be read")
        return min(TOGETHER, max(1, (self._limit - depth) // 2)) if self._own[queues] else 1

    def _published(self, queue: str, messages: Sequence[ReceiptsMessage]) -> int:
        """The number of messages, from the first on, that the broker has."""
        outcomes = self._link.publish([_letter(queue, message) for message in messages])
        return len(list(takewhile(lambda outcome: outcome == PublishOutcome.CONFIRMED, outcomes)))


def declare(link: RabbitClient, queues: Queues, namespace: str, limit: int) -> bool:
    """Make a participant's queues; False: some exist with other properties, and serve as they are."""
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
    """Declare the queues: what cannot be read goes to the window's dead letters; a full outbox refuses.

    The inbox is also bound by its own name to an exchange for participants, so that an operator may let each write
    there to his own queue only, which the broker's default exchange cannot do.
    """
    dead, unreadable, door = f"{namespace}.dead", f"{namespace}.unreadable", f"{namespace}.{DOOR}"
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
    """A participant's queues stay as they are, and are not made again."""
    known = _entities(queues, namespace, limit)
    link.forget(*known)
    for entity in known:
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
