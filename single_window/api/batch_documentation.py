"""What the OpenAPI document says of batches."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Dict, Integer, List, Nested, String
from apiflask.validators import Length, OneOf, Range

from single_window.cases.batches.asking import MOST, ROLES

_BY = {"description": "the participant who asks, by his code; kept. Of an officer, his account is"}


class BatchesIn(Schema):
    """Which batches."""

    state = String(load_default="", validate=Length(0, 30))
    before = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "ids below it; 0: newest"})
    limit = Integer(load_default=50, validate=Range(1, 500))


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


class BatchOut(Schema):
    """A batch."""

    batch_no = String()
    flow = String()
    customs_code = String()
    trade_mode = String()
    opened_by = String()
    opening = String(metadata={"description": "what its lists have in common"})
    state = String()
    state_zh = String()
    state_en = String()
    revision = Integer(metadata={"description": "counts the changes by people and of its state"})
    members = Integer()
    drawn = Integer(metadata={"description": "samples"})
    awaited = Integer(metadata={"description": "samples whose result is not there"})
    failed = Integer()
    held = Integer()
    released = Integer()
    refused = Integer()
    phase = String(metadata={"description": "what is being done with the members; empty: nothing"})
    cursor = Integer(metadata={"description": "how far, of `places`"})
    places = Integer()
    opened_at = String()
    declared_at = String()
    drawn_at = String()
    released_at = String()
    closed_at = String()
    reasons = List(Dict())
    history = List(Dict())
    links = Dict()


class BatchesOut(Schema):
    """Batches, newest first."""

    batches = List(Nested(BatchOut))
    next = Integer(allow_none=True, metadata={"description": "what to give as `before` for the next page"})


class BatchAskedOut(Schema):
    """What became of a change."""

    asked = Integer(metadata={"description": "its number, which the history names"})
    status = String(metadata={"description": "done, waiting"})
    batch = Nested(BatchOut)
    said = List(Dict())


class MemberOut(Schema):
    """A place in a batch."""

    position = Integer()
    key = String()
    state = String()
    why = String(metadata={"description": "why it was drawn: lane, grade, goods, size; empty: it was not"})
    number = Integer(allow_none=True)
    declaration_id = Integer()
    order_no = String()
    invt_no = String()
    list_state = String()


class MembersOut(Schema):
    """Places, in their order."""

    batch_no = String()
    members = List(Nested(MemberOut))
    next = Integer(allow_none=True, metadata={"description": "what to give as `after` for the next page"})
