"""HTTP calls about refund claims, their explanation, exports to claim for, and drafts of messages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, Float, Integer, String
from apiflask.validators import Length, OneOf, Range
from flask import Response

from single_window.cases.refunds import drafting
from single_window.cases.refunds import explaining as refunds
from single_window.cases.refunds.answers import (
    REFUND_CLAIM_KIND,
    RefundExportsOut,
    RefundOut,
    RefundsOut,
)
from single_window.cases.refunds.parts import ExplanationOut
from single_window.cases.refunds.queries import CLAIM_CASES, rates_of
from single_window.frame.http import guard
from single_window.frame.http.calls import READ, Calls
from single_window.frame.http.cases import CasesOfMerchantIn, listed_cases, missing, reading_sandbox, shown_case
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.refused import NotFound
from single_window.store.engine import reading
from single_window.store.law_books import law_of


class RefundsIn(CasesOfMerchantIn):
    """The claims to list."""

    waiting = Boolean(
        load_default=False, metadata={"description": "only claims that need a decision, oldest first, on one page"}
    )


class RefundExportsIn(Schema):
    """The exports to list."""

    merchant = String(load_default="", validate=Length(0, 18), metadata={"description": "an ebcCode; empty: all"})
    limit = Integer(load_default=50, validate=Range(1, 1_000))


class DraftIn(Schema):
    """The choices of a draft."""

    share = Float(
        load_default=0.8,
        allow_nan=False,
        validate=Range(0, 1, min_inclusive=False),
        metadata={"description": "the supplier's price before tax, as a share of the FOB value in yuan"},
    )
    claim_kind = String(
        load_default="T", validate=OneOf(["T", "M", "E"]), metadata={"description": "trader, manufacturer, exemption"}
    )
    ahead = Boolean(load_default=False, metadata={"description": "claim goods of 9810 ahead of their sale (HWC-YT)"})


blueprint = Calls("refunds", __name__, rights=READ)
_REFUSED = {404: refused("no such claim or sandbox")}


@blueprint.get("/refunds")
@blueprint.input(RefundsIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("claims of the sandbox", RefundsOut)})
def listed(query: dict[str, Any]) -> Response:
    """List refund claims.

    Newest first; `state` and `merchant` narrow them. With `waiting`: those that need a decision, oldest first."""
    return listed_cases(CLAIM_CASES, query)


@blueprint.get("/refunds/<path:number>")
@blueprint.doc(responses={200: answer("the claim with its history", RefundOut), **_REFUSED})
def show(number: str) -> Response:
    """Show a claim.

    `number` is its copNo (the newest claim if several companies use it), ebcCode|copNo, or its id."""
    return shown_case(CLAIM_CASES, number)


@blueprint.get("/refunds/<path:number>/explanation")
@blueprint.doc(responses={200: answer("the complete explanation", ExplanationOut), **_REFUSED})
def explanation(number: str) -> Response:
    """Explain a claim.

    Documents, conditions with their results, the formula with every number and dated value, amounts with their parts,
    receipts, and the next deadlines."""
    at, sandbox = ports(), guard.sandbox_name()
    try:
        with reading(at.window.engine) as connection:
            explained = refunds.explain(
                connection, sandbox, number, law_of(connection, sandbox), rates_of(connection, sandbox)
            )
    except NotFound:
        raise missing(REFUND_CLAIM_KIND, sandbox, number) from None
    return json_response(explained)


@blueprint.get("/refund-exports")
@blueprint.input(RefundExportsIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("exports", RefundExportsOut), 404: refused("no such sandbox")})
def exports(query: dict[str, Any]) -> Response:
    """List exports to claim for.

    Declarations of summaries, and lists of 9710 and 9810, without a claim."""
    with reading_sandbox() as (connection, sandbox):
        found = drafting.claimable(connection, sandbox, query["merchant"], query["limit"])
    return json_response(RefundExportsOut(exports=tuple(found)))


@blueprint.get("/refund-exports/<path:number>/drafts/<any(registration, invoice, exchange, claim):kind>")
@blueprint.input(DraftIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        200: {"description": "a message", "content": {"application/xml": {}}},
        404: refused("no such export, kind of draft or sandbox"),
    },
)
def draft(number: str, kind: str, query: dict[str, Any]) -> Response:
    """Draft a message for an export.

    A message of the company or its bank, by `kind`: registration, invoice, exchange, claim. `number` is a summary
    (sumNo), a declaration (entryId) or a 9710/9810 list (invtNo). Drafts for the same export have the same numbers."""
    at, sandbox = ports(), guard.sandbox_name()
    now = at.window.now(sandbox)
    with reading(at.window.engine) as connection:
        law = law_of(connection, sandbox)
        share, rates = Decimal(str(query["share"])), rates_of(connection, sandbox)
        terms = drafting.Terms(now, law, rates, share, query["claim_kind"], query["ahead"])
        try:
            body = drafting.draft(kind, drafting.source(connection, sandbox, number, law), terms)
        except drafting.NothingToDraft as nothing:
            raise problem("nothing-to-draft", reason=nothing, path="number", found=number) from None
    return Response(body, mimetype="application/xml")
