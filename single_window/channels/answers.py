"""HTTP responses about channels and the envelopes of receipts."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from single_window.frame.typed import Answer, Instant


class EnvelopesOut(Answer, frozen=True, kw_only=True):
    """The envelope of receipt messages of a mailbox for each way of delivery: none, DxpMsg or DxpMsgSv."""

    mailbox: Annotated[str, Meta(description="DXP id")]
    poll: str
    webhook: str
    amqp: str
    broker: str
    folder: str


class ChannelOut(Answer, frozen=True, kw_only=True):
    """A channel."""

    mailbox: Annotated[str, Meta(description="DXP id")]
    kind: Annotated[str, Meta(description="webhook, amqp, broker")]
    state: Annotated[
        str,
        Meta(
            description="opening: its queues do not exist yet; active; blocked: failed several times, probed until "
            "it answers; off"
        ),
    ]
    address: Annotated[str | UnsetType, Meta(description="of a webhook; of a broker, without its secrets")] = UNSET
    inbox: Annotated[str | UnsetType, Meta(description="of AMQP and a broker: the queue that takes messages")] = UNSET
    outbox: Annotated[str | UnsetType, Meta(description="of AMQP and a broker: the queue of receipts")] = UNSET
    position: Annotated[int, Meta(description="the last receipt that the receiver has confirmed")]
    behind: Annotated[
        int | UnsetType, Meta(description="receipts that wait to be delivered; where channels are listed")
    ] = UNSET
    failures: Annotated[int, Meta(description="in a row")]
    last_error: str
    next_at: Annotated[Instant, Meta(description="the next attempt, by the sandbox's clock")]
    blocked_at: Instant
    delivered_at: Instant
    made_at: Instant


class MadeOut(ChannelOut, frozen=True, kw_only=True):
    """A channel that was made or changed."""

    secret: Annotated[
        str | UnsetType,
        Meta(description="of a webhook, at its making or when a new one was asked for; keep it, it is not shown again"),
    ] = UNSET
    pending: Annotated[
        bool | UnsetType,
        Meta(
            description="true: of AMQP, its queues are not there yet; whoever serves channels makes them within "
            "seconds, and a message that is published before comes back as unroutable"
        ),
    ] = UNSET


class ChannelsOut(Answer, frozen=True, kw_only=True):
    """The channels of the sandbox."""

    channels: tuple[ChannelOut, ...]


class TriedOut(Answer, frozen=True, kw_only=True):
    """The result of a trial."""

    status: Annotated[int, Meta(description="the receiver's status; 0: there was no answer")]
    milliseconds: int
    error: Annotated[str, Meta(description="why nothing would be confirmed; empty: all is well")]
