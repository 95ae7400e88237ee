"""What the OpenAPI document says of refunds."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Boolean, Dict, Integer, List, Nested, String
from apiflask.validators import Length, OneOf, Range

from single_window.cases.refunds import ACTIONS


class RefundsIn(Schema):
    """Which claims."""

    state = String(load_default="", validate=Length(0, 30))
    merchant = String(load_default="", validate=Length(0, 18), metadata={"description": "an ebcCode; empty: all"})
    before = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "ids below it; 0: newest"})
    limit = Integer(load_default=50, validate=Range(1, 500))
    waiting = Boolean(
        load_default=False, metadata={"description": "only claims that need a decision, the oldest first, in one page"}
    )


class RefundOut(Schema):
    """A claim; amounts in yuan."""

    id = Integer()
    cop_no = String()
    ebc_code = String()
    state = String()
    state_zh = String()
    state_en = String()
    kind = String(metadata={"description": "T trader, M manufacturer, E exemption"})
    business = String(metadata={"description": "HWC-YT: ahead of sale from an overseas warehouse"})
    period = String()
    lines = Integer()
    refund = String()
    paid = String()
    recovered = String()
    filed_at = String()
    due_at = String(metadata={"description": "when its review ends"})
    links = Dict()


class RefundsOut(Schema):
    """Claims."""

    refunds = List(Nested(RefundOut))
    next = Integer(allow_none=True, metadata={"description": "what to give as `before` for the next page"})


class ExplanationOut(Schema):
    """Why a claim is what it is; amounts in yuan, words in both languages, dated values with their sources."""

    claim = Dict(metadata={"description": "numbers, state, amounts, what stands against it"})
    exports = List(Dict(), metadata={"description": "export lines with the customs items and the rows of the rates"})
    purchases = List(Dict(), metadata={"description": "purchase lines with the invoices"})
    exchange = List(Dict(), metadata={"description": "foreign exchange by pool and currency"})
    treatments = List(
        Dict(),
        metadata={
            "description": "items, their treatment, every condition: satisfied, pending, failed or not_applicable today"
        },
    )
    workings = List(Dict(), metadata={"description": "the formula of each link, number by number"})
    sums = List(Dict(), metadata={"description": "amounts beside what they are made of"})
    entries = List(Dict())
    papers = List(Dict(), metadata={"description": "reconciliations and repayments"})
    income_tax = List(Dict())
    days = List(Dict(), metadata={"description": "days that matter, each with the dated value that sets it"})
    receipts = List(Dict())
    timeline = List(Dict())
    next = List(Dict(), metadata={"description": "what may happen to it"})
    next_day = Dict(allow_none=True)


class ActIn(Schema):
    """What an officer decides."""

    action = String(required=True, validate=OneOf(list(ACTIONS)))
    reason = String(
        load_default="",
        validate=Length(0, 1_000),
        metadata={"description": "all but approve need one; approve where the exchange is short after its term"},
    )
    amount = String(
        load_default="",
        validate=Length(0, 30),
        metadata={"description": "with reduce: the refund in yuan that is left"},
    )
    seen = String(
        load_default="",
        validate=Length(0, 30),
        metadata={"description": "the state in which it was seen; if it has another, nothing is done (409)"},
    )


class ActedOut(Schema):
    """What came of it."""

    claim = String()
    action = String()
    status = String(metadata={"description": "done; proposed: a second person must approve it; waiting: it is filed"})
    before = String()
    after = String()
