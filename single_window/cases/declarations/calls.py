"""Calls about declarations: one found by any of its numbers; all page by page; notes of transport."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec
from apiflask import APIBlueprint, Schema
from apiflask.fields import DelimitedList, Integer, String
from apiflask.validators import Length, OneOf, Range, Regexp
from flask import Response

from single_window.cases.declarations import awaited, queries
from single_window.cases.declarations import matches as stories
from single_window.cases.declarations.answers import DECLARATION, DeclarationsOut, DeclarationsPageOut, NotesOut
from single_window.cases.declarations.awaited import Look
from single_window.cases.declarations.notes import of_note
from single_window.cases.declarations.queries import CASES
from single_window.frame.http import guard
from single_window.frame.http.cases import listed_cases, missing
from single_window.frame.http.documentation import LONGEST_WAIT, answer, refused
from single_window.frame.http.ports import Ports, ports
from single_window.frame.http.problems import json_response
from single_window.store.engine import reading

MOST = 500
MOST_AWAITED = 20
_FLOW = {"description": "I: import, E: export; empty: both"}


class FlowIn(Schema):
    """Of which flow."""

    flow = String(load_default="", validate=OneOf(["", "I", "E"]), metadata=_FLOW)


class AwaitedIn(FlowIn):
    """Of which flow, and what to wait for."""

    wait_for = DelimitedList(
        String(validate=Regexp(r"-?[0-9]{1,6}$")),
        load_default=list,
        validate=Length(0, MOST_AWAITED),
        metadata={
            "description": "return statuses of the list, such as 800,100, or receipt types, such as 816: any of them"
        },
    )
    timeout = Integer(load_default=LONGEST_WAIT, validate=Range(0, LONGEST_WAIT), metadata={"description": "seconds"})


class DeclarationsIn(FlowIn):
    """The declarations to list."""

    state = String(load_default="", validate=Length(0, 30))
    batch = String(load_default="", validate=Length(0, 40), metadata={"description": "number of a batch"})
    bill_no = String(load_default="", validate=Length(0, 60), metadata={"description": "master waybill (billNo)"})
    before = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "ids below it; 0: newest"})
    limit = Integer(load_default=50, validate=Range(1, MOST))


blueprint = APIBlueprint("declarations", __name__, tag="declarations")


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
    return listed_cases(CASES, query)


@blueprint.get("/declarations/<path:number>")
@blueprint.input(AwaitedIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        200: answer("all that has this number", DeclarationsOut),
        400: refused("the request is not as described"),
        404: refused("nothing has it"),
        503: refused("too many wait already; ask again after Retry-After seconds"),
    }
)
def show(number: str, query: dict[str, Any]) -> Response:
    """Show a declaration.

    `number` is a copNo, preNo, invtNo, orderNo, billNo, or the logisticsNo of a waybill. Several declarations may have
    it (an enterprise's numbers are its own affair; an import and an export may share one): all are listed, at most 50,
    or with `flow` those of imports or exports. `documents` are those of their orders, of exports with waybill and
    requests, and of an order that nothing declares yet.

    With `wait_for` it is answered as soon as one of these was given, or when `timeout` is over, or when nothing comes
    before that unless a clock is moved or a person acts (`settled`)."""
    at, sandbox = ports(), guard.sandbox_name()
    look = partial(_look, at, sandbox, number, query["flow"], query["wait_for"])
    seen = awaited.wait(at, look, query["timeout"]) if query["wait_for"] else look()
    if seen.answer is None:
        raise missing(DECLARATION, sandbox, number)
    waited = {"given": tuple(seen.given), "settled": seen.settled} if query["wait_for"] else {}
    return json_response(msgspec.structs.replace(seen.answer, **waited))


def _look(at: Ports, sandbox: str, number: str, flow: str, wanted: Sequence[str]) -> Look:
    """The declarations that have a number at this moment; and, if statuses are waited for, those that were given."""
    with at.places.reading() if wanted else reading(at.window.engine) as connection:
        # queried first: what is done between the two may be seen, and never the other way round
        settled, next_due = awaited.state_of(connection, sandbox) if wanted else (False, None)
        rows, shown = queries.numbered(connection, sandbox, number, flow)
        given = awaited.given(connection, sandbox, rows, wanted) if wanted else []
    return Look(shown, given, settled, next_due)


@blueprint.get("/notes/<path:number>")
@blueprint.doc(responses={200: answer("notes with this number", NotesOut), 404: refused("nothing has it")})
def note(number: str) -> Response:
    """Show a note of transport.

    `number` is the sender's own (copNo) of an arrival note (507), departure note (509) or consolidation (607): which of
    its parts are there, which are missing, and in which state the lists of its parcels are."""
    at, sandbox = ports(), guard.sandbox_name()
    at.window.sandbox(sandbox)
    with reading(at.window.engine) as connection:
        notes = [
            of_note(connection, sandbox, match.id)
            for match in stories.find(connection, sandbox, number)
            if match.category == "note"
        ]
    if not notes:
        raise missing(DECLARATION, sandbox, number)
    return json_response(NotesOut(number=number, notes=tuple(notes)))
