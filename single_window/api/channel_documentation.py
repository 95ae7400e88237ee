"""The schemas of calls about channels in the OpenAPI document."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Boolean, Integer, String
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
