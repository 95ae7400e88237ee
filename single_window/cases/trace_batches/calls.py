"""HTTP calls about trace batches and their codes."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, Integer
from apiflask.validators import Range
from flask import Response

from single_window.cases.trace_batches.answers import TraceCodesOut
from single_window.cases.trace_batches.queries import TRACE_BATCH_CASES, codes_page, find_trace_batch
from single_window.frame.http.calls import READ, Calls
from single_window.frame.http.cases import CasesOfMerchantIn, add_cases, demand_party, missing, reading_sandbox
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.problems import json_response

blueprint = Calls("trace_batches", __name__, rights=READ, tag="trace-batches")


class CodesIn(Schema):
    """A page of the codes of a batch."""

    after = Integer(load_default=-1, validate=Range(-1, 2**31), metadata={"description": "`next` of the page before"})
    copied = Boolean(load_default=False, metadata={"description": "only codes of items that were copied"})
    limit = Integer(load_default=1_000, validate=Range(1, 10_001))


@blueprint.get("/trace-batches/<trace_code>/codes")
@blueprint.input(CodesIn, location="query", arg_name="query")
@blueprint.doc(
    responses={200: answer("by serial, that of the lot first", TraceCodesOut), 404: refused("no such batch")}
)
def codes(trace_code: str, query: dict[str, Any]) -> Response:
    """List the codes of a trace batch.

    For the key of its company, and officers. Each with how often it was looked up, when for the first and the last
    time, and whether it was copied."""
    with reading_sandbox() as (connection, sandbox):
        batch = find_trace_batch(connection, sandbox, trace_code)
        if batch is None:
            raise missing(TRACE_BATCH_CASES.kind, sandbox, trace_code)
        demand_party(connection, sandbox, TRACE_BATCH_CASES, trace_code, (batch.ebc_code,))
        return json_response(codes_page(connection, sandbox, batch, query["after"], query["limit"], query["copied"]))


add_cases(blueprint, TRACE_BATCH_CASES, CasesOfMerchantIn, parties=lambda batch: (batch.ebc_code,))
