"""HTTP calls for fault profiles: list them, switch one on or off in a sandbox, show its effects."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import String
from apiflask.validators import Length
from flask import Response

from single_window.answers.outcomes import FaultsOut, ProfilesOut, faults_out, profile_out
from single_window.frame.http.calls import CONTROL, EVERYBODY, Calls
from single_window.frame.http.documentation import ACCOUNT, answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.outcomes import switching
from single_window.outcomes.profiles import profiles
from single_window.outcomes.triggers import MAX_NAME_LENGTH
from single_window.store.engine import reading
from single_window.store.records import Conflict
from single_window.work import dispatch

blueprint = Calls("faults", __name__, rights=CONTROL, tag="triggers")
_MISSING = refused("no such sandbox")


class FaultsIn(Schema):
    """A profile to switch on."""

    profile = String(required=True, validate=Length(1, MAX_NAME_LENGTH))
    lasts = String(
        load_default="",
        validate=Length(0, 20),
        metadata={"description": "duration by the sandbox's clock: 30s, 90m, 2h, 7d; default: that of the profile"},
    )
    seed = String(
        load_default="",
        validate=Length(0, MAX_NAME_LENGTH),
        metadata={"description": "changes the random choice of what is affected; default: only the sandbox's seed"},
    )


@blueprint.get("/faults", rights=EVERYBODY)
@blueprint.doc(responses={200: answer("profiles of faults", ProfilesOut)})
def known() -> Response:
    """List fault profiles.

    Each is a named set of triggers with shares and times."""
    return json_response(ProfilesOut(profiles=tuple(map(profile_out, profiles().values()))))


@blueprint.get("/sandboxes/<name>/faults", rights=("control_tests", "read_receipts", "see_cases"))
@blueprint.doc(responses={200: answer("the profile, if there is one", FaultsOut), 404: _MISSING})
def show(name: str) -> Response:
    """Show the fault profile of a sandbox.

    With the effects of its triggers so far. An ended profile is shown until the next is switched on."""
    with reading(ports().window.engine) as connection:
        return json_response(faults_out(switching.active_profile(connection, name)))


@blueprint.put("/sandboxes/<name>/faults")
@blueprint.input(FaultsIn, arg_name="body")
@blueprint.doc(
    security=ACCOUNT,
    responses={
        200: answer("the profile, switched on", FaultsOut),
        400: refused("no such profile, or its duration is too long"),
        404: _MISSING,
        409: refused("a profile is on, the clock was set meanwhile, or there are too many triggers"),
    },
)
def switch_on(name: str, body: dict[str, Any]) -> Response:
    """Switch on a fault profile.

    One at a time in a sandbox; it ends after its duration by the sandbox's clock."""
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
@blueprint.doc(security=ACCOUNT, responses={200: answer("its effects, and when it ended", FaultsOut), 404: _MISSING})
def switch_off(name: str) -> Response:
    """Switch off the fault profile of a sandbox.

    Receipts that it delayed are still delivered; other triggers stay."""
    return json_response(faults_out(switching.switch_off(ports().window.engine, name)))
