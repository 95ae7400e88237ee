"""Channels: how a participant has his receipts brought to him. Secrets are shown once, when they are made."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import Boolean, Integer, String
from apiflask.validators import Length, OneOf, Range
from flask import Response

from single_window.channels import connecting
from single_window.channels import envelopes as chosen_envelopes
from single_window.channels.answers import ChannelOut, ChannelsOut, EnvelopesOut, MadeOut, TriedOut
from single_window.channels.connecting import ConnectedChannel
from single_window.frame.http import guard, key_access
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response
from single_window.store.engine import reading
from single_window.store.names import ENVELOPES

blueprint = APIBlueprint("channels", __name__, tag="channels")
_KIND = "<any(webhook, amqp, broker):kind>"
_REFUSED = {
    400: refused("a parameter is wrong"),
    404: refused("there is no such channel"),
    409: refused("not as things stand"),
}


_FROM = {"description": "number of the receipt to begin with"}


class WebhookIn(Schema):
    """The address to post to."""

    url = String(required=True, validate=Length(1, 2_000))
    first = Integer(data_key="from", allow_none=True, load_default=None, validate=Range(1, 2**62), metadata=_FROM)
    new_secret = Boolean(load_default=False, metadata={"description": "give it a new secret"})


class AmqpIn(Schema):
    """From where on."""

    first = Integer(data_key="from", allow_none=True, load_default=None, validate=Range(1, 2**62), metadata=_FROM)


class BrokerIn(Schema):
    """The address of a broker."""

    url = String(required=True, validate=Length(1, 2_000), metadata={"description": "redis://:password@host:6379/0"})
    first = Integer(data_key="from", allow_none=True, load_default=None, validate=Range(1, 2**62), metadata=_FROM)


class EnvelopesIn(Schema):
    """Envelopes by way; a way that is not named stays as it is."""

    poll = String(validate=OneOf(ENVELOPES))
    webhook = String(validate=OneOf(ENVELOPES))
    amqp = String(validate=OneOf(ENVELOPES))
    broker = String(validate=OneOf(ENVELOPES))
    folder = String(validate=OneOf(ENVELOPES))


@blueprint.get("/channels")
@blueprint.doc(responses={200: answer("by mailbox and kind", ChannelsOut)})
def show() -> Response:
    """All channels of the sandbox; with a key, those of its mailboxes.

    How each participant is reached, how far he has come, and how he fares."""
    key = key_access.current()
    with reading(ports().window.engine) as connection:
        channels = connecting.listed(connection, guard.sandbox_name())
    own = tuple(channel for channel in channels if key is None or key.owns(channel.mailbox))
    return json_response(ChannelsOut(channels=own))


@blueprint.put("/channels/<mailbox>/webhook")
@blueprint.input(WebhookIn, arg_name="body")
@blueprint.doc(
    responses={
        200: answer("it was there, and is as asked now", MadeOut),
        201: answer("made", MadeOut),
        400: _REFUSED[400],
        422: refused("it leads nowhere, or where it must not"),
    }
)
def make_webhook(mailbox: str, body: dict[str, Any]) -> Response:
    """Have receipts posted.

    A new webhook begins with the next receipt, or with `from`. What is posted is signed with the secret of the answer:
    X-Single-Window-Signature is the HMAC-SHA256 of X-Single-Window-Timestamp, a full stop and the body."""
    return _made(
        connecting.make_webhook(
            ports().window, guard.sandbox_name(), mailbox, body["url"], body["first"], body["new_secret"]
        )
    )


@blueprint.put("/channels/<mailbox>/amqp")
@blueprint.input(AmqpIn, arg_name="body")
@blueprint.doc(
    responses={
        200: answer("it was there, and is as asked now", MadeOut),
        201: answer("made", MadeOut),
        400: _REFUSED[400],
        409: refused("this window does not run on RabbitMQ"),
    }
)
def make_amqp(mailbox: str, body: dict[str, Any]) -> Response:
    """Have queues at RabbitMQ.

    Messages go into `inbox`, receipts come out of `outbox`; both are there within seconds."""
    return _made(connecting.make_amqp(ports().window, guard.sandbox_name(), mailbox, body["first"]))


@blueprint.put("/channels/<mailbox>/broker")
@blueprint.input(BrokerIn, arg_name="body")
@blueprint.doc(
    responses={
        200: answer("it was there, and is as asked now", MadeOut),
        201: answer("made", MadeOut),
        400: _REFUSED[400],
        422: refused("it leads nowhere, or where it must not"),
    }
)
def make_broker(mailbox: str, body: dict[str, Any]) -> Response:
    """Have queues at a broker of one's own.

    `amqp://`, `redis://`, `sqs://` or `filesystem://`, with `s` over TLS. Messages go into `inbox`, receipts come out
    of `outbox`. Passwords are in no answer."""
    return _made(connecting.make_broker(ports().window, guard.sandbox_name(), mailbox, body["url"], body["first"]))


@blueprint.get("/channels/<mailbox>/envelopes")
@blueprint.doc(responses={200: answer("by way", EnvelopesOut)})
def envelopes(mailbox: str) -> Response:
    """The envelope of a mailbox's receipts.

    By the way they leave: poll, webhook, amqp, broker, folder. Where none was chosen it is DxpMsg with the
    participant's tolerance dxp_envelope, else none."""
    with reading(ports().window.engine) as connection:
        return json_response(chosen_envelopes.shown(connection, guard.sandbox_name(), mailbox))


