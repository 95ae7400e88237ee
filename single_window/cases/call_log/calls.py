"""HTTP calls about the calls of participants that a window keeps."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Integer, List, String
from apiflask.validators import Length, Range
from flask import Response

from single_window.cases.call_log.answers import CallsOut, WholeCallOut, call_out, whole_call_out
from single_window.frame.http import guard, key_access
from single_window.frame.http.calls import Calls
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.refused import LARGEST_ID
from single_window.store import call_log, sandboxes
from single_window.store.call_log import Criteria
from single_window.store.engine import reading

blueprint = Calls("call_log", __name__, rights=("read_receipts", "control_tests"), tag="messages")
MAX_NEAR = 3
MAX_TEXTS = 10
_NOT_KEPT = refused("no such sandbox or call; or the window keeps no calls")


class CallsIn(Schema):
    """The calls to list."""

    method = String(load_default="", validate=Length(0, 10))
    path = String(
        load_default="", validate=Length(0, 200), metadata={"description": "its beginning, below /api/v1: /messages"}
    )
    status = Integer(load_default=0, validate=Range(0, 999))
    contains = List(
        String(validate=Length(1, 200)),
        load_default=[],
        validate=Length(0, MAX_TEXTS),
        metadata={
            "description": "texts of which each stands in the request's query or body, also within Base64 (a message "
            "in JSON, a DxpMsg), the name once for each: a comma is part of a text"
        },
    )
    before = Integer(load_default=0, validate=Range(0, LARGEST_ID), metadata={"description": "the `next` of a page"})
    limit = Integer(load_default=100, validate=Range(1, 500))


@blueprint.get("/calls")
@blueprint.input(CallsIn, location="query", arg_name="query")
@blueprint.doc(
    responses={200: answer("calls", CallsOut), 400: refused("the request is not as described"), 404: _NOT_KEPT}
)
def listed(query: dict[str, Any]) -> Response:
    """List calls of participants, newest first.

    Those that meet all criteria, and how many do: so a test asserts that a call was made so often. If none does, the
    nearest ones are named with what they miss. With a key, only the key's calls."""
    sandbox = _sandbox()
    names = ("method", "path", "status", "contains")
    wanted = Criteria(**{name: query[name] for name in names}, caller=_caller())
    with reading(ports().window.engine) as connection:
        sandboxes.find(connection, sandbox)
        found, number = call_log.matching(connection, sandbox, wanted, query["before"], query["limit"])
        near = [] if number else call_log.nearest(connection, sandbox, wanted, MAX_NEAR)
    return json_response(
        CallsOut(
            calls=tuple(map(call_out, found)),
            count=number,
            near=tuple(call_out(call, misses) for call, misses in near),
            next=found[-1].id if number > len(found) else None,
        )
    )


@blueprint.get("/calls/<int(max=9223372036854775807):number>")
@blueprint.doc(responses={200: answer("the call", WholeCallOut), 404: _NOT_KEPT})
def show(number: int) -> Response:
    """Show a call with its request and answer.

    Of bodies above 16 KB the beginning. A message is kept as a whole elsewhere (GET /messages/ID/body)."""
    sandbox, caller = _sandbox(), _caller()
    with reading(ports().window.engine) as connection:
        sandboxes.find(connection, sandbox)
        found = call_log.find(connection, sandbox, number)
    if found is None or caller not in (None, found.caller):
        raise problem("no-such-call", sandbox=sandbox, id=number)
    return json_response(whole_call_out(found))


def _sandbox() -> str:
    """The sandbox of the request; raises `Problem` (404) if the window keeps no calls."""
    if not ports().window.settings.call_log:
        raise problem("calls-not-kept")
    return guard.sandbox_name()


def _caller() -> str | None:
    """By whom the calls must be that the caller may read; None: by anybody."""
    key = key_access.current_key()
    return key.id if key is not None else None
