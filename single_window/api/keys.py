"""HTTP calls for administrators to issue, list, replace and revoke programs' keys. A key's secret is shown once."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Integer, List, String
from apiflask.validators import Length, Range
from flask import Response
from sqlalchemy import Engine

from single_window.accounts import key_keeping
from single_window.accounts.key_keeping import (
    MAX_MAILBOXES,
    MAX_OF_SANDBOX,
    MAX_SECONDS,
    OVERLAP_SECONDS,
)
from single_window.answers.keys import IssuedOut, KeyOut, KeysOut, issued_out, key_out
from single_window.frame.http import callers, guard
from single_window.frame.http.calls import Calls
from single_window.frame.http.documentation import ACCOUNT, answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response
from single_window.frame.kinds import page


class KeysIn(Schema):
    """The keys to list."""

    after = String(load_default="", validate=Length(0, 20), metadata={"description": "only ids behind this one"})
    limit = Integer(load_default=100, validate=Range(1, 1_000))


class KeyIn(Schema):
    """A key to issue."""

    mailboxes = List(
        String(validate=Length(1, 30)),
        load_default=list,
        validate=Length(0, MAX_MAILBOXES),
        metadata={"description": "DXP ids of its holder; * for all in the sandbox"},
    )
    rights = List(
        String(validate=Length(1, 40)),
        required=True,
        validate=Length(1, 20),
        metadata={"description": "read_receipts, send_messages, manage_channels, control_tests, act_as_officer"},
    )
    owner = String(
        load_default="",
        validate=Length(0, 40),
        metadata={"description": "the name of its holder; default: the first mailbox"},
    )
    seconds = Integer(
        load_default=0, validate=Range(0, MAX_SECONDS), metadata={"description": "its lifetime; 0: until it is revoked"}
    )


class RotationIn(Schema):
    """The replacement of a key."""

    overlap = Integer(
        load_default=OVERLAP_SECONDS,
        validate=Range(0, MAX_SECONDS),
        metadata={"description": "seconds for which the old key stays valid"},
    )


blueprint = Calls("keys", __name__, rights=("manage_keys",))
_REFUSED = {
    400: refused("the request is not as described"),
    404: refused("no such key or sandbox"),
    409: refused("the holder has the maximum number of keys"),
}


@blueprint.get("/keys")
@blueprint.input(KeysIn, location="query", arg_name="query")
@blueprint.doc(security=ACCOUNT, responses={200: answer("keys of the sandbox", KeysOut), 404: _REFUSED[404]})
def listed(query: dict[str, Any]) -> Response:
    """List keys.

    All keys of the sandbox, valid or not, without their secrets; `next` is the `after` of the next page."""
    return json_response(_page_of_keys(ports().window.engine, guard.sandbox_name(), query["after"], query["limit"]))


@blueprint.post("/keys")
@blueprint.input(KeyIn, arg_name="body")
@blueprint.doc(security=ACCOUNT, responses={201: answer("issued", IssuedOut), **_REFUSED})
def issue(body: dict[str, Any]) -> Response:
    """Issue a key.

    For the sandbox and the given mailboxes, with the given rights. Its secret is only in this answer."""
    at = ports()
    asked, by = (guard.sandbox_name(), body["mailboxes"], body["rights"]), callers.caller().name
    issued = key_keeping.issue(at.window.engine, *asked, owner=body["owner"], seconds=body["seconds"], by=by)
    at.window.keyring.forget()
    return json_response(issued_out(issued), 201)


@blueprint.post("/keys/<id>/rotate")
@blueprint.input(RotationIn, arg_name="body")
@blueprint.doc(
    security=ACCOUNT,
    responses={201: answer("issued; the old key stays valid for `overlap` seconds", IssuedOut), **_REFUSED},
)
def rotate(id: str, body: dict[str, Any]) -> Response:
    """Replace a key.

    The new key has the same holder, mailboxes and rights. A holder has at most two valid keys at a time."""
    at, sandbox = ports(), guard.sandbox_name()
    issued = key_keeping.rotate(at.window.engine, sandbox, id, body["overlap"], callers.caller().name)
    at.window.keyring.forget()
    return json_response(issued_out(issued), 201)


@blueprint.delete("/keys/<id>")
@blueprint.doc(security=ACCOUNT, responses={200: answer("the revoked key", KeyOut), 404: _REFUSED[404]})
def revoke(id: str) -> Response:
    """Revoke a key.

    Effective at once in this process, within half a second in others."""
    at, sandbox = ports(), guard.sandbox_name()
    revoked = key_keeping.revoke(at.window.engine, sandbox, id, callers.caller().name)
    at.window.keyring.forget()
    return json_response(key_out(revoked))


def _page_of_keys(engine: Engine, home: str, after: str = "", limit: int = MAX_OF_SANDBOX) -> KeysOut:
    """Return a page of the keys of a sandbox with ids behind `after`; raises `UnknownSandbox`."""
    first, following = page(key_keeping.keys_of(engine, home, after, limit + 1), limit)
    return KeysOut(keys=tuple(map(key_out, first)), next=following)
