"""HTTP calls to open, change, declare and show batches. A change is refused if its author saw an older revision."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Integer, List, String
from apiflask.validators import Length, OneOf, Range
from flask import Response
from sqlalchemy import Connection

from declarations.lifecycle import OFFICER
from gateways.customs.batches.repository import Batch
from single_window.accounts.people import Person
from single_window.cases.batches import auditing, requests
from single_window.cases.batches import queries as batches
from single_window.cases.batches.answers import (
    BATCH_KIND,
    BatchAskedOut,
    BatchAuditOut,
    BatchesOut,
    BatchOut,
    MembersOut,
    batch_out,
    history_out,
)
from single_window.cases.batches.queries import BATCH_CASES
from single_window.cases.batches.requests import MAX_LISTS, ROLES, history_of, request_change
from single_window.frame.http import guard
from single_window.frame.http.callers import caller, officer, participant_named
from single_window.frame.http.calls import READ, Calls
from single_window.frame.http.cases import CasesIn, PartsIn, listed_cases, missing, reading_sandbox, shown_case
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.frame.kinds import page
from single_window.language.refusal import refused_for
from single_window.language.words import Words
from single_window.refused import NotFound
from single_window.store.engine import reading
from single_window.work import filing

_PARTICIPANT = {"description": "the code of the requesting participant; it is stored"}
_BY = {
    "description": "the code of the requesting participant; it is stored. For an officer, the account is stored instead"
}


class OpenIn(Schema):
    """A new batch."""

    flow = String(required=True, validate=OneOf(["I", "E"]), metadata={"description": "I: import, E: export"})
    customs_code = String(required=True, validate=Length(4, 4))
    trade_mode = String(required=True, validate=Length(4, 4))
    by = String(load_default="", validate=Length(0, 100), metadata=_BY)
    role = String(load_default="participant", validate=OneOf(ROLES))


class BatchChangeIn(Schema):
    """A change of a batch."""

    by = String(load_default="", validate=Length(0, 100), metadata=_PARTICIPANT)
    revision = Integer(
        load_default=0,
        validate=Range(0, 2**31),
        metadata={"description": "the revision of the batch that you saw; 0: the current one"},
    )
    lists = List(
        String(validate=Length(1, 80)),
        load_default=list,
        validate=Length(0, MAX_LISTS),
        metadata={"description": "list numbers, order numbers, or merchant|order number"},
    )


class MembersIn(Schema):
    """The members to list."""

    after = Integer(load_default=-1, validate=Range(-1, 2**62))
    limit = Integer(load_default=100, validate=Range(1, 1_000))
    state = String(load_default="", validate=Length(0, 30))


blueprint = Calls("batches", __name__, rights=READ)
_REFUSED = {
    404: refused("no such batch or sandbox"),
    409: refused("the batch was changed since that revision"),
    422: refused("the batch's state does not allow it, or the request is invalid; the answer gives the reasons"),
}


@blueprint.get("/batches")
@blueprint.input(CasesIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("batches of the sandbox, newest first", BatchesOut)})
def listed(query: dict[str, Any]) -> Response:
    """List batches.

    Newest first; `state` narrows them to one state."""
    return listed_cases(BATCH_CASES, query)


@blueprint.post("/batches", rights=("send_messages", "act_as_officer", "keep_batches"))
@blueprint.input(OpenIn, arg_name="body")
@blueprint.doc(
    responses={
        201: answer("the batch, which is open", BatchOut),
        202: answer("it will be opened", BatchAskedOut),
        **_REFUSED,
    }
)
def open_batch(body: dict[str, Any]) -> Response:
    """Open a batch.

    The batch is empty. Lists can be added before they are declared or while they wait. The batch's author and officers
    may change it."""
    at, sandbox, who = ports(), guard.sandbox_name(), _requester(body)
    done = requests.open_batch(at.window, sandbox, body["flow"], body["customs_code"], body["trade_mode"], who)
    decided = filing.wait(at.window, sandbox, done.number, at.changes)
    with reading(at.window.engine) as connection:
        opened = batches.find_by_opening(connection, sandbox, done.opening)
    if not decided.done or opened is None:
        return json_response(BatchAskedOut(asked=done.number, status="waiting"), 202)
    return json_response(batch_out(opened), 201)


@blueprint.get("/batches/<batch_no>")
@blueprint.input(PartsIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("the batch with its history", BatchOut), **_REFUSED})
def show(batch_no: str, query: dict[str, Any]) -> Response:
    """Show a batch.

    With its history; `phase`, `cursor` and `places` are the progress of the work on its members."""
    return shown_case(BATCH_CASES, batch_no, **query)


@blueprint.get("/batches/<batch_no>/members")
@blueprint.input(MembersIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("the places, in their order", MembersOut), **_REFUSED})
def members(batch_no: str, query: dict[str, Any]) -> Response:
    """List the members of a batch.

    In pages: give `next` as `after`. `why` and `number` are the reason and the random number of a sample."""
    with reading_sandbox() as (connection, sandbox):
        batch = _existing(connection, sandbox, batch_no)
        rows = batches.list_members(connection, batch.id, query["after"], query["limit"] + 1, query["state"])
    places, following = page(rows, query["limit"], by="position")
    return json_response(MembersOut(batch_no=batch_no, members=tuple(places), next=following))


@blueprint.get("/batches/<batch_no>/audit", rights=("act_as_officer", "see_cases"))
@blueprint.doc(
    responses={
        200: answer("the recalculated samples", BatchAuditOut),
        404: _REFUSED[404],
        409: refused("its samples were not drawn"),
    }
)
def audit(batch_no: str) -> Response:
    """Recalculate the samples of a batch.

    From the stored data; `agrees` says whether the same lists are drawn, each for the same reason."""
    with reading_sandbox() as (connection, sandbox):
        batch = _existing(connection, sandbox, batch_no)
        if batch.state in auditing.STATES_BEFORE_DRAW:
            raise problem("batch-not-drawn", number=batch_no, state=batch.state)
        drawn = auditing.audit_batch(connection, sandbox, batch)
    return json_response(drawn)


@blueprint.post(
    "/batches/<batch_no>/<any(add, remove, declare):action>",
    rights=("send_messages", "act_as_officer", "keep_batches", "review_lists"),
)
@blueprint.input(BatchChangeIn, arg_name="body")
@blueprint.doc(
    responses={
        200: answer("done; the events include the lists that were not changed, with reasons", BatchAskedOut),
        202: answer("the request is stored and not completed yet", BatchAskedOut),
        **_REFUSED,
    }
)
def change(batch_no: str, action: str, body: dict[str, Any]) -> Response:
    """Change a batch as a participant.

    add and remove need `lists`; after declare no list can join. Officers use `/cases/batch/…` instead. `revision` is
    the revision that you saw: if the batch was changed since, nothing is done (409). Many lists are processed in chunks
    of some hundred; 202 means that some are left, and processing continues."""
    at, sandbox, who = ports(), guard.sandbox_name(), _participant(body)
    try:
        done = request_change(at.window, sandbox, batch_no, action, who, body["revision"], body["lists"])
    except NotFound:
        raise missing(BATCH_KIND, sandbox, batch_no) from None
    decided = filing.wait(at.window, sandbox, done.number, at.changes)
    if decided.refused:
        raise refused_for(decided.answer)
    with reading(at.window.engine) as connection:
        batch = _existing(connection, sandbox, batch_no)
        lines = history_of(connection, sandbox, done)
    return json_response(
        BatchAskedOut(
            asked=done.number,
            status="done" if decided.done else "waiting",
            batch=batch_out(batch),
            said=history_out(lines),
        ),
        200 if decided.done else 202,
    )


def _requester(body: dict[str, Any]) -> Person:
    """A participant by his code, or an officer by his account."""
    return officer("batch") if body["role"] == OFFICER else _participant(body)


def _participant(body: dict[str, Any]) -> Person:
    if not body["by"].strip() and not caller().has_account:
        missing = Words("企业须填写其代码", "a participant gives his code")
        raise problem("wrong-parameter", name="by", reason=missing, path="by")
    return participant_named(body["by"], "batch")


def _existing(connection: Connection, sandbox: str, batch_no: str) -> Batch:
    batch = batches.find_batch(connection, sandbox, batch_no)
    if batch is None:
        raise missing(BATCH_KIND, sandbox, batch_no)
    return batch
