"""Officers for tests: somebody who may decide, and a browser in which he has signed in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from declarations.tax.consumption import HIGH_END
from gateways.customs.review import CONCLUDES
from single_window.accounts import keeping
from single_window.accounts.keeping import BadAccount
from single_window.accounts.people import OPERATOR, Person
from single_window.cases.declarations.cosmetics import waiting_lines
from single_window.cases.declarations.revaluing import COSMETICS
from single_window.cases.subjects import DECISION_KINDS
from single_window.context import Context
from single_window.frame import deciding
from single_window.frame.deciding import Filed
from single_window.frame.decision_kinds import DecisionKind, Requested
from single_window.store.engine import reading
from single_window.store.subjects import reasons_of

PASSWORD = "correct horse battery"
TESTER = Person("tester", OPERATOR.role)
"""Who decides in stories: as the operator does, for every authority and office, with nobody's approval."""
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def named(name: str, role: str = "supervisor") -> Person:
    """An officer with this name, of every authority that his role works for and of every office."""
    return Person(name, role)


def account(context: Context, name: str = "wang", role: str = "supervisor", **more: str) -> tuple[str, str]:
    """Make an account unless it is there; gives its name and password, as HTTP Basic wants them."""
    try:
        keeping.make(context.engine, name, role, PASSWORD, **more)
    except BadAccount as made:
        if "already" not in str(made):
            raise
    return name, PASSWORD


class Browser:
    """A browser that sends the tokens of our forms; it looks as whoever has signed in with it, at first a guest."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, *where: Any, **how: Any) -> TestResponse:
        """Ask for a page."""
        return self.client.get(*where, **how)

    def post(self, path: str, *, data: Any = None, **how: Any) -> TestResponse:
        """Send a form of a page of ours; a call of the API goes as it is."""
        if path.startswith("/api/"):
            return self.client.post(path, data=data, **how)
        return self.client.post(path, data={**(data or {}), "csrf_token": self.token()}, **how)

    @property
    def application(self) -> Any:
        """What it talks to."""
        return self.client.application

    def token(self) -> str:
        """What this browser's forms carry."""
        match = _TOKEN.search(self.client.get("/sign-in").text)
        assert match is not None
        return match.group(1)

    def sign_in(self, name: str, password: str = PASSWORD, **form: str) -> TestResponse:
        """Send the sign-in form."""
        return self.post("/sign-in", data={"name": name, "password": password, **form})


def signed_in(
    client: FlaskClient, context: Context, name: str = "wang", role: str = "supervisor", **more: str
) -> Browser:
    """A browser in which an officer has signed in, with an account that is made unless it is there."""
    browser = Browser(client)
    answer = browser.sign_in(*account(context, name, role, **more))
    assert answer.status_code == 303, answer.text
    return browser


def decide(window: Context, sandbox: str, kind: DecisionKind, number: str, requested: Requested, who: Person) -> Filed:
    """File what somebody decides about the subject that a number names."""
    return deciding.decide(window, sandbox, kind, deciding.find(window, sandbox, kind, number), requested, who)


def act(
    window: Context,
    sandbox: str,
    number: str,
    action: str,
    reason: str = "",
    officer: Person = TESTER,
    *,
    about: str = "declaration",
    seen: int = 0,
    as_declared: bool = True,
    **values: object,
) -> Filed:
    """File what an officer decides; an inspection that he concludes has found the goods as they are declared, and
    cosmetics of which he says nothing are high-end."""
    if about == "declaration" and as_declared:
        values["as_declared"] = True
    if about == "declaration" and action in CONCLUDES and COSMETICS not in values:
        with reading(window.engine) as connection:
            found = DECISION_KINDS[about].find(connection, sandbox, number)
            waiting = waiting_lines(reasons_of(connection, sandbox, int(found.id)))
        values |= {COSMETICS: dict.fromkeys(waiting, HIGH_END)} if waiting else {}
    return decide(window, sandbox, DECISION_KINDS[about], number, Requested(action, reason, seen, values), officer)


def change_parameter(
    window: Context, sandbox: str, name: str, numbers: Mapping[str, str], since: str, *, by: Person, **more: Any
) -> int:
    """File, or propose, that a parameter has these numbers from a day on."""
    reason, seen = more.get("reason", ""), more.get("seen", 0)
    wanted = Requested("change", reason, seen, {"value": dict(numbers), "since": since})
    return decide(window, sandbox, DECISION_KINDS["parameter"], name, wanted, by).decision


def change_guarantee(
    window: Context, sandbox: str, code: str, amount: str, *, by: Person, reason: str = "", seen: int = 0
) -> int:
    """File, or propose, that a guarantee amounts to so much."""
    return decide(
        window, sandbox, DECISION_KINDS["guarantee"], code, Requested("change", reason, seen, {"amount": amount}), by
    ).decision
