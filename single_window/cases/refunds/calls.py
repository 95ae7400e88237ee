"""Refund claims: listed, one with what led to it, and what an officer decides."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from single_window.cases import refunds
from single_window.cases.refunds.answers import REFUND, ActedOut, ExplanationOut, RefundOut, RefundsOut, explanation_out
from single_window.cases.refunds.call_inputs import ActIn, RefundsIn
from single_window.cases.refunds.rating import rates_of
from single_window.frame.http import guard
from single_window.frame.http.callers import officer
from single_window.frame.http.cases import listed_cases, missing, shown_case
from single_window.frame.http.documentation import ACCOUNT, BY_ACCOUNT, answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.language import words
from single_window.store.engine import reading
from single_window.store.law_books import law_of
from single_window.work import decisions

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
    except refunds.NoSuchClaim:
        raise missing(REFUND, sandbox, number) from None
    return json_response(explanation_out(explained))


@blueprint.post("/refunds/<path:number>/act")
@blueprint.input(ActIn, arg_name="body")
@blueprint.doc(
    security=ACCOUNT,
    responses={
        200: answer("done", ActedOut),
        202: answer("it is filed and not done yet", ActedOut),
        400: refused("something is missing or wrong"),
        **_REFUSED,
        **BY_ACCOUNT,
        409: refused("the claim's state does not let it be done"),
    },
)
def act(number: str, body: dict[str, Any]) -> Response:
    """Decide about a claim.

    approve; reduce to `amount`; refuse; ask the company for a correction; recover what was paid. All but approve need a
    `reason`, which the company reads; approve needs one where the exchange is short and its term over. `seen` is the
    state in which you saw the claim: if it has changed since, nothing is done (409)."""
    at, sandbox, person = ports(), guard.sandbox_name(), officer("refund_claim")
    try:
        filed = refunds.act(
            at.window, sandbox, number, body["action"], body["reason"], person, body["amount"], body["seen"]
        )
    except refunds.NoSuchClaim:
        raise missing(REFUND, sandbox, number) from None
    except refunds.BadAct as bad:
        raise problem("bad-refund-act", reason=bad) from None
    except refunds.NotNow as refused:
        raise problem("refund-act-refused", reason=refused) from None
    decided = decisions.wait(at.window, sandbox, filed.decision, at.changes)
    with reading(at.window.engine) as connection:
        state = refunds.state_of(connection, sandbox, filed.claim_id)
    if decided.refused:
        why = "; ".join(words.of_reason(reason).en for reason in decided.answer)
        raise problem("refund-act-refused", reason=f"{filed.cop_no} is {state}: {why}")
    status = "done" if decided.done else "proposed" if decided.proposed else "waiting"
    return json_response(
        ActedOut(claim=filed.cop_no, action=filed.action, before=filed.before, after=state, status=status),
        200 if decided.done else 202,
    )