@blueprint.put("/channels/<mailbox>/envelopes")
@blueprint.input(EnvelopesIn, arg_name="body")
@blueprint.doc(responses={200: answer("all of them, as they are now", EnvelopesOut), 400: _REFUSED[400]})
def choose_envelopes(mailbox: str, body: dict[str, str]) -> Response:
    """Have receipts in an envelope.

    From the next one that leaves by that way: a DxpMsg as a terminal node gets it, a DxpMsgSv as a transport node does,
    or none. Over AMQP refusals then come as DxpRep."""
    return json_response(chosen_envelopes.choose(ports().window, guard.sandbox_name(), mailbox, body))


@blueprint.delete(f"/channels/<mailbox>/{_KIND}")
@blueprint.doc(responses={200: answer("it is off", ChannelOut), 404: _REFUSED[404]})
def switch_off(mailbox: str, kind: str) -> Response:
    """Switch a channel off.

    Its position is kept: made again, it continues there."""
    return json_response(
        connecting.described(connecting.switch_off(ports().window, guard.sandbox_name(), mailbox, kind))
    )


@blueprint.post(f"/channels/<mailbox>/{_KIND}/redeliver")
@blueprint.input(AmqpIn, arg_name="body")
@blueprint.doc(responses={200: answer("as it stands now", ChannelOut), **_REFUSED})
def redeliver(mailbox: str, kind: str, body: dict[str, Any]) -> Response:
    """Deliver receipts again.

    From the receipt `from` on; without it, what waits is tried for now and not at the next instant."""
    return json_response(
        connecting.described(connecting.redeliver(ports().window, guard.sandbox_name(), mailbox, kind, body["first"]))
    )


@blueprint.post("/channels/<mailbox>/webhook/test")
@blueprint.doc(responses={200: answer("whatever came of it", TriedOut), **_REFUSED})
def test(mailbox: str) -> Response:
    """Try a webhook.

    Posts a signed message of the code `test` without a receipt. Takes as long as the receiver, 10 seconds at most."""
    return json_response(TriedOut.of(connecting.trial(ports().window, guard.sandbox_name(), mailbox)))


def _made(made: ConnectedChannel) -> Response:
    return json_response(connecting.described_made(made), 201 if made.fresh else 200)
