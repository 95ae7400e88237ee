"""The schemas of calls about declarations and notes of transport in the OpenAPI document."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import DelimitedList, Integer, String
from apiflask.validators import Length, OneOf, Range, Regexp

from single_window.frame.http.documentation import LONGEST_WAIT

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
