"""Refund claims: listed, one with what led to it, and what an officer decides."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from apiflask.fields import Boolean
from flask import Response

from single_window.cases import refunds
from single_window.cases.refunds.answers import REFUND, RefundOut, RefundsOut
from single_window.cases.refunds.parts import ExplanationOut
from single_window.cases.refunds.queries import rates_of
from single_window.frame.http import guard
from single_window.frame.http.cases import CasesOfMerchantIn, listed_cases, missing, shown_case
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response
from single_window.frame.not_found import NotFound
from single_window.store.engine import reading
from single_window.store.law_books import law_of


class RefundsIn(CasesOfMerchantIn):
    """Which claims."""

    waiting = Boolean(
        load_default=False, metadata={"description": "only claims that need a decision, the oldest first, in one page"}
    )


blueprint = APIBlueprint("refunds", __name__, tag="refunds")
_REFUSED = {404: refused("no such claim or sandbox")}


@blueprint.get("/refunds")
@blueprint.input(RefundsIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("claims of the sandbox", RefundsOut)})
def listed(query: dict[str, Any]) -> Response:
    """List refund claims.

    Newest first; `state` and `merchant` narrow them. With `waiting` those that need a decision, the oldest first."""
    return listed_cases(REFUND, query)


@blueprint.get("/refunds/<path:number>")
@blueprint.doc(responses={200: answer("the claim and what has happened to it", RefundOut), **_REFUSED})
def show(number: str) -> Response:
    """Where a claim stands.

    `number` is its copNo (of several companies' the newest), ebcCode|copNo, or its id."""
    return shown_case(REFUND, number)


@blueprint.get("/refunds/<path:number>/explanation")
@blueprint.doc(responses={200: answer("everything that led to it", ExplanationOut), **_REFUSED})
def explanation(number: str) -> Response:
    """Why a claim is what it is.

    Its documents, every condition as it was found, the formula with every number and the dated value behind it, the
    amounts beside their parts, receipts, and the day that comes next."""
    at, sandbox = ports(), guard.sandbox_name()
    try:
        with reading(at.window.engine) as connection:
            explained = refunds.explain(
                connection, sandbox, number, law_of(connection, sandbox), rates_of(connection, sandbox)
            )
    except NotFound:
        raise missing(REFUND, sandbox, number) from None
    return json_response(explained)
