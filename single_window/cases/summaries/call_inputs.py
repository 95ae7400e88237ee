"""The schemas of calls about summaries in the OpenAPI document."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Integer, String
from apiflask.validators import Length, Range


class PageIn(Schema):
    """Which declarations or lists of a summary."""

    after = Integer(load_default=0, validate=Range(0, 2**62))
    limit = Integer(load_default=100, validate=Range(1, 1_000))


class DueIn(Schema):
    """Whose months."""

    merchant = String(load_default="", validate=Length(0, 18))
