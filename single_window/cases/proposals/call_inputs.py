"""The schemas of calls about proposals in the OpenAPI document."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Integer
from apiflask.validators import Range


class ProposalsIn(Schema):
    """Which proposals."""

    after = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "ids above it"})
    limit = Integer(load_default=100, validate=Range(1, 500))
