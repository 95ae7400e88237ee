"""HTTP calls to list, retry and dismiss deliveries that could not be processed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response
from sqlalchemy import Connection

from single_window.cases.parked.answers import DoneOut, ParkedOut, delivery_out, done_out
from single_window.frame.http import guard
from single_window.frame.http.callers import officer
from single_window.frame.http.calls import Calls
from single_window.frame.http.cases import reading_sandbox
from single_window.frame.http.documentation import (
    ACCOUNT,
    DismissedIn,
    ParkedIn,
    RetriedIn,
    answer,
    refused,
)
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.frame.kinds import page
from single_window.store import parking as stored
from single_window.store.parking import STATES
from single_window.work import parking

blueprint = Calls("parked", __name__, rights=("act_as_officer", "handle_parked"))
_REFUSED = {400: refused("the request is not as described"), 404: refused("no such sandbox")}


@blueprint.get("/parked", rights=("act_as_officer", "control_tests", "see_operations"))
@blueprint.input(ParkedIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("parked deliveries of the sandbox, newest first", ParkedOut), **_REFUSED})
def show(query: dict[str, Any]) -> Response:
    """List the parked deliveries.

    Deliveries that could not be processed after all attempts, with the reason and the operations on them so far. With
    state=dismissed: those that were closed; with state=open: those that are still open."""
    with reading_sandbox() as (connection, sandbox):
        return json_response(_page_of_parked(connection, sandbox, **query))


@blueprint.post("/parked/retry")
@blueprint.input(RetriedIn, arg_name="chosen")
@blueprint.doc(security=ACCOUNT, responses={200: answer("the outcome for each delivery", DoneOut), **_REFUSED})
def retry(chosen: dict[str, Any]) -> Response:
    """Send parked deliveries again.

    A dismissed delivery can be sent again by id. The call is idempotent: the second time the outcome is `already`. With
    `wait` the answer comes when all are done or parked again, at the latest after that many seconds."""
    at, sandbox = ports(), guard.sandbox_name()
    done = parking.retry(at.window, sandbox, _ids(chosen), officer("parked"))
    if not chosen["wait"]:
        return json_response(done_out(done))
    after = parking.wait(at.window, sandbox, done.changed, at.changes, chosen["wait"])
    return json_response(done_out(done, after=after))


@blueprint.post("/parked/dismiss")
@blueprint.input(DismissedIn, arg_name="chosen")
@blueprint.doc(security=ACCOUNT, responses={200: answer("the outcome for each delivery", DoneOut), **_REFUSED})
def dismiss(chosen: dict[str, Any]) -> Response:
    """Close deliveries for a reason.

    An open delivery can be closed by id, such as one whose worker hangs; one that is being written is `busy`. Closed
    deliveries are not processed unless they are sent again by id. Person, time and reason are stored."""
    ids, person = _ids(chosen), officer("parked")
    return json_response(
        done_out(parking.dismiss(ports().window, guard.sandbox_name(), ids, person, chosen["reason"].strip()))
    )


def _ids(chosen: dict[str, Any]) -> Sequence[int] | None:
    """Return the requested ids; None: all."""
    if bool(chosen["ids"]) == chosen["all"]:
        raise problem("ids-or-all")
    return chosen["ids"] or None


def _page_of_parked(
    connection: Connection, sandbox: str, state: str, *, before: int = 0, limit: int, traceback: bool = False
) -> ParkedOut:
    """Return a page of the deliveries in a state, each with its traceback if `traceback`."""
    states = STATES[state]
    first, following = page(stored.parked_deliveries(connection, sandbox, states, limit + 1, before), limit)
    return ParkedOut(
        total=stored.count(connection, sandbox, states),
        deliveries=tuple(delivery_out(parked, traceback) for parked in first),
        next=following,
    )
