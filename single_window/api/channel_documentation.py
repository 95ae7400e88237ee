"""The schemas of calls about channels in the OpenAPI document."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Boolean, Integer, List, Nested, String
from apiflask.validators import Length, OneOf, Range

from single_window.store.envelopes import ENVELOPES

_FROM = {"description": "number of the receipt to begin with"}


class WebhookIn(Schema):
    """Where to post."""

    url = String(required=True, validate=Length(1, 2_000))
    first = Integer(data_key="from", allow_none=True, load_default=None, validate=Range(1, 2**62), metadata=_FROM)
    new_secret = Boolean(load_default=False, metadata={"description": "give it a new secret"})


class AmqpIn(Schema):
    """From where on."""

    first = Integer(data_key="from", allow_none=True, load_default=None, validate=Range(1, 2**62), metadata=_FROM)


class EnvelopesIn(Schema):
    """Envelopes by way; a way that is not named stays as it is."""

    poll = String(validate=OneOf(ENVELOPES))
    webhook = String(validate=OneOf(ENVELOPES))
    amqp = String(validate=OneOf(ENVELOPES))
    folder = String(validate=OneOf(ENVELOPES))


class EnvelopesOut(Schema):
    """What is around each message of receipts of a mailbox, by the way it leaves: none, DxpMsg or DxpMsgSv."""

    mailbox = String(metadata={"description": "DXP id"})
    poll = String()
    webhook = String()
    amqp = String()
    folder = String()


class ChannelOut(Schema):
    """A channel."""

    mailbox = String(metadata={"description": "DXP id"})
    kind = String(metadata={"description": "webhook, amqp"})
    state = String(metadata={"description": "active; blocked: failed several times, probed until it answers; off"})
    address = String(metadata={"description": "of a webhook"})
    inbox = String(metadata={"description": "of AMQP: the queue that takes messages"})
    outbox = String(metadata={"description": "of AMQP: the queue of receipts"})
    position = Integer(metadata={"description": "the last receipt that the receiver has confirmed"})
    behind = Integer(metadata={"description": "receipts that wait to be delivered"})
    failures = Integer(metadata={"description": "in a row"})
    last_error = String()
    next_at = String(metadata={"description": "the next attempt, by the sandbox's clock"})
    blocked_at = String()
    delivered_at = String()
    made_at = String()


class MadeOut(ChannelOut):
    """A channel that was made or changed."""

    secret = String(
        metadata={
            "description": "of a webhook, at its making or when a new one was asked for; keep it, it is not shown again"
        }
    )


class ChannelsOut(Schema):
    """The channels of the sandbox."""

    channels = List(Nested(ChannelOut))


class TriedOut(Schema):
    """What came of a trial."""

    status = Integer(metadata={"description": "the receiver's status; 0: there was no answer"})
    milliseconds = Integer()
    error = String(metadata={"description": "why nothing would be confirmed; empty: all is well"})
