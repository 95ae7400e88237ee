"""Calls about deliveries that could not be processed: listed, sent again, closed with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apiflask import APIBlueprint
from flask import Response
from sqlalchemy import Connection

from single_window.cases.parked.answers import DoneOut, ParkedOut, delivery_out, done_out
from single_window.frame.http import guard
from single_window.frame.http.callers import officer
from single_window.frame.http.documentation import (
    ACCOUNT,
    BY_ACCOUNT,
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
from single_window.store.engine import reading
from single_window.store.parking import STATES
from single_window.work import parking

blueprint = APIBlueprint("parked", __name__, tag="parked")
_REFUSED = {400: refused("the request is not as described"), 404: refused("no such sandbox")}


@blueprint.get("/parked")
@blueprint.input(ParkedIn, location="query", arg_name="query")
@blueprint.doc(
    tags=["parked"], responses={200: answer("parked deliveries of the sandbox, newest first", ParkedOut), **_REFUSED}
)
def show(query: dict[str, Any]) -> Response:
    """List the parked deliveries.

    Deliveries that could not be processed after all attempts, with the reason, and what was done about them so far; or,
    with state=dismissed, those that were closed; with state=open, those that are still open."""
    at, sandbox = ports(), guard.sandbox_name()
    at.window.sandbox(sandbox)
    with reading(at.window.engine) as connection:
        return json_response(_listed(connection, sandbox, **query))


@blueprint.post("/parked/retry")
@blueprint.input(RetriedIn, arg_name="chosen")
@blueprint.doc(
    tags=["parked"], security=ACCOUNT, responses={200: answer("what became of each", DoneOut), **_REFUSED, **BY_ACCOUNT}
)
def retry(chosen: dict[str, Any]) -> Response:
    """Send parked deliveries again.

    By id also one that was dismissed. Twice does no harm: the second time the outcome is `already`, with the state.
    With `wait` it is answered when all of them are done or parked again, or after so many seconds."""
    at, sandbox = ports(), guard.sandbox_name()
    done = parking.retry(at.window, sandbox, _ids(chosen), officer("parked"))
    if not chosen["wait"]:
        return json_response(done_out(done))
    after = parking.wait(at.window, sandbox, done.changed, at.changes, chosen["wait"])
    return json_response(done_out(done, after=after))


@blueprint.post("/parked/dismiss")
@blueprint.input(DismissedIn, arg_name="chosen")
@blueprint.doc(
    tags=["parked"], security=ACCOUNT, responses={200: answer("what became of each", DoneOut), **_REFUSED, **BY_ACCOUNT}
)
def dismiss(chosen: dict[str, Any]) -> Response:
    """Close deliveries for a reason.

    By id also one that is still open, such as one that its worker hangs in; one that is being written at this moment is
    `busy`. They are not processed any more, unless they are sent again by id. Person, time and reason are kept."""
    ids, person = _ids(chosen), officer("parked")
    return json_response(
        done_out(parking.dismiss(ports().window, guard.sandbox_name(), ids, person, chosen["reason"].strip()))
    )


def _ids(chosen: dict[str, Any]) -> Sequence[int] | None:
    """The ids that are meant; None: all."""
    if bool(chosen["ids"]) == chosen["all"]:
        raise problem("ids-or-all")
    return chosen["ids"] or None


def _listed(
    connection: Connection, sandbox: str, state: str, *, before: int = 0, limit: int, traceback: bool = False
) -> ParkedOut:
    """A page of the deliveries that are parked, dismissed or open; with `traceback` where each failed."""
    states = STATES[state]
    first, following = page(stored.listed(connection, sandbox, states, limit + 1, before), limit)
    return ParkedOut(
        total=stored.count(connection, sandbox, states),
        deliveries=tuple(delivery_out(parked, traceback) for parked in first),
        next=following,
    )
