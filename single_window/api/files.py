"""Files of cases over HTTP: added, listed, and sent as they came, always to be saved."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Integer, String
from apiflask.validators import Length, Range
from flask import Response, request

from single_window.api.decisions import NOT_ONE_CASE, case_named, case_of_officer
from single_window.cases.inspection_results import LINES
from single_window.frame.decision_answers import FileOut, FilesOut
from single_window.frame.files import ACCEPTED, MAX_FILES, add
from single_window.frame.http import guard
from single_window.frame.http.calls import DECIDE, READ_OFFICERS_PAPERS, Calls
from single_window.frame.http.cases import reading_sandbox
from single_window.frame.http.documentation import ACCOUNT, answer, raw_body, refused
from single_window.frame.http.downloads import as_download
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.store import files
from single_window.store.files import CaseFile

blueprint = Calls("files", __name__, rights=READ_OFFICERS_PAPERS, tag="decisions")
_REFUSED = {404: refused("no such case, file or sandbox"), **NOT_ONE_CASE}


class FileIn(Schema):
    """The name of a file; its content is the body of the request."""

    name = String(required=True, validate=Length(1, 400), metadata={"description": "the file's name, which people see"})
    line = Integer(
        load_default=0,
        validate=Range(0, LINES),
        metadata={"description": "the line of goods that a photo of an inspection shows; 0: none in particular"},
    )


class EntryIn(Schema):
    """One of those who added the same content to a case."""

    entry = Integer(load_default=0, validate=Range(0, 2 * MAX_FILES), metadata={"description": "as in the file's link"})


@blueprint.post(
    "/cases/<subject>/<path:number>/files",
    rights=DECIDE,
    reads=raw_body("the file", *sorted(ACCEPTED), format="binary"),
)
@blueprint.input(FileIn, location="query", arg_name="query")
@blueprint.doc(
    security=ACCOUNT,
    responses={
        200: answer("the case has this file already", FileOut),
        201: answer("it is added", FileOut),
        **_REFUSED,
        413: refused("the request is larger than 10.2 MB"),
        422: refused("its content is of no accepted type or not of the declared one, or the case has too many files"),
    },
)
def add_file(subject: str, number: str, query: dict[str, Any]) -> Response:
    """Add a file to a case.

    As an officer who may decide about it. The body is the content: PDF, PNG, JPEG, or text without markup, of the
    type in `Content-Type`. The same content again, by the same sender under the same name,
    changes nothing."""
    found, who = case_of_officer(subject, number)
    given = query["name"], request.mimetype, request.get_data()
    added, is_new = add(ports().window, guard.sandbox_name(), found, *given, who, query["line"])
    return json_response(_out(subject, number, added), 201 if is_new else 200)


@blueprint.get("/cases/<subject>/<path:number>/files")
@blueprint.doc(responses={200: answer("its files", FilesOut), **_REFUSED})
def listed(subject: str, number: str) -> Response:
    """List the files of a case.

    In the order in which they were added."""
    with reading_sandbox() as (connection, sandbox):
        found = case_named(connection, sandbox, subject, number)
        rows = files.of_case(connection, sandbox, found.kind, str(found.id), 2 * MAX_FILES)
    return json_response(FilesOut(files=tuple(_out(subject, number, row) for row in rows)))


@blueprint.get("/cases/<subject>/<path:number>/files/<sha256>")
@blueprint.input(EntryIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("the file", None, *ACCEPTED), **_REFUSED})
def show(subject: str, number: str, sha256: str, query: dict[str, Any]) -> Response:
    """Get a file of a case.

    As it was added, by the SHA-256 of its content; `entry` for whoever added the same content later. It is meant to be
    saved: browsers do not show it."""
    with reading_sandbox() as (connection, sandbox):
        found = case_named(connection, sandbox, subject, number)
        file = files.find(connection, sandbox, found.kind, str(found.id), sha256, query["entry"])
        body = files.get(connection, sandbox, sha256) if file else None
    if file is None or body is None:
        raise problem("no-such-file", label=found.label, sha256=sha256[:64])
    return as_download(file, body)


def _out(subject: str, number: str, file: CaseFile) -> FileOut:
    which = f"?entry={file.entry}" if file.entry else ""
    return FileOut.of(file, links={"content": f"/api/v1/cases/{subject}/{number}/files/{file.sha256}{which}"})
