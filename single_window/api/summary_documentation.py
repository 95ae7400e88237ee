"""What the OpenAPI document says of summaries."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Boolean, Dict, Integer, List, Nested, String
from apiflask.validators import Length, Range


class SummariesIn(Schema):
    """Which summaries."""

    state = String(load_default="", validate=Length(0, 30))
    merchant = String(load_default="", validate=Length(0, 18), metadata={"description": "an ebcCode; empty: all"})
    before = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "ids below it; 0: newest"})
    limit = Integer(load_default=50, validate=Range(1, 500))


class PageIn(Schema):
    """Which declarations or lists of a summary."""

    after = Integer(load_default=0, validate=Range(0, 2**62))
    limit = Integer(load_default=100, validate=Range(1, 1_000))


class DueIn(Schema):
    """Whose months."""

    merchant = String(load_default="", validate=Length(0, 18))


class SummaryOut(Schema):
    """A summary request."""

    id = Integer()
    sum_no = String()
    cop_no = String()
    customs_code = String()
    agent_code = String()
    ebc_code = String()
    state = String()
    state_zh = String()
    state_en = String()
    since = String(metadata={"description": "the period that it names; empty: it names lists"})
    until = String()
    phase = String(metadata={"description": "what is being done: claim, free, merge, tell; empty: nothing"})
    lists = Integer(metadata={"description": "lists that are in it"})
    months = Dict(metadata={"description": "how many of them are of which month"})
    left_out = Dict(metadata={"description": "how many were not taken in, by the code of the reason"})
    declarations = Integer()
    goods_lines = Integer()
    results = Integer(metadata={"description": "messages (792) that tell the outcome"})
    filed_at = String()
    accepted_at = String()
    done_at = String()
    reasons = List(Dict())
    history = List(Dict())
    links = Dict()


class SummariesOut(Schema):
    """Summaries, newest first."""

    summaries = List(Nested(SummaryOut))
    next = Integer(allow_none=True, metadata={"description": "what to give as `before` for the next page"})


class SummaryDeclarationOut(Schema):
    """A declaration."""

    number = Integer()
    month = String()
    decl_seq_no = String()
    entry_id = String()
    head = Dict()
    lines = List(Dict())
    gross = String()
    net = String()
    sources = Integer(metadata={"description": "lines of lists that it sums up"})


class MadesOut(Schema):
    """Declarations of a summary."""

    declarations = List(Nested(SummaryDeclarationOut))
    next = Integer(allow_none=True)


class WhereOut(Schema):
    """Where a list stands."""

    invt_no = String()
    standing = String(
        metadata={
            "description": "summarised, claimed, statistics, waits; empty: not closed, or a declaration by itself"
        }
    )
    sum_no = String()
    lines = List(List(Integer()), metadata={"description": "each declaration, line there, line of the list"})


class DueOut(Schema):
    """A merchant's month with lists that wait."""

    ebc_code = String()
    month = String()
    last_day = String()
    waiting = Integer()
    overdue = Boolean()
    provisional = Boolean(metadata={"description": "the last day rests on holidays that are not published"})


class DuesOut(Schema):
    """Months that wait, the most urgent first."""

    due = List(Nested(DueOut))
