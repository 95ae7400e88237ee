"""HTTP calls that delete old message bytes, dismissed deliveries, what was told of containers, and documents, a part
with each call."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, Date, Integer
from apiflask.validators import Range
from flask import Response
from sqlalchemy import Engine

from declarations.calendar import instant_of
from single_window.answers.sandboxes import PrunedOut, PruningOut
from single_window.clock import monotonic
from single_window.frame.http import callers, guard
from single_window.frame.http.calls import Calls
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response
from single_window.retention import closing_records, korean_consignees, pruning
from single_window.store.engine import reading

MAX_SECONDS = 5.0
"""Seconds after which no further step is begun; the caller continues with the next call."""


class PruningIn(Schema):
    """The data to delete."""

    before = Date(required=True, metadata={"description": "data received before this day"})
    personal = Boolean(
        load_default=False,
        metadata={"description": "mask persons in documents of completed imports, and of decided parcels to Korea"},
    )
    trades = Boolean(load_default=False, metadata={"description": "delete documents of completed imports"})


class PruneIn(PruningIn):
    """The data to delete, and where the previous call stopped."""

    after = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "`next` of the previous call"})


blueprint = Calls("pruning", __name__, rights=("manage_keys",), tag="state")
blueprint.before_request(callers.demand_owner)
_REFUSED = {
    400: refused("the request is not as described"),
    403: refused("the caller does not own the data folder"),
    404: refused("no such sandbox"),
    422: refused("the data are within the legal retention period"),
}


@blueprint.get("/pruning")
@blueprint.input(PruningIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("the numbers", PruningOut), **_REFUSED})
def show(query: dict[str, Any]) -> Response:
    """Count the data that would be deleted.

    Bytes of messages received before a day, dismissed deliveries filed before it, and what was told of containers that
    have gone by then. With `personal` or `trades`, also
    the imports completed before it, whose documents would be masked or deleted. Only for the owner of the data
    folder."""
    sandbox, at = _check_request(query), ports()
    before, papers = instant_of(query["before"]), query["personal"] or query["trades"]
    with reading(at.window.engine) as connection:
        plan = pruning.plan(connection, sandbox, before)
        ended = closing_records.count(connection, sandbox, before) if papers else 0
        parcels = korean_consignees.count(connection, sandbox, before) if query["personal"] else 0
    return json_response(PruningOut.of(plan, trades=ended, parcels=parcels))


@blueprint.post("/pruning")
@blueprint.input(PruneIn, arg_name="body")
@blueprint.doc(responses={200: answer("the numbers, and where to continue", PrunedOut), **_REFUSED})
def prune(body: dict[str, Any]) -> Response:
    """Delete old message bytes, dismissed deliveries, and what was told of containers, in parts.

    Deletes what GET of the same path counts, for some seconds. Repeat the call with `next` until it is null. Only for
    the owner of the data folder."""
    sandbox = _check_request(body)
    rows, imports, following = _do(ports().window.engine, sandbox, body)
    return json_response(PrunedOut(rows=rows, imports=imports, next=following))


def _check_request(wanted: dict[str, Any]) -> str:
    """Return the sandbox of the request; raises `Refused` for documents within the legal retention period."""
    at, sandbox = ports(), guard.sandbox_name()
    at.window.sandbox(sandbox)
    if wanted["trades"]:
        closing_records.check(wanted["before"], at.window.now(sandbox), at.window.parameters)
    return sandbox


def _do(engine: Engine, sandbox: str, body: dict[str, Any]) -> tuple[int, int, int | None]:
    """Delete until the time is up; return (deleted rows, processed imports, where the next call continues or None)."""
    until, before, rows, imports, after = monotonic() + MAX_SECONDS, body["before"], 0, 0, body["after"]
    for dropped in _rows(engine, sandbox, instant_of(before), body["personal"]):
        rows += dropped
        if monotonic() > until:
            return rows, imports, after
    for reached in _papers(engine, sandbox, before, body):
        imports, after = imports + reached.imports, reached.last
        if monotonic() > until:
            return rows, imports, after
    return rows, imports, None


def _rows(engine: Engine, sandbox: str, before: int, personal: bool) -> Iterator[int]:
    yield from pruning.prune(engine, sandbox, before)
    if personal:
        yield from korean_consignees.mask(engine, sandbox, before)


def _papers(engine: Engine, sandbox: str, before: date, body: dict[str, Any]) -> Iterator[closing_records.Reached]:
    if body["trades"]:
        return closing_records.drop(engine, sandbox, before, body["after"])
    return closing_records.mask(engine, sandbox, before, body["after"]) if body["personal"] else iter(())
