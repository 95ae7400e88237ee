"""The dossier of a case over HTTP: one file with its page, its decisions and their proof."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import String
from apiflask.validators import OneOf
from flask import Response, current_app

from single_window.api.decisions import NOT_ONE_CASE, kind_named, missing_case
from single_window.frame.http.callers import caller
from single_window.frame.http.calls import DECIDE, Calls
from single_window.frame.http.cases import reading_sandbox
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.problems import problem
from single_window.language.words import LANGUAGES, ZH
from single_window.refused import NotFound

EXTENSION = "dossiers"
"""Key of the application's extension that makes dossiers from pages."""
blueprint = Calls("dossiers", __name__, rights=(*DECIDE, "see_log"), tag="decisions")


class DossierIn(Schema):
    """The form of a dossier."""

    lang = String(load_default=ZH, validate=OneOf(LANGUAGES), metadata={"description": "its language"})


@blueprint.post("/dossiers/<subject>/<path:number>")
@blueprint.input(DossierIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        200: answer("the dossier, a page that needs no other file", None, "text/html"),
        404: refused("no such case or sandbox"),
        **NOT_ONE_CASE,
        501: refused("this window has no pages, of which dossiers are made"),
    }
)
def make(subject: str, number: str, query: dict[str, Any]) -> Response:
    """Make the dossier of a case.

    One file to print or keep: why the case was here, evidence, documents, receipts, decisions, files, and its rows in
    the log of decisions with their proof, which `audit log --dossier` verifies. Making one is a row of that log."""
    kind, pages = kind_named(subject), current_app.extensions.get(EXTENSION)
    if pages is None:
        raise problem("no-pages")
    try:
        with reading_sandbox() as (connection, sandbox):
            found = pages.subject_of(connection, sandbox, subject, number)
    except NotFound:
        raise missing_case(kind, sandbox, number) from None
    response: Response = pages.as_response(pages.make(sandbox, found, caller(), query["lang"]))
    return response
