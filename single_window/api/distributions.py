"""Distribution of waiting cases to officers over HTTP, by a supervisor."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, Integer, String
from apiflask.validators import Length, Range
from flask import Response

from single_window.cases import reassigning
from single_window.frame.decision_answers import DistributedOut
from single_window.frame.http import guard
from single_window.frame.http.callers import caller
from single_window.frame.http.calls import Calls
from single_window.frame.http.documentation import ACCOUNT, answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response

blueprint = Calls("distributions", __name__, rights=("reassign_cases",), tag="decisions")


class DistributionIn(Schema):
    """The cases to distribute, and the way."""

    desk = String(required=True, validate=Length(1, 40), metadata={"description": "such as review"})
    most = Integer(
        load_default=reassigning.MOST_DISTRIBUTED,
        validate=Range(1, reassigning.MOST_DISTRIBUTED),
        metadata={"description": "cases at most, the first due first"},
    )
    company = String(load_default="", validate=Length(0, 40), metadata={"description": "only of it; empty: of all"})
    together = Boolean(load_default=False, metadata={"description": "all cases of a company go to the same officer"})


@blueprint.post("/distributions")
@blueprint.input(DistributionIn, arg_name="body")
@blueprint.doc(
    security=ACCOUNT,
    responses={
        200: answer("who got how many", DistributedOut),
        403: refused("you give no cases to officers"),
        404: refused("no such sandbox"),
        422: refused("the desk is none of yours"),
    },
)
def distribute(body: dict[str, Any]) -> Response:
    """Distribute what waits at a desk.

    Cases that nobody holds go to the officer of the desk and customs office who holds the fewest, until the end of the
    machine's day. Absent officers and supervisors get none."""
    sandbox = guard.sandbox_name()
    ports().window.sandbox(sandbox)
    given = reassigning.distribute(ports().window, sandbox, caller(), body.pop("desk"), **body)
    return json_response(DistributedOut(given=dict(given)))
