"""HTTP calls for decisions that a second person must approve."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Integer
from apiflask.validators import Range
from flask import Response
from sqlalchemy import Connection

from single_window.cases import own_decisions, second_officer
from single_window.cases.proposals.answers import ProposalShownOut, ProposalsOut, proposal_out, shown_out
from single_window.cases.proposals.decisions import PROPOSAL_DECISION
from single_window.frame.http.calls import Calls
from single_window.frame.http.cases import reading_sandbox
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.problems import Problem, json_response, problem
from single_window.frame.kinds import page
from single_window.refused import NotFound
from single_window.store import proposals


class ProposalsIn(Schema):
    """The proposals to list."""

    after = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "ids above it"})
    limit = Integer(load_default=100, validate=Range(1, 500))


blueprint = Calls("proposals", __name__, rights=("act_as_officer", "see_cases"))


@blueprint.get("/proposals")
@blueprint.input(ProposalsIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        200: answer("decisions that wait for a second person, oldest first", ProposalsOut),
        404: refused("no such sandbox"),
    },
)
def show(query: dict[str, Any]) -> Response:
    """List proposals that wait for approval.

    Oldest first; `next` is the `after` of the next page."""
    with reading_sandbox() as (connection, sandbox):
        return json_response(_waiting(connection, sandbox, query["after"], query["limit"]))


@blueprint.get("/proposals/<number>")
@blueprint.doc(responses={200: answer("the proposal", ProposalShownOut), 404: refused("no such proposal or sandbox")})
def one(number: str) -> Response:
    """Show a proposal.

    With what it would do as its subject stands: state, the receipt's words, values, and the inspection's results."""
    with reading_sandbox() as (connection, sandbox):
        try:
            proposal = PROPOSAL_DECISION.find(connection, sandbox, number).record
        except NotFound:
            raise missing_case(sandbox, number) from None
        effect = second_officer.effect_of(connection, sandbox, proposal)
        label = own_decisions.label_of(connection, sandbox, (proposal.subject, proposal.subject_id))
        return json_response(shown_out(effect, label))


def missing_case(sandbox: str, number: str) -> Problem:
    """The problem for an unknown proposal."""
    noun = PROPOSAL_DECISION.noun
    return problem("no-such-case", sandbox=sandbox, number=number, zh=noun.zh, en=noun.en)


def _waiting(connection: Connection, sandbox: str, after: int, limit: int) -> ProposalsOut:
    """Return a page of the waiting proposals with ids above `after`."""
    first, following = page(proposals.waiting(connection, sandbox, after, limit + 1), limit)
    return ProposalsOut(proposals=tuple(map(proposal_out, first)), next=following)
