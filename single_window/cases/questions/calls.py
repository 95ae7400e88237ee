"""HTTP calls of declarants about what officers asked them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apiflask import Schema
from apiflask.fields import File, Integer, List, String
from apiflask.validators import Length, OneOf, Range
from flask import Response
from sqlalchemy import Connection

from single_window.cases.questions.answering import MAX_ANSWER, MAX_ANSWER_FILES, SentFile, Way, answer
from single_window.cases.questions.answers import QuestionOut, QuestionsOut, question_out
from single_window.frame.http import guard, key_access
from single_window.frame.http.callers import ACT, caller
from single_window.frame.http.calls import READ, Calls
from single_window.frame.http.cases import reading_sandbox
from single_window.frame.http.documentation import answer as answered
from single_window.frame.http.documentation import refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import Problem, json_response, problem
from single_window.frame.kinds import page
from single_window.refused import LARGEST_ID
from single_window.store import questions
from single_window.store.questions import Question, QuestionState

blueprint = Calls("questions", __name__, rights=READ)
_REFUSED = {404: refused("no such request or sandbox, or that of another company")}


class QuestionsIn(Schema):
    """The requests to list."""

    state = String(
        load_default="", validate=OneOf(["", *map(str, QuestionState)]), metadata={"description": "empty: all"}
    )
    before = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "the `next` of a page"})
    limit = Integer(load_default=100, validate=Range(1, 500))


def _file() -> Any:
    made: Any = File()  # type: ignore[no-untyped-call]
    return made


class AnswerIn(Schema):
    """An answer, as a form (multipart/form-data)."""

    text = String(load_default="", validate=Length(0, MAX_ANSWER))
    files = List(_file(), load_default=[], validate=Length(0, MAX_ANSWER_FILES))


@blueprint.get("/requests")
@blueprint.input(QuestionsIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answered("newest first", QuestionsOut)})
def listed(query: dict[str, Any]) -> Response:
    """List what officers asked.

    A key sees the requests to its own mailboxes; officers see all."""
    most = query["limit"]
    with reading_sandbox() as (connection, sandbox):
        found = questions.page(connection, sandbox, _own(), query["before"], most + 1, query["state"])
    first, following = page(found, most)
    return json_response(QuestionsOut(requests=tuple(map(question_out, first)), next=following))


@blueprint.get("/requests/<int:number>")
@blueprint.doc(responses={200: answered("the request", QuestionOut), **_REFUSED})
def show(number: int) -> Response:
    """Show a request.

    With its state, until when it is to be answered, and the answer."""
    with reading_sandbox() as (connection, sandbox):
        return json_response(question_out(_demand_own(connection, sandbox, number, _own())))


@blueprint.post("/requests/<int:number>/answer", rights=("send_messages", "control_tests"))
@blueprint.input(AnswerIn, location="form_and_files", arg_name="body")
@blueprint.doc(
    responses={
        200: answered("it is answered", QuestionOut),
        **_REFUSED,
        413: refused("the request is larger than 10.2 MB"),
        422: refused("it is empty, a file is not accepted, or the request is over"),
    }
)
def give(number: int, body: dict[str, Any]) -> Response:
    """Answer a request.

    With words, files, or both: PDF, PNG, JPEG, or text without markup. The case then goes back to its officers. The
    same answer again changes nothing; a request takes one answer."""
    with reading_sandbox() as (connection, sandbox):
        _demand_own(connection, sandbox, number, key_access.senders())
    sent = [SentFile(file.filename or "", file.mimetype, file.read()) for file in body["files"]]
    return json_response(question_out(answer(ports().window, sandbox, number, body["text"], sent, caller(), Way.CALL)))


def _own() -> tuple[str, ...] | None:
    """The mailboxes whose requests the caller may see; None: all. Only their owners answer them."""
    key = key_access.current_key()
    return None if key is None or ACT in key.rights else key_access.senders()


def _demand_own(connection: Connection, sandbox: str, number: int, own: Sequence[str] | None) -> Question:
    """The question, if it is to one of these mailboxes; raises `Problem` (404) for any other, and if there is none."""
    found = questions.find(connection, sandbox, number) if number <= LARGEST_ID else None
    if found is None or (own is not None and found.mailbox not in own):
        raise _missing(number)
    return found


def _missing(number: int) -> Problem:
    return problem("no-such-request", sandbox=guard.sandbox_name(), number=number)
