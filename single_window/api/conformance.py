"""The HTTP call that reports a participant's progress before going live, as JSON or HTML."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from apiflask import Schema
from apiflask.fields import String
from apiflask.validators import Length, OneOf
from flask import Response, render_template, request
from sqlalchemy import Connection

from single_window.cases import conformance as cases
from single_window.cases.conformance_answers import STANDINGS, ConformanceOut
from single_window.frame.http import key_access
from single_window.frame.http.calls import Calls
from single_window.frame.http.cases import reading_sandbox
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.store import mailboxes

blueprint = Calls("conformance", __name__, rights=("read_receipts", "see_cases"), tag="messages")


class ConformanceIn(Schema):
    """The participant, and the flow."""

    mailbox = String(required=True, validate=Length(1, 30), metadata={"description": "DXP id"})
    flow = String(
        load_default="",
        validate=OneOf(["", *cases.FLOWS]),
        metadata={"description": "default: the flows that the participant has used, else import"},
    )


@blueprint.get("/conformance")
@blueprint.input(ConformanceIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        200: answer("the progress of the participant", ConformanceOut, "text/html"),
        400: refused("the request is not as described"),
        404: refused("no such mailbox or sandbox"),
    }
)
def show(query: dict[str, Any]) -> Response:
    """Show the progress of a participant.

    The accepted kinds of documents, the received and handled outcomes, and the remaining tasks with the commands that
    cause them. Computed from the receipts in the mailbox, and how many of them were taken. HTML with Accept:
    text/html."""
    mailbox = query["mailbox"]
    ports().window.taken_receipts.store()
    with reading_sandbox() as (connection, sandbox):
        try:
            report = cases.conformance_of(connection, sandbox, mailbox, [query["flow"]] if query["flow"] else ())
        except cases.UnknownMailbox:
            near = _nearest(connection, sandbox, mailbox)
            raise problem("unknown-mailbox", sandbox=sandbox, found=mailbox, path="mailbox", near=near) from None
    if request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html":
        page = render_template("conformance.html", report=report, sandbox=sandbox, standings=STANDINGS)
        return Response(page, mimetype="text/html")
    return json_response(report)


def _nearest(connection: Connection, sandbox: str, mailbox: str) -> str:
    """The known mailboxes of the caller whose names are similar."""
    key = key_access.current_key()
    known = [box for box in mailboxes.known_mailboxes(connection, sandbox) if key is None or key.owns(box)]
    return ", ".join(get_close_matches(mailbox, known)) or "–"
