"""HTTP calls about declarations: found by any of their numbers, or listed in pages; and about transport notes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec
from apiflask import Schema
from apiflask.fields import Integer, String
from apiflask.validators import Length, OneOf, Range, Regexp
from flask import Response

from single_window.cases.declarations import awaited, matches, queries, undeclared
from single_window.cases.declarations.answers import DECLARATION_KIND, DeclarationsOut, DeclarationsPageOut, NotesOut
from single_window.cases.declarations.awaited import Snapshot
from single_window.cases.declarations.notes import of_note
from single_window.cases.declarations.queries import DECLARATION_CASES
from single_window.frame.http import guard
from single_window.frame.http.calls import READ, Calls
from single_window.frame.http.cases import listed_cases, missing, reading_sandbox
from single_window.frame.http.documentation import MAX_WAIT_SECONDS, answer, refused
from single_window.frame.http.ports import Ports, ports
from single_window.frame.http.problems import json_response
from single_window.frame.http.queries import ListOf
from single_window.store.engine import reading

MAX_PAGE_SIZE = 500
MAX_AWAITED_STATUSES = 20
_FLOW = {"description": "I: import, E: export; empty: both"}


class FlowIn(Schema):
    """The flow to select."""

    flow = String(load_default="", validate=OneOf(["", "I", "E"]), metadata=_FLOW)


class AwaitedIn(FlowIn):
    """The flow to select, and the statuses to wait for."""

    wait_for = ListOf(
        String(validate=Regexp(r"-?[0-9]{1,6}$")),
        load_default=list,
        validate=Length(0, MAX_AWAITED_STATUSES),
        metadata={
            "description": "return statuses of the list, such as 800,100, or receipt types, such as 816: any of them"
        },
    )
    timeout = Integer(
        load_default=MAX_WAIT_SECONDS, validate=Range(0, MAX_WAIT_SECONDS), metadata={"description": "seconds"}
    )


class DeclarationsIn(FlowIn):
    """The declarations to list."""

    state = String(load_default="", validate=Length(0, 30))
    batch = String(load_default="", validate=Length(0, 40), metadata={"description": "number of a batch"})
    bill_no = String(load_default="", validate=Length(0, 60), metadata={"description": "master waybill (billNo)"})
    before = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "ids below it; 0: newest"})
    limit = Integer(load_default=50, validate=Range(1, MAX_PAGE_SIZE))


blueprint = Calls("declarations", __name__, rights=READ)


@blueprint.get("/declarations")
@blueprint.input(DeclarationsIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        200: answer("declarations of the sandbox, newest first", DeclarationsPageOut),
        400: refused("the request is not as described"),
        404: refused("no such sandbox"),
    }
)
def listed(query: dict[str, Any]) -> Response:
    """List declarations.

    Imports and exports, newest first; `flow`, `state`, `batch` and `bill_no` narrow them."""
    return listed_cases(DECLARATION_CASES, query)


@blueprint.get("/declarations/<path:number>")
@blueprint.input(AwaitedIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        200: answer("the declarations and documents with this number", DeclarationsOut),
        400: refused("the request is not as described"),
        404: refused("no declaration or document has it"),
        503: refused("too many clients wait already; retry after Retry-After seconds"),
    }
)
def show(number: str, query: dict[str, Any]) -> Response:
    """Show a declaration.

    `number` is a copNo, preNo, invtNo, orderNo, billNo, or the logisticsNo of a waybill. Several declarations may have
    it (enterprises choose their numbers; an import and an export may share one): at most 50 are listed; `flow` limits
    them to imports or exports. `documents` are those of their orders, also of an order without a declaration; for
    exports they include waybill and requests.
    `undeclared` are those that the port refused, by themselves or with their message, or that are only staged; they are
    found by their numbers, too, and end a wait for their status.
    With `wait_for` the answer comes as soon as one of these statuses was received, when `timeout` is over, or when no
    status can follow unless a clock is moved or a person acts (`settled`)."""
    at, sandbox = ports(), guard.sandbox_name()
    look = partial(_look, at, sandbox, number, query["flow"], query["wait_for"])
    snapshot = awaited.wait_until_final(at, look, query["timeout"]) if query["wait_for"] else look(0)
    if snapshot.answer is None:
        raise missing(DECLARATION_KIND, sandbox, number)
    waited = {"given": tuple(snapshot.given), "settled": snapshot.settled} if query["wait_for"] else {}
    return json_response(msgspec.structs.replace(snapshot.answer, **waited))


def _look(at: Ports, sandbox: str, number: str, flow: str, wanted: Sequence[str], seconds: float) -> Snapshot:
    """Return whether anything has a number, and which `wanted` statuses it has received; with the answer, which takes
    the most queries, only if this is final for the remaining `seconds`."""
    with at.polls.reading() if wanted else reading(at.window.engine) as connection:
        # queried first: `settled` must never be newer than the declarations
        settled, next_due = awaited.state_of(connection, sandbox) if wanted else (False, None)
        found = queries.with_number(connection, sandbox, number, flow)
        if not wanted:
            given = []
        elif found.requests:
            given = awaited.given_about_requests(connection, sandbox, found, wanted)
        elif found.rows:
            given = awaited.given_outcomes(connection, sandbox, found.rows, wanted)
        else:
            told = undeclared.statuses_of_order(connection, sandbox, number, flow)
            given = [status for status in wanted if status in told]
        snapshot = Snapshot(bool(found.rows or found.alone or given), given, settled, next_due)
        if seconds > 0 and (found.rows or not settled) and not snapshot.is_final(seconds):
            return snapshot
        answer = queries.answer_about(connection, sandbox, number, found, flow)
        if not (found.rows or found.alone or answer.undeclared):
            return snapshot
        told = {text for document in answer.undeclared for text in (document.status, document.code)}
        given = given or [status for status in wanted if status in told]
        snapshot = snapshot._replace(found=True, given=given)
        return snapshot._replace(answer=answer) if seconds <= 0 or snapshot.is_final(seconds) else snapshot


@blueprint.get("/notes/<path:number>")
@blueprint.doc(
    tags=["notes"], responses={200: answer("notes with this number", NotesOut), 404: refused("no note has it")}
)
def note(number: str) -> Response:
    """Show a transport note.

    `number` is the sender's number (copNo) of an arrival note (507), departure note (509) or consolidation (607). The
    answer has its received and missing parts, and the states of its parcels' lists."""
    with reading_sandbox() as (connection, sandbox):
        notes = [
            of_note(connection, sandbox, match.id)
            for match in matches.find(connection, sandbox, number)
            if match.category == "note"
        ]
    if not notes:
        raise missing(DECLARATION_KIND, sandbox, number)
    return json_response(NotesOut(number=number, notes=tuple(notes)))
