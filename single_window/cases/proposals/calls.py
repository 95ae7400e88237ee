"""Decisions that a second person must approve: listed, approved, declined."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from single_window.cases.proposals.answers import ProposalOut, ProposalsOut, proposal_out, waiting
from single_window.cases.proposals.call_inputs import ProposalsIn, SettledIn
from single_window.frame.http import guard
from single_window.frame.http.callers import officer
from single_window.frame.http.documentation import ACCOUNT, BY_ACCOUNT, answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.frame.not_found import LARGEST_ID
from single_window.language import words
from single_window.store.decisions import Decided
from single_window.store.engine import reading
from single_window.work import decisions
from single_window.work import proposals as proposing

blueprint = APIBlueprint("proposals", __name__, tag="proposals")


@blueprint.get("/proposals")
@blueprint.input(ProposalsIn, location="query", arg_name="query")
@blueprint.doc(
    tags=["proposals"],
    responses={
        200: answer("decisions that wait for a second person, oldest first", ProposalsOut),
        404: refused("no such sandbox"),
    },
)
def show(query: dict[str, Any]) -> Response:
    """What is proposed and waits for approval.

    Oldest first; `next` is the `after` of the next page."""
    at, sandbox = ports(), guard.sandbox_name()
    at.window.sandbox(sandbox)
    with reading(at.window.engine) as connection:
        return json_response(waiting(connection, sandbox, query["after"], query["limit"]))


@blueprint.post("/proposals/<int:number>")
@blueprint.input(SettledIn, arg_name="body")
@blueprint.doc(
    tags=["proposals"],
    security=ACCOUNT,
    responses={
        200: answer("approved and carried out, or declined", ProposalOut),
        202: answer("approved, not done yet", ProposalOut),
        404: refused("no such proposal or sandbox"),
        409: refused("it does not wait any more, is your own, or its subject has moved on"),
        **BY_ACCOUNT,
    },
)
def settle(number: int, body: dict[str, Any]) -> Response:
    """Approve or decline a proposal.

    Approve what another officer proposed, which then is carried out; or decline it. An own proposal cannot be approved;
    declining it withdraws it."""
    at, sandbox, number = ports(), guard.sandbox_name(), min(number, LARGEST_ID)
    at.window.sandbox(sandbox)
    try:
        about = decisions.outcome(at.window, sandbox, number).subject
        do = proposing.approve if body["action"] == "approve" else proposing.decline
        do(at.window, sandbox, number, officer(about), *([body["reason"]] if body["action"] == "decline" else []))
    except decisions.NoSuchDecision:
        raise problem("no-such-proposal", sandbox=sandbox, number=number) from None
    except (proposing.NotWaiting, proposing.OwnProposal) as refused:
        raise problem("proposal-refused", reason=refused) from None
    settled = decisions.wait(at.window, sandbox, number, at.changes)
    if settled.refused:
        raise problem("proposal-refused", reason=_why(settled))
    return json_response(proposal_out(settled), 202 if settled.waiting else 200)


def _why(settled: Decided) -> str:
    return "; ".join(words.of_reason(reason).en for reason in settled.answer)
