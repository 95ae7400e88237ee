"""Notes about cases over HTTP, for officers and programs that act as such; keys of companies reach none of it."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import String
from apiflask.validators import Length
from flask import Response

from single_window.api.decisions import NOT_ONE_CASE, case_named, case_of_officer
from single_window.frame import notes
from single_window.frame.decision_answers import CaseNoteOut, CaseNotesOut
from single_window.frame.http import guard
from single_window.frame.http.calls import DECIDE, READ_OFFICERS_PAPERS, Calls
from single_window.frame.http.cases import reading_sandbox
from single_window.frame.http.documentation import ACCOUNT, answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response

blueprint = Calls("notes", __name__, rights=READ_OFFICERS_PAPERS, tag="decisions")
_REFUSED = {404: refused("no such case or sandbox"), **NOT_ONE_CASE}


class NoteIn(Schema):
    """A note for colleagues."""

    text = String(
        required=True,
        validate=Length(1, notes.MAX_TEXT),
        metadata={"description": "what colleagues read; `@name` tells the officer with this account"},
    )


@blueprint.post("/cases/<subject>/<path:number>/notes", rights=DECIDE)
@blueprint.input(NoteIn, arg_name="body")
@blueprint.doc(
    security=ACCOUNT,
    responses={
        201: answer("it is added", CaseNoteOut),
        **_REFUSED,
        422: refused("it has no text, or mentions somebody who has no account"),
    },
)
def add_note(subject: str, number: str, body: dict[str, Any]) -> Response:
    """Add a note to a case.

    As an officer who may decide about it. Only colleagues read it: no receipt and no call for companies has it."""
    found, who = case_of_officer(subject, number)
    added = notes.add(ports().window, guard.sandbox_name(), found, body["text"], who)
    return json_response(CaseNoteOut.of(added), 201)


@blueprint.get("/cases/<subject>/<path:number>/notes")
@blueprint.doc(responses={200: answer("its notes", CaseNotesOut), **_REFUSED})
def listed(subject: str, number: str) -> Response:
    """List the notes about a case.

    The newest two hundred, oldest first."""
    with reading_sandbox() as (connection, sandbox):
        found = case_named(connection, sandbox, subject, number)
        rows = notes.of_cases(connection, sandbox, [(found.kind, str(found.id))])
    return json_response(CaseNotesOut(notes=tuple(map(CaseNoteOut.of, rows))))
