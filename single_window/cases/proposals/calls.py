"""HTTP calls for decisions that a second person must approve."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Integer
from apiflask.validators import Range
from flask import Response
from sqlalchemy import Connection

from single_window.cases.proposals.answers import ProposalsOut, proposal_out
from single_window.frame.http.calls import Calls
from single_window.frame.http.cases import reading_sandbox
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.problems import json_response
from single_window.frame.kinds import page
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


def _waiting(connection: Connection, sandbox: str, after: int, limit: int) -> ProposalsOut:
    """Return a page of the waiting proposals with ids above `after`."""
    first, following = page(proposals.waiting(connection, sandbox, after, limit + 1), limit)
    return ProposalsOut(proposals=tuple(map(proposal_out, first)), next=following)
