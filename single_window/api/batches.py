"""Batches: opened, changed, declared, looked at. Changes are compared with what their author has seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apiflask import APIBlueprint
from flask import Response
from msgspec import UNSET
from sqlalchemy import Connection

from declarations.lifecycle import OFFICER
from declarations.reasons import Reason
from gateways.customs.batches.repository import Batch
from single_window.accounts.people import Person
from single_window.api import guard
from single_window.api.acting import caller, officer, participant_named
from single_window.api.answers import reason_out
from single_window.api.batch_documentation import (
    AskIn,
    BatchAskedOut,
    BatchesIn,
    BatchesOut,
    BatchHistoryOut,
    BatchOut,
    MemberOut,
    MembersIn,
    MembersOut,
    OpenIn,
)
from single_window.api.documentation import RefusedOut, answer
from single_window.api.ports import ports
from single_window.api.problems import Problem, json_response, problem
from single_window.api.shapes import page
from single_window.cases import batches
from single_window.cases.histories import HistoryLine
from single_window.store.engine import reading
from single_window.work import decisions

blueprint = APIBlueprint("batches", __name__, tag="batches")
PATIENCE = 5.0
"""Seconds that a change is waited for; what takes longer is answered 202."""
_REFUSED = {
    400: answer("it cannot be asked", RefusedOut),
    404: answer("no such batch or sandbox", RefusedOut),
    409: answer("the batch does not let it be done; somebody may have changed it meanwhile", RefusedOut),
}


@blueprint.get("/batches")
@blueprint.input(BatchesIn, location="query", arg_name="asked")
@blueprint.doc(responses={200: answer("batches of the sandbox, newest first", BatchesOut)})
def listed(asked: dict[str, Any]) -> Response:
    """List batches.

    Newest first; `state` narrows them to one state."""
    at, sandbox = ports(), guard.sandbox_name()
    at.window.sandbox(sandbox)
    with reading(at.window.engine) as connection:
        found = batches.listed(connection, sandbox, asked["state"], asked["before"], asked["limit"] + 1)
    shown, following = page(found, asked["limit"])
    return json_response(BatchesOut(batches=tuple(map(_batch, shown)), next=following))


@blueprint.post("/batches")
@blueprint.input(OpenIn, arg_name="asked")
@blueprint.doc(
    responses={
        201: answer("the batch, which is open", BatchOut),
        202: answer("it will be opened", BatchAskedOut),
        **_REFUSED,
    }
)
def open_batch(asked: dict[str, Any]) -> Response:
    """Open a batch by hand.

    It is empty; lists are added to it, before they are declared or while they wait. Who opened it and officers may
    change it."""
    at, sandbox, who = ports(), guard.sandbox_name(), _asking(asked)
    try:
        done = batches.open_batch(at.window, sandbox, asked["flow"], asked["customs_code"], asked["trade_mode"], who)
    except batches.BadAsk as bad:
        raise problem("bad-batch-ask", reason=bad) from None
    except batches.NotPossible as refused:
        raise _refusal(refused.reasons) from None
    decided = decisions.wait(at.window, sandbox, done.number, at.changes)
    with reading(at.window.engine) as connection:
        opened = batches.by_opening(connection, sandbox, done.opening)
    if not decided.done or opened is None:
        return json_response(BatchAskedOut(asked=done.number, status="waiting"), 202)
    return json_response(_batch(opened), 201)


@blueprint.get("/batches/<batch_no>")
@blueprint.doc(responses={200: answer("the batch and what has happened to it", BatchOut), **_REFUSED})
def show(batch_no: str) -> Response:
    """Where a batch stands.

    With its history; `phase`, `cursor` and `places` say how far the work on its members is."""
    at, sandbox = ports(), guard.sandbox_name()
    with reading(at.window.engine) as connection:
        batch = _found(connection, sandbox, batch_no)
        lines = batches.history(connection, sandbox, batch_no)
    return json_response(_batch(batch, lines))


@blueprint.get("/batches/<batch_no>/members")
@blueprint.input(MembersIn, location="query", arg_name="asked")
@blueprint.doc(responses={200: answer("the places, in their order", MembersOut), **_REFUSED})
def members(batch_no: str, asked: dict[str, Any]) -> Response:
    """The members of a batch.

    Page by page: give `next` as `after`. `why` and `number` are what a sample was drawn by."""
    at, sandbox = ports(), guard.sandbox_name()
    with reading(at.window.engine) as connection:
        batch = _found(connection, sandbox, batch_no)
        found = batches.members(connection, batch.id, asked["after"], asked["limit"] + 1, asked["state"])
    places, following = page(found, asked["limit"], by="position")
    return json_response(MembersOut(batch_no=batch_no, members=tuple(map(MemberOut.of, places)), next=following))


@blueprint.post("/batches/<batch_no>/<any(add, remove, declare, review):action>")
@blueprint.input(AskIn, arg_name="asked")
@blueprint.doc(
    responses={
        200: answer("done, with what was not done and why", BatchAskedOut),
        202: answer("it was filed and is not done yet", BatchAskedOut),
        **_REFUSED,
    }
)
def change(batch_no: str, action: str, asked: dict[str, Any]) -> Response:
    """Change a batch.

    add and remove take `lists`; declare ends the joining; review (officers) has every list inspected. `revision` is
    the batch's as you saw it: if somebody has changed the batch since, nothing is done (409). Many lists are done some
    hundred at a time; what has begun goes on, and 202 says that some are left."""
    at, sandbox, who = ports(), guard.sandbox_name(), _asking(asked)
    try:
        done = batches.ask(
            at.window, sandbox, batch_no, action, who, asked["revision"], asked["lists"] or asked["reason"] or None
        )
    except batches.NoSuchBatch:
        at.window.sandbox(sandbox)
        raise problem("no-such-batch", sandbox=sandbox, number=batch_no) from None
    except batches.BadAsk as bad:
        raise problem("bad-batch-ask", reason=bad) from None
    except batches.NotPossible as refused:
        raise _refusal(refused.reasons) from None
    decided = decisions.wait(at.window, sandbox, done.number, at.changes)
    if decided.refused:
        raise _refusal(decided.answer)
    with reading(at.window.engine) as connection:
        batch = _found(connection, sandbox, batch_no)
        lines = batches.said(connection, sandbox, done)
    return json_response(
        BatchAskedOut(
            asked=done.number,
            status="done" if decided.done else "waiting",
            batch=_batch(batch),
            said=_history(lines),
        ),
        200 if decided.done else 202,
    )


def _asking(asked: dict[str, Any]) -> Person:
    """A participant by his code, or an officer by his account."""
    if asked["role"] == OFFICER:
        return officer("batch")
    if not asked["by"].strip() and not caller().has_account:
        raise problem("wrong-parameter", name="by", reason="a participant gives his code", path="by")
    return participant_named(asked["by"], "batch")


def _refusal(reasons: Sequence[Reason]) -> Problem:
    words = [reason_out(reason) for reason in reasons]
    return problem(
        "batch-refused",
        reason_zh="；".join(reason.zh for reason in words),
        reason_en="; ".join(reason.en for reason in words),
    )


def _found(connection: Connection, sandbox: str, batch_no: str) -> Batch:
    batch = batches.found(connection, sandbox, batch_no)
    if batch is None:
        ports().window.sandbox(sandbox)
        raise problem("no-such-batch", sandbox=sandbox, number=batch_no)
    return batch


def _batch(batch: Batch, lines: Sequence[HistoryLine] | None = None) -> BatchOut:
    """A batch; with the lines of its history where one is asked for."""
    links = {"members": f"/api/v1/batches/{batch.batch_no}/members"}
    return BatchOut.of(batch, links=links, history=UNSET if lines is None else _history(lines))


def _history(lines: Sequence[HistoryLine]) -> tuple[BatchHistoryOut, ...]:
    return tuple(BatchHistoryOut.of(line, asked=int(line.key)) for line in lines)
