"""What the OpenAPI document says of foreign exchange."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Dict, Integer, List, Nested, String
from apiflask.validators import Length, Range


class ForexReportsIn(Schema):
    """Which reports."""

    state = String(
        load_default="", validate=Length(0, 30), metadata={"description": "in_review, booked or rejected; empty: all"}
    )
    merchant = String(load_default="", validate=Length(0, 18), metadata={"description": "an ebcCode; empty: all"})
    before = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "ids below it; 0: newest"})
    limit = Integer(load_default=50, validate=Range(1, 500))


class ForexReportOut(Schema):
    """A report of foreign exchange received or paid."""

    id = Integer()
    cop_no = String()
    reporter_code = String()
    ebc_code = String()
    direction = String(metadata={"description": "1 collection, 2 payment"})
    settlement = String(metadata={"description": "1 gross, 2 netting"})
    currency = String(metadata={"description": "the customs code"})
    amount = String(metadata={"description": "the net amount where it is netted"})
    usd = String()
    rmb = String()
    legs = Integer()
    value_on = String(metadata={"description": "the day on which it was received or paid"})
    keep_until = String(metadata={"description": "the last day on which its record is kept"})
    state = String()
    state_zh = String()
    state_en = String()
    filed_at = String()
    decided_at = String()
    reasons = List(Dict())
    of_legs = List(Dict(), metadata={"description": "its legs; of one report only"})
    restored = List(Dict(), metadata={"description": "the gross restoration of a netted report; of one report only"})
    history = List(Dict(), metadata={"description": "of one report only"})
    links = Dict()


class ForexReportsOut(Schema):
    """Reports, newest first."""

    reports = List(Nested(ForexReportOut))
    next = Integer(allow_none=True, metadata={"description": "what to give as `before` for the next page"})
