"""HTTP calls for the owner of the data folder to list, create, change and unlock officers' accounts."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, String
from apiflask.validators import Length
from flask import Response

from single_window.accounts import keeping, rows
from single_window.answers.keys import AccountOut, AccountsOut, AlertWebhookOut, account_out
from single_window.channels import alert_posting
from single_window.frame.http import callers
from single_window.frame.http.calls import Calls
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response
from single_window.store.engine import reading


class AccountIn(Schema):
    """A new account."""

    name = String(required=True, validate=Length(1, 40))
    role = String(required=True, validate=Length(1, 40))
    password = String(required=True, validate=Length(1, 1_000))
    display = String(load_default="", validate=Length(0, 100), metadata={"description": "the name that pages show"})
    agency = String(load_default="", validate=Length(0, 40), metadata={"description": "of a supervisor"})
    office = String(load_default="", validate=Length(0, 10), metadata={"description": "a customs office; empty: all"})


class PasswordIn(Schema):
    """A new password."""

    password = String(required=True, validate=Length(1, 1_000))


class AlertWebhookIn(Schema):
    """The address to which an officer's alerts are posted."""

    url = String(required=True, validate=Length(1, 1_000), metadata={"description": "http or https"})


class DisabledIn(Schema):
    """A request to disable an account, or to enable it again."""

    disabled = Boolean(required=True)


blueprint = Calls("accounts", __name__, rights=("manage_keys",), tag="keys")
blueprint.before_request(callers.demand_owner)
_REFUSED = {
    400: refused("the request is not as described"),
    401: refused("no credentials, or wrong ones"),
    403: refused("the caller does not own the data folder"),
    404: refused("no such account"),
}


@blueprint.get("/accounts")
@blueprint.doc(responses={200: answer("by name", AccountsOut), 403: _REFUSED[403]})
def listed() -> Response:
    """List accounts of officers.

    Calls about accounts are for the owner of the data folder: with its secret, on the machine of the window."""
    with reading(ports().window.engine) as connection:
        return json_response(AccountsOut(accounts=tuple(map(account_out, rows.all_accounts(connection)))))


@blueprint.post("/accounts")
@blueprint.input(AccountIn, arg_name="body")
@blueprint.doc(responses={201: answer("created", AccountOut), **_REFUSED})
def make(body: dict[str, Any]) -> Response:
    """Create an account.

    With a role, for one authority or all, at one customs office or all."""
    made = keeping.make(ports().window.engine, body.pop("name"), body.pop("role"), body.pop("password"), **body)
    return json_response(account_out(made), 201)


@blueprint.put("/accounts/<name>/password")
@blueprint.input(PasswordIn, arg_name="body")
@blueprint.doc(responses={200: answer("the account with the new password", AccountOut), **_REFUSED})
def put_password(name: str, body: dict[str, str]) -> Response:
    """Change the password of an account.

    All its sessions end."""
    keeping.set_password(ports().window.engine, name, body["password"])
    return _account_response(name)


@blueprint.patch("/accounts/<name>")
@blueprint.input(DisabledIn, arg_name="body")
@blueprint.doc(responses={200: answer("the changed account", AccountOut), **_REFUSED})
def change(name: str, body: dict[str, bool]) -> Response:
    """Disable or enable an account.

    All sessions of a disabled account end."""
    keeping.set_disabled(ports().window.engine, name, body["disabled"])
    return _account_response(name)


@blueprint.delete("/accounts/<name>/lock")
@blueprint.doc(responses={200: answer("the unlocked account", AccountOut), **_REFUSED})
def unlock(name: str) -> Response:
    """Unlock an account.

    Ends the pause after failed sign-ins."""
    keeping.unlock(ports().window.engine, name)
    return _account_response(name)


@blueprint.put("/accounts/<name>/webhook")
@blueprint.input(AlertWebhookIn, arg_name="body")
@blueprint.doc(responses={200: answer("the webhook, with a new secret", AlertWebhookOut), **_REFUSED})
def put_webhook(name: str, body: dict[str, str]) -> Response:
    """Post an officer's alerts to an address.

    Each mention, case handed to him and case given to him, as JSON without the text of notes, signed like receipts. The
    address gets a new secret. Confirmed by a 2xx status; tried four times within six minutes."""
    made = alert_posting.put(ports().window, name, body["url"])
    return json_response(AlertWebhookOut.of(made))


@blueprint.delete("/accounts/<name>/webhook")
@blueprint.doc(responses={200: answer("the account", AccountOut), **_REFUSED})
def remove_webhook(name: str) -> Response:
    """Post no more alerts of an officer.

    What was not posted yet stays on his home page only."""
    alert_posting.remove(ports().window, name)
    return _account_response(name)


def _account_response(name: str) -> Response:
    with reading(ports().window.engine) as connection:
        found = rows.find(connection, name)
    if found is None:
        raise keeping.NoSuchAccount(name)
    return json_response(account_out(found))
