"""Assignment of waiting cases over HTTP: taken up, put off to a day, let go."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Date, String
from apiflask.validators import Length
from flask import Response

from single_window.api.decisions import case_of_officer
from single_window.cases import assignment
from single_window.cases.assignment import Wanted
from single_window.frame.decision_answers import AssignmentOut
from single_window.frame.decision_kinds import Subject
from single_window.frame.http import guard
from single_window.frame.http.calls import DECIDE, Calls
from single_window.frame.http.documentation import ACCOUNT, answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response
from single_window.store import case_queue
from single_window.store.engine import reading

blueprint = Calls("assignments", __name__, rights=DECIDE, tag="decisions")


class AssignmentIn(Schema):
    """The assignment of a case that waits."""

    action = String(required=True, validate=Length(1, 40), metadata={"description": ", ".join(assignment.ACTIONS)})
    until = Date(
        load_default=None, allow_none=True, metadata={"description": "for put_off: the day on which it comes back"}
    )
    to = String(
        load_default="",
        validate=Length(0, 40),
        metadata={"description": "for escalate and give: the account of who gets it"},
    )
    note = String(
        load_default="", validate=Length(0, assignment.MAX_NOTE), metadata={"description": "what colleagues read"}
    )


@blueprint.post("/cases/<subject>/<path:number>/assignment")
@blueprint.input(AssignmentIn, arg_name="body")
@blueprint.doc(
    security=ACCOUNT,
    responses={
        200: answer("who has the case now", AssignmentOut),
        404: refused("no such case or sandbox"),
        409: refused("another officer holds it"),
        422: refused("it does not wait at a desk of yours, or the action is not possible"),
    },
)
def assign(subject: str, number: str, body: dict[str, Any]) -> Response:
    """Put a case off, take it up, let it go, or hand it to a supervisor.

    As an officer at whose desk it waits. A case that is put off leaves the queue and comes back to you on its day, or
    when it changes; its due time stays. A supervisor gets a case with a note, on his home page; and gives one to any
    officer who may decide it, even if another holds it."""
    found, who = case_of_officer(subject, number)
    wanted = Wanted(**body)
    assignment.assign(ports().window, guard.sandbox_name(), who, (found.kind, str(found.id)), wanted)
    return json_response(_out(found))


def _out(subject: Subject) -> AssignmentOut:
    with reading(ports().window.engine) as connection:
        case = case_queue.find(connection, guard.sandbox_name(), (subject.kind, str(subject.id)))
    assert case is not None
    return AssignmentOut.of(case, holder=case.assignee, subject=subject.kind, number=str(subject.id))
