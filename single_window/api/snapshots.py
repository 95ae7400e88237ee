"""HTTP calls to take, list, restore and delete snapshots of sandboxes."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import String
from apiflask.validators import Length
from flask import Response

from single_window.answers.sandboxes import RestoredOut, SnapshotOut, SnapshotsOut
from single_window.frame.http import callers
from single_window.frame.http.calls import CONTROL, Calls
from single_window.frame.http.documentation import ACCOUNT, answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.store import snapshots as stored
from single_window.store.engine import reading, writing
from single_window.work import snapshots

blueprint = Calls("snapshots", __name__, rights=CONTROL, tag="sandboxes")
_MISSING = {404: refused("no such sandbox, or no such snapshot")}
_NUMBER = "<int(max=9223372036854775807):number>"


class SnapshotIn(Schema):
    """A new snapshot."""

    label = String(load_default="", validate=Length(0, 100), metadata={"description": "shown in the list"})


@blueprint.get("/sandboxes/<name>/snapshots")
@blueprint.doc(responses={200: answer("its snapshots", SnapshotsOut), **_MISSING})
def listed(name: str) -> Response:
    """List the snapshots of a sandbox.

    Oldest first, at most 20."""
    window = ports().window
    window.sandbox(name)
    with reading(window.engine) as connection:
        rows = stored.of_sandbox(connection, name)
    return json_response(SnapshotsOut(snapshots=tuple(map(SnapshotOut.of, rows))))


@blueprint.post("/sandboxes/<name>/snapshots")
@blueprint.input(SnapshotIn, arg_name="body")
@blueprint.doc(
    security=ACCOUNT,
    responses={
        201: answer("taken", SnapshotOut),
        400: refused("the request is not as described"),
        **_MISSING,
        409: refused("the sandbox has pending work, too many snapshots or too many rows"),
    },
)
def take(name: str, body: dict[str, Any]) -> Response:
    """Take a snapshot of a sandbox.

    Messages, decisions, receipts, master data, options, seed and clock, of a sandbox without pending work. It is stored
    until it or the sandbox is deleted."""
    taken = snapshots.take(ports().window, name, body["label"], callers.caller().name)
    return json_response(SnapshotOut.of(taken), 201)


@blueprint.post(f"/sandboxes/<name>/snapshots/{_NUMBER}/restore")
@blueprint.doc(
    security=ACCOUNT,
    responses={
        200: answer("restored", RestoredOut),
        **_MISSING,
        409: refused("the sandbox is being reset by another call, or the snapshot has an older schema"),
    },
)
def restore(name: str, number: int) -> Response:
    """Restore a snapshot.

    Everything since then is deleted. Numbers assigned by customs and sequence numbers of mailboxes continue, so that
    none is assigned twice."""
    rows = snapshots.restore(ports().window, name, number, callers.caller().name)
    return json_response(RestoredOut(name=name, rows=rows))


@blueprint.delete(f"/sandboxes/<name>/snapshots/{_NUMBER}")
@blueprint.doc(security=ACCOUNT, responses={200: answer("the remaining snapshots", SnapshotsOut), **_MISSING})
def forget(name: str, number: int) -> Response:
    """Delete a snapshot.

    Returns the remaining ones."""
    window = ports().window
    window.sandbox(name)
    with writing(window.engine) as connection:
        if not stored.forget(connection, name, number):
            raise problem("no-such-snapshot", name=name, id=number)
        remaining = stored.of_sandbox(connection, name)
    return json_response(SnapshotsOut(snapshots=tuple(map(SnapshotOut.of, remaining))))
