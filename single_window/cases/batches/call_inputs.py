"""The schemas of calls about batches in the OpenAPI document."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Integer, List, String
from apiflask.validators import Length, OneOf, Range

from single_window.cases.batches.requests import MOST, ROLES

_BY = {"description": "the participant who asks, by his code; kept. Of an officer, his account is"}


class OpenIn(Schema):
    """A new batch."""

    flow = String(required=True, validate=OneOf(["I", "E"]), metadata={"description": "I: import, E: export"})
    customs_code = String(required=True, validate=Length(4, 4))
    trade_mode = String(required=True, validate=Length(4, 4))
    by = String(load_default="", validate=Length(0, 100), metadata=_BY)
    role = String(load_default="participant", validate=OneOf(ROLES))


class AskIn(Schema):
    """A change of a batch."""

    by = String(load_default="", validate=Length(0, 100), metadata=_BY)
    role = String(load_default="participant", validate=OneOf(ROLES))
    revision = Integer(
        load_default=0,
        validate=Range(0, 2**31),
        metadata={"description": "the batch's, as you saw it; 0: whichever it is now"},
    )
    lists = List(
        String(validate=Length(1, 80)),
        load_default=list,
        validate=Length(0, MOST),
        metadata={"description": "list numbers, order numbers, or merchant|order number"},
    )
    reason = String(load_default="", validate=Length(0, 1_000), metadata={"description": "of a review"})


class MembersIn(Schema):
    """Which members."""

    after = Integer(load_default=-1, validate=Range(-1, 2**62))
    limit = Integer(load_default=100, validate=Range(1, 1_000))
    state = String(load_default="", validate=Length(0, 30))
