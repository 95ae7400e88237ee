"""Accounts of officers over HTTP, for whoever owns the data folder: listed, made, changed, unlocked."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import Boolean, String
from apiflask.validators import Length
from flask import Response

from single_window.accounts import keeping, rows
from single_window.accounts.keeping import BadAccount, NoSuchAccount
from single_window.accounts.passwords import BadPassword
from single_window.answers.keys import AccountOut, AccountsOut, account_out
from single_window.frame.http import callers
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import Problem, json_response, problem
from single_window.store.engine import reading


class AccountIn(Schema):
    """An account to be made."""

    name = String(required=True, validate=Length(1, 40))
    role = String(required=True, validate=Length(1, 40))
    password = String(required=True, validate=Length(1, 1_000))
    display = String(load_default="", validate=Length(0, 100), metadata={"description": "the name that pages show"})
    agency = String(load_default="", validate=Length(0, 40), metadata={"description": "of a supervisor"})
    office = String(load_default="", validate=Length(0, 10), metadata={"description": "a customs office; empty: all"})


class PasswordIn(Schema):
    """Another password."""

    password = String(required=True, validate=Length(1, 1_000))


class DisabledIn(Schema):
    """A switch: may the account be used?"""

    disabled = Boolean(required=True)


blueprint = APIBlueprint("accounts", __name__, tag="keys")
blueprint.before_request(callers.demand_owner)
_REFUSED = {
    400: refused("the request is not as described"),
    401: refused("no credentials, or wrong ones"),
    403: refused("the caller does not own the data folder"),
    404: refused("no such account"),
}


@blueprint.get("/accounts")
@blueprint.doc(tags=["keys"], responses={200: answer("by name", AccountsOut), 403: _REFUSED[403]})
def listed() -> Response:
    """List accounts of officers.

    Calls about accounts are for whoever owns the data folder: with its secret, on the machine of the window."""
    with reading(ports().window.engine) as connection:
        return json_response(AccountsOut(accounts=tuple(map(account_out, rows.listed(connection)))))


@blueprint.post("/accounts")
@blueprint.input(AccountIn, arg_name="body")
@blueprint.doc(tags=["keys"], responses={201: answer("made", AccountOut), **_REFUSED})
def make(body: dict[str, Any]) -> Response:
    """Make an account.

    With a role, for one authority or all, at one customs office or all."""
    try:
        made = keeping.make(ports().window.engine, body.pop("name"), body.pop("role"), body.pop("password"), **body)
    except (BadAccount, BadPassword) as bad:
        raise problem("bad-account", reason=bad) from None
    return json_response(account_out(made), 201)


@blueprint.put("/accounts/<name>/password")
@blueprint.input(PasswordIn, arg_name="body")
@blueprint.doc(tags=["keys"], responses={200: answer("it has another password", AccountOut), **_REFUSED})
def put_password(name: str, body: dict[str, str]) -> Response:
    """Give an account another password.

    Whoever is signed in with it is signed out."""
    try:
        keeping.set_password(ports().window.engine, name, body["password"])
    except BadPassword as bad:
        raise problem("bad-account", reason=bad) from None
    except NoSuchAccount:
        raise _missing(name) from None
    return _shown(name)


@blueprint.patch("/accounts/<name>")
@blueprint.input(DisabledIn, arg_name="body")
@blueprint.doc(tags=["keys"], responses={200: answer("as it is from now on", AccountOut), **_REFUSED})
def change(name: str, body: dict[str, bool]) -> Response:
    """Disable an account, or enable it again.

    Whoever is signed in with one that is disabled is signed out."""
    try:
        keeping.set_disabled(ports().window.engine, name, body["disabled"])
    except NoSuchAccount:
        raise _missing(name) from None
    return _shown(name)


@blueprint.delete("/accounts/<name>/lock")
@blueprint.doc(tags=["keys"], responses={200: answer("it may sign in at once", AccountOut), **_REFUSED})
def unlock(name: str) -> Response:
    """End the pause of an account.

    The one that failed sign-ins have put on it."""
    try:
        keeping.unlock(ports().window.engine, name)
    except NoSuchAccount:
        raise _missing(name) from None
    return _shown(name)


def _shown(name: str) -> Response:
    with reading(ports().window.engine) as connection:
        found = rows.find(connection, name)
    if found is None:
        raise _missing(name)
    return json_response(account_out(found))


def _missing(name: str) -> Problem:
    return problem("no-such-account", name=name, path="name", found=name)
