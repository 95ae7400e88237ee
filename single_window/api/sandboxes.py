"""HTTP calls to list, create, change, reset and delete sandboxes."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Response

from gateways.circumstances import Options
from single_window.accounts import key_rows
from single_window.answers.sandboxes import ResetOut, SandboxesOut, SandboxOut, sandbox_out
from single_window.api.sandbox_documentation import OptionsIn, ResetIn, SandboxesIn, SandboxIn
from single_window.clock import Clock
from single_window.context import MAIN
from single_window.frame.http import callers, key_access
from single_window.frame.http.calls import CONTROL, Calls
from single_window.frame.http.documentation import ACCOUNT, answer, refused
from single_window.frame.http.moments import clock_of
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.frame.kinds import page
from single_window.store import sandboxes
from single_window.store.engine import reading
from single_window.store.sandbox_options import FROZEN_PRESETS, PRESETS, check_options
from single_window.work import resetting

blueprint = Calls("sandboxes", __name__, rights=CONTROL)
MAX_SANDBOXES = 10_000
"""Maximum number of sandboxes; each is polled for deadlines."""
MAX_SANDBOXES_OF_HOLDER = 1_000
"""Maximum number of sandboxes created with the keys of one holder."""
REFUSED = {400: refused("the request is not as described"), 404: refused("no such sandbox")}


@blueprint.get("/sandboxes", rights=("control_tests", "read_receipts", "see_cases"))
@blueprint.input(SandboxesIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("sandboxes by name", SandboxesOut)})
def listed(query: dict[str, Any]) -> Response:
    """List sandboxes; with a key, the key's sandbox and those that its holder created.

    Each with its clock and all its options; `next` is the `after` of the next page."""
    key = key_access.current_key()
    with reading(ports().window.engine) as connection:
        rows = sandboxes.page(
            connection, query["after"], query["limit"] + 1, None if key is None else (key.home, key.account)
        )
    first, following = page(rows, query["limit"], by="name")
    return json_response(SandboxesOut(sandboxes=tuple(map(sandbox_out, first)), next=following))


@blueprint.post("/sandboxes")
@blueprint.input(SandboxIn, arg_name="body")
@blueprint.doc(
    security=ACCOUNT,
    responses={
        201: answer("created", SandboxOut),
        400: REFUSED[400],
        409: refused("the name exists, or there are too many sandboxes"),
    },
)
def create(body: dict[str, Any]) -> Response:
    """Create a sandbox.

    With separate participants, clock, allowances and random seed. Calls select it with X-Sandbox. A sandbox created
    with a key belongs to the key's holder, and its name must begin with the name of the key's sandbox and a hyphen."""
    window, name, key = ports().window, body["name"], key_access.current_key()
    if not sandboxes.is_name(name):
        raise problem("sandbox-name", found=name, path="name")
    if key is not None and not name.startswith(f"{key.home}-"):
        prefix = f"{key.home}-"
        raise problem("sandbox-name-of-key", prefix=prefix, found=name, expected=prefix, path="name")
    options = msgspec.structs.replace(
        Options(), **{**PRESETS.get(body["preset"], {}), **check_options(body["options"])}
    )
    frozen = {"mode": "frozen", "at": "", "rate": ""} if body["preset"] in FROZEN_PRESETS else None
    clock = clock_of(wanted, Clock()) if (wanted := body["clock"] or frozen) else Clock()
    with reading(window.engine) as connection:
        if sandboxes.count(connection) >= MAX_SANDBOXES:
            raise problem("too-many-sandboxes", most=MAX_SANDBOXES)
        if key is not None and key_rows.sandboxes_of(connection, key.account) >= MAX_SANDBOXES_OF_HOLDER:
            raise problem("too-many-sandboxes", most=MAX_SANDBOXES_OF_HOLDER)
    if not window.make_sandbox(name, options, body["seed"], clock, "" if key is None else key.account):
        raise problem("sandbox-exists", name=name, path="name", found=name)
    return json_response(sandbox_out(window.sandbox(name)), 201)


@blueprint.get("/sandboxes/<name>", rights=("control_tests", "read_receipts", "see_cases"))
@blueprint.doc(responses={200: answer("the sandbox", SandboxOut), 404: REFUSED[404]})
def show(name: str) -> Response:
    """Show a sandbox and its options.

    Its seed, its clock and all its options."""
    return json_response(sandbox_out(ports().window.sandbox(name)))


@blueprint.patch("/sandboxes/<name>")
@blueprint.input(OptionsIn, arg_name="body")
@blueprint.doc(security=ACCOUNT, responses={200: answer("the changed sandbox", SandboxOut), **REFUSED})
def change(name: str, body: dict[str, Any]) -> Response:
    """Change options of a sandbox.

    Only the given ones; if one is unknown, nothing is changed."""
    window = ports().window
    window.set_options(name, **check_options(body["options"]))
    return json_response(sandbox_out(window.sandbox(name)))


@blueprint.post("/sandboxes/<name>/reset")
@blueprint.input(ResetIn, arg_name="body")
@blueprint.doc(
    security=ACCOUNT,
    responses={
        200: answer("reset", ResetOut),
        **REFUSED,
        409: refused("it is being reset or deleted by another call"),
    },
)
def reset(name: str, body: dict[str, Any]) -> Response:
    """Empty a sandbox.

    Deletes all messages, decisions, receipts and channels. Options and seed stay, and the clock unless another
    is given; imported master data get their imported amounts again, or are deleted. Numbers that the window assigns
    and sequence numbers of mailboxes continue."""
    window, by = ports().window, callers.caller().name
    clock = clock_of(body["clock"], window.sandbox(name).clock) if body["clock"] else None
    rows = resetting.reset(window, name, by, body["master_data"], clock=clock)
    return json_response(ResetOut(name=name, rows=rows))


@blueprint.delete("/sandboxes/<name>")
@blueprint.doc(
    security=ACCOUNT,
    responses={
        200: answer("deleted", ResetOut),
        404: REFUSED[404],
        409: refused("it is main, or it is being reset or deleted by another call"),
    },
)
def remove(name: str) -> Response:
    """Delete a sandbox.

    With everything in it. `main` cannot be deleted."""
    if name == MAIN:
        raise problem("sandbox-main")
    window = ports().window
    rows = resetting.reset(window, name, callers.caller().name, remove=True)
    window.keyring.forget()  # its keys are gone; a new sandbox of its name may be another's
    return json_response(ResetOut(name=name, rows=rows))
