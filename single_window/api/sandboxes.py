"""Sandboxes over HTTP: a test makes its own, sets how it behaves, empties it and deletes it."""

from __future__ import annotations

from typing import Any

import msgspec
from apiflask import APIBlueprint
from flask import Response

from gateways.records import Options
from single_window.accounts import key_rows
from single_window.answers.sandboxes import ResetOut, SandboxesOut, SandboxOut, sandbox_out
from single_window.api.sandbox_documentation import OptionsIn, ResetIn, SandboxesIn, SandboxIn
from single_window.clock import Clock
from single_window.context import MAIN
from single_window.frame.http import callers, key_access
from single_window.frame.http.documentation import ACCOUNT, BY_ACCOUNT, answer, refused
from single_window.frame.http.moments import clock_of
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.frame.kinds import page
from single_window.store import sandboxes
from single_window.store.engine import reading
from single_window.store.sandbox_options import FROZEN_PRESETS, PRESETS, checked
from single_window.work import resetting

blueprint = APIBlueprint("sandboxes", __name__, tag="sandboxes")
MOST = 10_000
"""Sandboxes that calls make at most: work by the clock polls each of them."""
MOST_OF_HOLDER = 1_000
"""Sandboxes that the keys of one holder make."""
REFUSED = {400: refused("the request is not as described"), 404: refused("no such sandbox")}


@blueprint.get("/sandboxes")
@blueprint.input(SandboxesIn, location="query", arg_name="query")
@blueprint.doc(tags=["sandboxes"], responses={200: answer("sandboxes in the order of their names", SandboxesOut)})
def listed(query: dict[str, Any]) -> Response:
    """List sandboxes; with a key, its own and those that its holder made.

    Each with its clock and all its options; `next` is the `after` of the next page."""
    key = key_access.current()
    with reading(ports().window.engine) as connection:
        rows = sandboxes.page(
            connection, query["after"], query["limit"] + 1, None if key is None else (key.home, key.account)
        )
    first, following = page(rows, query["limit"], by="name")
    return json_response(SandboxesOut(sandboxes=tuple(map(sandbox_out, first)), next=following))


@blueprint.post("/sandboxes")
@blueprint.input(SandboxIn, arg_name="body")
@blueprint.doc(
    tags=["sandboxes"],
    security=ACCOUNT,
    responses={
        201: answer("made", SandboxOut),
        400: REFUSED[400],
        409: refused("there is one of this name, or there are too many"),
        **BY_ACCOUNT,
    },
)
def create(body: dict[str, Any]) -> Response:
    """Make a sandbox.

    With its own participants, clock, allowances and dice. Calls name it in X-Sandbox. One that is made with a key is
    its holder's, and its name begins with that of the key's sandbox and a hyphen."""
    window, name, key = ports().window, body["name"], key_access.current()
    if not sandboxes.is_name(name):
        raise problem("sandbox-name", found=name, path="name")
    if key is not None and not name.startswith(f"{key.home}-"):
        raise problem("sandbox-name-of-key", prefix=f"{key.home}-", found=name, path="name")
    options = msgspec.structs.replace(Options(), **{**PRESETS.get(body["preset"], {}), **checked(body["options"])})
    stands = {"mode": "frozen", "at": "", "rate": ""} if body["preset"] in FROZEN_PRESETS else None
    clock = clock_of(wanted, Clock()) if (wanted := body["clock"] or stands) else Clock()
    with reading(window.engine) as connection:
        if sandboxes.count(connection) >= MOST:
            raise problem("too-many-sandboxes", most=MOST)
        if key is not None and key_rows.sandboxes_of(connection, key.account) >= MOST_OF_HOLDER:
            raise problem("too-many-sandboxes", most=MOST_OF_HOLDER)
    if not window.make_sandbox(name, options, body["seed"], clock, "" if key is None else key.account):
        raise problem("sandbox-exists", name=name, path="name", found=name)
    return json_response(sandbox_out(window.sandbox(name)), 201)


@blueprint.get("/sandboxes/<name>")
@blueprint.doc(tags=["sandboxes"], responses={200: answer("the sandbox", SandboxOut), 404: REFUSED[404]})
def show(name: str) -> Response:
    """Show a sandbox and its options.

    Its seed, its clock and all its options."""
    return json_response(sandbox_out(ports().window.sandbox(name)))


@blueprint.patch("/sandboxes/<name>")
@blueprint.input(OptionsIn, arg_name="body")
@blueprint.doc(
    tags=["sandboxes"],
    security=ACCOUNT,
    responses={200: answer("changed from now on", SandboxOut), **REFUSED, **BY_ACCOUNT},
)
def change(name: str, body: dict[str, Any]) -> Response:
    """Change how a sandbox behaves.

    From now on, and only what is named; an unknown option changes nothing."""
    window = ports().window
    window.set_options(name, **checked(body["options"]))
    return json_response(sandbox_out(window.sandbox(name)))


@blueprint.post("/sandboxes/<name>/reset")
@blueprint.input(ResetIn, arg_name="body")
@blueprint.doc(
    tags=["sandboxes"],
    security=ACCOUNT,
    responses={
        200: answer("nothing of it is left", ResetOut),
        **REFUSED,
        409: refused("somebody resets or deletes it at this moment"),
        **BY_ACCOUNT,
    },
)
def reset(name: str, body: dict[str, Any]) -> Response:
    """Empty a sandbox.

    All that was sent, decided and answered is deleted; channels of participants too. Options, seed and clock stay, and
    imported master data as they were before trades used them. Numbers and places in mailboxes continue where they
    were."""
    window, by = ports().window, callers.caller().name
    clock = clock_of(body["clock"], window.sandbox(name).clock) if body["clock"] else None
    rows = resetting.reset(window, name, by, body["master_data"], clock=clock)
    return json_response(ResetOut(name=name, rows=rows))


@blueprint.delete("/sandboxes/<name>")
@blueprint.doc(
    tags=["sandboxes"],
    security=ACCOUNT,
    responses={
        200: answer("it is not there any more", ResetOut),
        404: REFUSED[404],
        409: refused("it is main, or somebody resets or deletes it at this moment"),
        **BY_ACCOUNT,
    },
)
def remove(name: str) -> Response:
    """Delete a sandbox.

    With all that is in it. `main` stays."""
    if name == MAIN:
        raise problem("sandbox-main")
    rows = resetting.reset(ports().window, name, callers.caller().name, remove=True)
    return json_response(ResetOut(name=name, rows=rows))
