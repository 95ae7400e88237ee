"""Snapshots of sandboxes over HTTP: a test keeps where it is and comes back to it."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import String
from apiflask.validators import Length
from flask import Response

from single_window.answers.sandboxes import RestoredOut, SnapshotOut, SnapshotsOut
from single_window.frame.http import callers
from single_window.frame.http.documentation import ACCOUNT, BY_ACCOUNT, answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.store import snapshots as stored
from single_window.store.engine import reading, writing
from single_window.work import snapshots

blueprint = APIBlueprint("snapshots", __name__, tag="sandboxes")
blueprint.before_request(callers.check_call)
_MISSING = {404: refused("no such sandbox, or no such snapshot")}
_NUMBER = "<int(max=9223372036854775807):number>"


class SnapshotIn(Schema):
    """A snapshot to be taken."""

    label = String(load_default="", validate=Length(0, 100), metadata={"description": "for whoever lists them"})


@blueprint.get("/sandboxes/<name>/snapshots")
@blueprint.doc(tags=["sandboxes"], responses={200: answer("its snapshots", SnapshotsOut), **_MISSING})
def listed(name: str) -> Response:
    """List the snapshots of a sandbox.

    The oldest first, 20 at most."""
    window = ports().window
    window.sandbox(name)
    with reading(window.engine) as connection:
        rows = stored.listed(connection, name)
    return json_response(SnapshotsOut(snapshots=tuple(map(SnapshotOut.of, rows))))


@blueprint.post("/sandboxes/<name>/snapshots")
@blueprint.input(SnapshotIn, arg_name="body")
@blueprint.doc(
    tags=["sandboxes"],
    security=ACCOUNT,
    responses={
        201: answer("taken", SnapshotOut),
        400: refused("the request is not as described"),
        **_MISSING,
        409: refused("work is open in it, or it has too many snapshots or too much in it"),
        **BY_ACCOUNT,
    },
)
def take(name: str, body: dict[str, Any]) -> Response:
    """Keep a sandbox as it is.

    All that came, was decided and was answered, master data, options, seed and clock: of a sandbox in which no work is
    open. It stays until it or the sandbox is deleted."""
    taken = snapshots.take(ports().window, name, body["label"], callers.caller().name)
    return json_response(SnapshotOut.of(taken), 201)


@blueprint.post(f"/sandboxes/<name>/snapshots/{_NUMBER}/restore")
@blueprint.doc(
    tags=["sandboxes"],
    security=ACCOUNT,
    responses={
        200: answer("it is as it was", RestoredOut),
        **_MISSING,
        409: refused("somebody resets it at this moment, or the snapshot is older than the tables"),
        **BY_ACCOUNT,
    },
)
def restore(name: str, number: int) -> Response:
    """Put a sandbox back to where it was.

    What was sent since then is deleted. Numbers that customs assign and places in mailboxes continue where they are:
    none is assigned twice."""
    rows = snapshots.restore(ports().window, name, number, callers.caller().name)
    return json_response(RestoredOut(name=name, rows=rows))


@blueprint.delete(f"/sandboxes/<name>/snapshots/{_NUMBER}")
@blueprint.doc(
    tags=["sandboxes"],
    security=ACCOUNT,
    responses={200: answer("it is not there any more", SnapshotsOut), **_MISSING, **BY_ACCOUNT},
)
def forget(name: str, number: int) -> Response:
    """Delete a snapshot.

    Answers with those that are left."""
    window = ports().window
    window.sandbox(name)
    with writing(window.engine) as connection:
        if not stored.forget(connection, name, number):
            raise problem("no-such-snapshot", name=name, id=number)
        left = stored.listed(connection, name)
    return json_response(SnapshotsOut(snapshots=tuple(map(SnapshotOut.of, left))))
