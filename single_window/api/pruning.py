"""Drops old bytes, finished work and papers over HTTP, a part with each call."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import Boolean, Date, Integer
from apiflask.validators import Range
from flask import Response
from sqlalchemy import Engine

from declarations.calendar import instant_of
from single_window.answers.sandboxes import PrunedOut, PruningOut
from single_window.clock import monotonic
from single_window.frame.http import callers, guard
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response
from single_window.retention import closing_records, pruning
from single_window.store.engine import reading

SECONDS = 5.0
"""No further step is begun after so long: who calls goes on with the next call, and sees how far it is."""


class PruningIn(Schema):
    """The things that are to go."""

    before = Date(required=True, metadata={"description": "what came before this day"})
    personal = Boolean(load_default=False, metadata={"description": "mask people in papers of imports that ended"})
    trades = Boolean(load_default=False, metadata={"description": "drop papers of imports that ended"})


class PruneIn(PruningIn):
    """The things that are to go, and where the call before stopped."""

    after = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "`next` of the call before"})


blueprint = APIBlueprint("pruning", __name__, tag="state")
blueprint.before_request(callers.demand_owner)
_REFUSED = {
    400: refused("the request is not as described"),
    403: refused("the caller does not own the data folder"),
    404: refused("no such sandbox"),
    422: refused("the law keeps what is to go"),
}


@blueprint.get("/pruning")
@blueprint.input(PruningIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("what would go", PruningOut), **_REFUSED})
def show(query: dict[str, Any]) -> Response:
    """Count what would be dropped.

    The bytes of messages that came before a day, and deliveries finished before it; with `personal` or `trades` the
    imports that ended before it, too, whose papers would be masked or dropped. For whoever owns the data folder."""
    sandbox, at = _checked(query), ports()
    before, papers = instant_of(query["before"]), query["personal"] or query["trades"]
    with reading(at.window.engine) as connection:
        plan = pruning.plan(connection, sandbox, before)
        ended = closing_records.count(connection, sandbox, before) if papers else 0
    return json_response(PruningOut.of(plan, trades=ended))


@blueprint.post("/pruning")
@blueprint.input(PruneIn, arg_name="body")
@blueprint.doc(responses={200: answer("what went, and where to go on", PrunedOut), **_REFUSED})
def prune(body: dict[str, Any]) -> Response:
    """Drop the bytes of old messages and finished work, a part of it.

    What GET of the same path counts, in small steps, for some seconds: as long as `next` is not null there is more to
    do. For whoever owns the data folder."""
    sandbox = _checked(body)
    rows, imports, following = _do(ports().window.engine, sandbox, body)
    return json_response(PrunedOut(rows=rows, imports=imports, next=following))


def _checked(wanted: dict[str, Any]) -> str:
    """The sandbox of the request; raises `Refused` where papers would go that the law keeps."""
    at, sandbox = ports(), guard.sandbox_name()
    at.window.sandbox(sandbox)
    if wanted["trades"]:
        closing_records.check(wanted["before"], at.window.now(sandbox), at.window.parameters)
    return sandbox


def _do(engine: Engine, sandbox: str, body: dict[str, Any]) -> tuple[int, int, int | None]:
    """Take steps as long as there is time; gives rows dropped, imports handled, and where the next call goes on."""
    until, before, rows, imports, after = monotonic() + SECONDS, body["before"], 0, 0, body["after"]
    for dropped in pruning.prune(engine, sandbox, instant_of(before)):
        rows += dropped
        if monotonic() > until:
            return rows, imports, after
    for reached in _papers(engine, sandbox, before, body):
        imports, after = imports + reached.imports, reached.last
        if monotonic() > until:
            return rows, imports, after
    return rows, imports, None


def _papers(engine: Engine, sandbox: str, before: date, body: dict[str, Any]) -> Iterator[closing_records.Reached]:
    if body["trades"]:
        return closing_records.drop(engine, sandbox, before, body["after"])
    return closing_records.mask(engine, sandbox, before, body["after"]) if body["personal"] else iter(())
