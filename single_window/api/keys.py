"""Keys of programs over HTTP, for administrators: issued, listed, replaced, revoked. A text is shown once."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from single_window.accounts import key_keeping
from single_window.accounts.key_keeping import BadKeyRequest, NoSuchKey, TooManyKeys
from single_window.answers import keys
from single_window.answers.keys import IssuedOut, KeyOut, KeysOut, issued_out, key_out
from single_window.api.key_documentation import KeyIn, KeysIn, RotationIn
from single_window.frame.http import callers, guard
from single_window.frame.http.documentation import ACCOUNT, BY_ACCOUNT, answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import Problem, json_response, problem

blueprint = APIBlueprint("keys", __name__, tag="keys")
_REFUSED = {
    400: refused("the request is not as described"),
    404: refused("no such key or sandbox"),
    409: refused("the holder has as many keys as he may have"),
}


@blueprint.get("/keys")
@blueprint.input(KeysIn, location="query", arg_name="query")
@blueprint.doc(
    tags=["keys"],
    security=ACCOUNT,
    responses={200: answer("keys of the sandbox", KeysOut), 404: _REFUSED[404], **BY_ACCOUNT},
)
def listed(query: dict[str, Any]) -> Response:
    """List keys.

    Those of the sandbox, alive or not, without their secrets; `next` is the `after` of the next page."""
    return json_response(keys.listed(ports().window.engine, guard.sandbox_name(), query["after"], query["limit"]))


@blueprint.post("/keys")
@blueprint.input(KeyIn, arg_name="body")
@blueprint.doc(tags=["keys"], security=ACCOUNT, responses={201: answer("issued", IssuedOut), **_REFUSED, **BY_ACCOUNT})
def issue(body: dict[str, Any]) -> Response:
    """Issue a key.

    It belongs to the sandbox and to these mailboxes, and has these rights. The answer shows its text, this once."""
    at = ports()
    try:
        issued = key_keeping.issue(
            at.window.engine,
            guard.sandbox_name(),
            body["mailboxes"],
            body["rights"],
            owner=body["owner"],
            seconds=body["seconds"],
            by=callers.caller().name,
        )
    except BadKeyRequest as bad:
        raise _refusal(bad) from None
    at.window.keyring.forget()
    return json_response(issued_out(issued), 201)


@blueprint.post("/keys/<id>/rotate")
@blueprint.input(RotationIn, arg_name="body")
@blueprint.doc(
    tags=["keys"],
    security=ACCOUNT,
    responses={
        201: answer("issued; the old one opens for `overlap` seconds more", IssuedOut),
        **_REFUSED,
        **BY_ACCOUNT,
    },
)
def rotate(id: str, body: dict[str, Any]) -> Response:
    """Replace a key.

    The new one has the same holder, mailboxes and rights. At most two of a holder are alive at a time."""
    at, sandbox = ports(), guard.sandbox_name()
    try:
        issued = key_keeping.rotate(at.window.engine, sandbox, id, body["overlap"], callers.caller().name)
    except NoSuchKey:
        raise problem("no-such-key", sandbox=sandbox, id=id) from None
    except BadKeyRequest as bad:
        raise _refusal(bad) from None
    at.window.keyring.forget()
    return json_response(issued_out(issued), 201)


@blueprint.delete("/keys/<id>")
@blueprint.doc(
    tags=["keys"],
    security=ACCOUNT,
    responses={200: answer("it opens nothing any more", KeyOut), 404: _REFUSED[404], **BY_ACCOUNT},
)
def revoke(id: str) -> Response:
    """Revoke a key.

    At once in this process, within half a second in others."""
    at, sandbox = ports(), guard.sandbox_name()
    try:
        revoked = key_keeping.revoke(at.window.engine, sandbox, id, callers.caller().name)
    except NoSuchKey:
        raise problem("no-such-key", sandbox=sandbox, id=id) from None
    at.window.keyring.forget()
    return json_response(key_out(revoked))


def _refusal(bad: BadKeyRequest) -> Problem:
    return problem("too-many-keys" if isinstance(bad, TooManyKeys) else "bad-key-request", reason=bad)
