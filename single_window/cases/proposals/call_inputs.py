"""The schemas of calls about proposals in the OpenAPI document."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Integer, String
from apiflask.validators import Length, OneOf, Range


class ProposalsIn(Schema):
    """Which proposals."""

    after = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "ids above it"})
    limit = Integer(load_default=100, validate=Range(1, 500))


class SettledIn(Schema):
    """What is done with a proposal."""

    action = String(required=True, validate=OneOf(["approve", "decline"]))
    reason = String(load_default="", validate=Length(0, 1_000), metadata={"description": "why it is declined"})
