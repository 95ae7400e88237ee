"""HTTP calls for channels, by which receipts are delivered to participants. Secrets are only shown when created."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, Integer, String
from apiflask.validators import Length, OneOf, Range
from flask import Response

from single_window.channels import connecting
from single_window.channels import envelopes as chosen_envelopes
from single_window.channels.answers import ChannelOut, ChannelsOut, EnvelopesOut, MadeOut, TriedOut
from single_window.channels.connecting import ConnectedChannel
from single_window.frame.http import guard, key_access
from single_window.frame.http.calls import Calls
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response
from single_window.store.engine import reading
from single_window.store.names import ENVELOPES

blueprint = Calls("channels", __name__, rights=("manage_channels",))
_KIND = "<any(webhook, amqp, broker):kind>"
_REFUSED = {
    400: refused("the request is not as described"),
    404: refused("no such channel"),
    409: refused("not possible in the channel's state"),
}


_FROM = {"description": "number of the first receipt to deliver"}


class WebhookIn(Schema):
    """The address to post to."""

    url = String(required=True, validate=Length(1, 2_000))
    first = Integer(data_key="from", allow_none=True, load_default=None, validate=Range(1, 2**62), metadata=_FROM)
    new_secret = Boolean(load_default=False, metadata={"description": "create a new secret"})


class AmqpIn(Schema):
    """The first receipt to deliver."""

    first = Integer(data_key="from", allow_none=True, load_default=None, validate=Range(1, 2**62), metadata=_FROM)


class BrokerIn(Schema):
    """The address of a broker."""

    url = String(required=True, validate=Length(1, 2_000), metadata={"description": "redis://:password@host:6379/0"})
    first = Integer(data_key="from", allow_none=True, load_default=None, validate=Range(1, 2**62), metadata=_FROM)


class EnvelopesIn(Schema):
    """Envelopes by kind of delivery; a kind that is not given stays unchanged."""

    poll = String(validate=OneOf(ENVELOPES))
    webhook = String(validate=OneOf(ENVELOPES))
    amqp = String(validate=OneOf(ENVELOPES))
    broker = String(validate=OneOf(ENVELOPES))
    folder = String(validate=OneOf(ENVELOPES))


@blueprint.get("/channels", rights=("manage_channels", "see_operations"))
@blueprint.doc(responses={200: answer("by mailbox and kind", ChannelsOut)})
def show() -> Response:
    """List all channels of the sandbox; with a key, those of its mailboxes.

    With address, position and state of each."""
    key = key_access.current_key()
    with reading(ports().window.engine) as connection:
        channels = connecting.channels_out(connection, guard.sandbox_name())
    own = tuple(channel for channel in channels if key is None or key.owns(channel.mailbox))
    return json_response(ChannelsOut(channels=own))


@blueprint.put("/channels/<mailbox>/webhook")
@blueprint.input(WebhookIn, arg_name="body")
@blueprint.doc(
    responses={
        200: answer("an existing channel, changed as requested", MadeOut),
        201: answer("created", MadeOut),
        400: _REFUSED[400],
        422: refused("the address is invalid or not allowed"),
    }
)
def make_webhook(mailbox: str, body: dict[str, Any]) -> Response:
    """Deliver receipts to a webhook.

    A new webhook begins with the next receipt, or with `from`. Requests are signed with the secret in the answer:
    X-Single-Window-Signature is the HMAC-SHA256 of X-Single-Window-Timestamp, a full stop and the body."""
    return _channel_made(
        connecting.make_webhook(
            ports().window, guard.sandbox_name(), mailbox, body["url"], body["first"], body["new_secret"]
        )
    )


@blueprint.put("/channels/<mailbox>/amqp")
@blueprint.input(AmqpIn, arg_name="body")
@blueprint.doc(
    responses={
        200: answer("an existing channel, changed as requested", MadeOut),
        201: answer("created", MadeOut),
        400: _REFUSED[400],
        409: refused("this window does not run on RabbitMQ"),
    }
)
def make_amqp(mailbox: str, body: dict[str, Any]) -> Response:
    """Exchange messages and receipts by queues of the window's RabbitMQ.

    Send messages to `inbox`, receive receipts from `outbox`. Both are created within seconds; until then the state is
    `opening`."""
    return _channel_made(connecting.make_amqp(ports().window, guard.sandbox_name(), mailbox, body["first"]))


@blueprint.put("/channels/<mailbox>/broker")
@blueprint.input(BrokerIn, arg_name="body")
@blueprint.doc(
    responses={
        200: answer("an existing channel, changed as requested", MadeOut),
        201: answer("created", MadeOut),
        400: _REFUSED[400],
        422: refused("the address is invalid or not allowed"),
    }
)
def make_broker(mailbox: str, body: dict[str, Any]) -> Response:
    """Exchange messages and receipts by queues of the participant's own broker.

    `amqp://`, `redis://`, `sqs://` or `filesystem://`, with `s` over TLS. Send messages to `inbox`, receive receipts
    from `outbox`. Passwords are in no answer."""
    return _channel_made(
        connecting.make_broker(ports().window, guard.sandbox_name(), mailbox, body["url"], body["first"])
    )


@blueprint.get("/channels/<mailbox>/envelopes", rights=("manage_channels", "see_operations"))
@blueprint.doc(responses={200: answer("by kind of delivery", EnvelopesOut)})
def envelopes(mailbox: str) -> Response:
    """Show the envelopes of a mailbox's receipts.

    By kind of delivery: poll, webhook, amqp, broker, folder. The default is DxpMsg if the participant has the tolerance
    dxp_envelope, else none."""
    with reading(ports().window.engine) as connection:
        return json_response(chosen_envelopes.envelopes_of(connection, guard.sandbox_name(), mailbox))


@blueprint.put("/channels/<mailbox>/envelopes")
@blueprint.input(EnvelopesIn, arg_name="body")
@blueprint.doc(responses={200: answer("all envelopes after the change", EnvelopesOut), 400: _REFUSED[400]})
def choose_envelopes(mailbox: str, body: dict[str, str]) -> Response:
    """Choose the envelopes of receipts.

    From the next delivery on: DxpMsg, as terminal nodes receive it, DxpMsgSv, as transport nodes receive it, or none.
    With an envelope, refusals over AMQP are DxpRep."""
    return json_response(chosen_envelopes.choose(ports().window, guard.sandbox_name(), mailbox, body))


@blueprint.delete(f"/channels/<mailbox>/{_KIND}")
@blueprint.doc(responses={200: answer("the channel, switched off", ChannelOut), 404: _REFUSED[404]})
def switch_off(mailbox: str, kind: str) -> Response:
    """Switch a channel off.

    Its position is stored: if it is created again, it continues there."""
    return json_response(
        connecting.channel_out(connecting.switch_off(ports().window, guard.sandbox_name(), mailbox, kind))
    )


@blueprint.post(f"/channels/<mailbox>/{_KIND}/redeliver")
@blueprint.input(AmqpIn, arg_name="body")
@blueprint.doc(responses={200: answer("the channel after the change", ChannelOut), **_REFUSED})
def redeliver(mailbox: str, kind: str, body: dict[str, Any]) -> Response:
    """Deliver receipts again.

    From the receipt `from` on; without it, waiting receipts are retried now, not at the scheduled instant."""
    return json_response(
        connecting.channel_out(connecting.redeliver(ports().window, guard.sandbox_name(), mailbox, kind, body["first"]))
    )


@blueprint.post("/channels/<mailbox>/webhook/test")
@blueprint.doc(responses={200: answer("the result, successful or not", TriedOut), **_REFUSED})
def test(mailbox: str) -> Response:
    """Test a webhook.

    Posts a signed message with the code `test` without a receipt, and waits for the response, at most 10 seconds."""
    return json_response(TriedOut.of(connecting.trial(ports().window, guard.sandbox_name(), mailbox)))


def _channel_made(made: ConnectedChannel) -> Response:
    return json_response(connecting.described_made(made), 201 if made.fresh else 200)
