"""Profiles of faults over HTTP: listed, switched on and off in a sandbox, and what the one that is on did so far."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import String
from apiflask.validators import Length
from flask import Response

from single_window.answers.outcomes import FaultsOut, ProfilesOut, faults_out, profile_out
from single_window.frame.http.documentation import ACCOUNT, BY_ACCOUNT, answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.outcomes import switching
from single_window.outcomes.profiles import profiles
from single_window.outcomes.triggers import MAX_NAME_LENGTH
from single_window.store.engine import reading
from single_window.store.records import Conflict
from single_window.work import dispatch

blueprint = APIBlueprint("faults", __name__, tag="triggers")
_MISSING = refused("no such sandbox")


class FaultsIn(Schema):
    """A profile to be switched on."""

    profile = String(required=True, validate=Length(1, MAX_NAME_LENGTH))
    lasts = String(
        load_default="",
        validate=Length(0, 20),
        metadata={"description": "how long by the sandbox's clock: 30s, 90m, 2h, 7d; default: as the profile has it"},
    )
    seed = String(
        load_default="",
        validate=Length(0, MAX_NAME_LENGTH),
        metadata={"description": "another draw of what is touched; default: that of the sandbox alone"},
    )


@blueprint.get("/faults")
@blueprint.doc(tags=["triggers"], responses={200: answer("profiles of faults", ProfilesOut)})
def known() -> Response:
    """List profiles of faults.

    Each is a set of triggers with shares and times, under one name."""
    return json_response(ProfilesOut(profiles=tuple(map(profile_out, profiles().values()))))


@blueprint.get("/sandboxes/<name>/faults")
@blueprint.doc(
    tags=["triggers"], responses={200: answer("the profile, or that there is none", FaultsOut), 404: _MISSING}
)
def show(name: str) -> Response:
    """Show the profile of faults of a sandbox.

    With what each of its parts did so far; one that ended by itself is shown until the next is switched on."""
    with reading(ports().window.engine) as connection:
        return json_response(faults_out(switching.active_profile(connection, name)))


@blueprint.put("/sandboxes/<name>/faults")
@blueprint.input(FaultsIn, arg_name="body")
@blueprint.doc(
    tags=["triggers"],
    security=ACCOUNT,
    responses={
        200: answer("it is on", FaultsOut),
        400: refused("there is no such profile, or it cannot last so long"),
        404: _MISSING,
        409: refused("one is on, or the clock was set meanwhile, or there are too many triggers"),
        **BY_ACCOUNT,
    },
)
def switch_on(name: str, body: dict[str, Any]) -> Response:
    """Switch on a profile of faults.

    One at a time in a sandbox; it ends by itself, by the sandbox's clock."""
    window = ports().window
    try:
        standing = switching.switch_on(
            window.engine, window.numbering, name, body["profile"], body["lasts"], body["seed"]
        )
    except Conflict:
        raise problem("clock-moved", name=name) from None
    dispatch.file_due(window.engine, window.numbering, {name: window.now(name)})
    window.wake()
    return json_response(faults_out(standing))


@blueprint.delete("/sandboxes/<name>/faults")
@blueprint.doc(
    tags=["triggers"],
    security=ACCOUNT,
    responses={200: answer("what it did, and when it ended", FaultsOut), 404: _MISSING, **BY_ACCOUNT},
)
def switch_off(name: str) -> Response:
    """Switch off the profile of faults of a sandbox.

    Receipts that it holds back come all the same; other triggers stay."""
    return json_response(faults_out(switching.switch_off(ports().window.engine, name)))
