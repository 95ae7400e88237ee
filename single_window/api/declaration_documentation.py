"""What the OpenAPI document says of declarations and notes of transport."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Boolean, DelimitedList, Dict, Integer, List, Nested, String
from apiflask.validators import Length, OneOf, Range, Regexp

from single_window.api.documentation import LONGEST_WAIT, FieldOut

MOST = 500
MOST_AWAITED = 20
_FLOW = {"description": "I: import, E: export; empty: both"}


class FlowIn(Schema):
    """Of which flow."""

    flow = String(load_default="", validate=OneOf(["", "I", "E"]), metadata=_FLOW)


class AwaitedIn(FlowIn):
    """Of which flow, and what to wait for."""

    wait_for = DelimitedList(
        String(validate=Regexp(r"-?[0-9]{1,6}$")),
        load_default=list,
        validate=Length(0, MOST_AWAITED),
        metadata={
            "description": "return statuses of the list, such as 800,100, or receipt types, such as 816: any of them"
        },
    )
    timeout = Integer(load_default=LONGEST_WAIT, validate=Range(0, LONGEST_WAIT), metadata={"description": "seconds"})


class DeclarationsIn(FlowIn):
    """Which declarations."""

    state = String(load_default="", validate=Length(0, 30))
    batch = String(load_default="", validate=Length(0, 40), metadata={"description": "number of a batch"})
    bill_no = String(load_default="", validate=Length(0, 60), metadata={"description": "master waybill (billNo)"})
    before = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "ids below it; 0: newest"})
    limit = Integer(load_default=50, validate=Range(1, MOST))


class ReasonOut(Schema):
    """Why a list was refused or is looked at."""

    code = String()
    zh = String()
    en = String()
    parameters = List(String(), metadata={"description": "ids of the dated values that it rests on"})
    found = String()
    expected = String()
    remedy_zh = String()
    remedy_en = String()
    fields_ = List(
        Nested(FieldOut),
        data_key="fields",
        metadata={"description": "of a declaration found by its number: the fields concerned in each document"},
    )


class DeclarationOut(Schema):
    """A list, of an import or an export."""

    id = Integer()
    flow = String(metadata={"description": "I: import, E: export"})
    kind = String(metadata={"description": "inventory, export_inventory"})
    order_no = String()
    cop_no = String()
    pre_no = String()
    invt_no = String()
    logistics_no = String()
    bill_no = String()
    batch_no = String()
    statistics_flag = String(metadata={"description": "of an export: A simplified, B full"})
    ebc_code = String()
    agent_code = String()
    customs_code = String()
    trade_mode = String()
    lane = String()
    detention = String()
    state = String()
    state_zh = String()
    state_en = String()
    value = String(metadata={"description": "yuan: dutiable value of an import, FOB value of an export"})
    full_tax = Boolean()
    accepted_at = String()
    arrived_at = String()
    released_at = String()
    closed_at = String()
    reasons = List(Nested(ReasonOut))
    tax = Dict(allow_none=True, metadata={"description": "of an import"})


class DeclarationsOut(Schema):
    """What has a number."""

    number = String()
    declarations = List(Nested(DeclarationOut))
    documents = List(Dict())
    given = List(String(), metadata={"description": "with wait_for: which of them were given"})
    settled = Boolean(
        metadata={
            "description": "with wait_for: no work is open in the sandbox, only a clock or a person can move it on"
        }
    )


class DeclarationsPageOut(Schema):
    """Declarations, newest first."""

    declarations = List(Nested(DeclarationOut))
    next = Integer(allow_none=True, metadata={"description": "what to give as `before` for the next page"})


class NotesOut(Schema):
    """Notes of transport with a number: parts that are there or missing, parcels with the state of their lists."""

    number = String()
    notes = List(Dict())
