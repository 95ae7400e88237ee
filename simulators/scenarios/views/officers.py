"""Officers of a temporary window: each has an account, signs in once, and reads pages and presses their buttons as a
browser does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Event, Lock
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

import urllib3

from simulators.entry.windows import CallRefused, WindowClient, pause_of
from simulators.scenarios.views.forms import forms_of

PASSWORD = "as-known-to-nobody-7"
MOST_ATTEMPTS = 60
SEE_OTHER = (302, 303)


class OfficerAccount(NamedTuple):
    """An officer: a role, and, where the role has none of its own, the agency that he works for."""

    role: str
    agency: str = ""

    @property
    def name(self) -> str:
        """The name of his account."""
        return "-".join(filter(None, (self.role.replace("_", "-"), self.agency.replace("_", "-"))))


OFFICERS: Mapping[str, OfficerAccount] = {
    officer.name: officer
    for officer in (
        OfficerAccount("supervisor", "customs"),
        OfficerAccount("supervisor", "tax"),
        OfficerAccount("reviewer"),
        OfficerAccount("inspector"),
        OfficerAccount("tax_officer"),
        OfficerAccount("exchange_officer"),
        OfficerAccount("registrar"),
        OfficerAccount("quality_officer"),
        OfficerAccount("credit_officer"),
        OfficerAccount("recall_officer"),
        OfficerAccount("port_officer"),
        OfficerAccount("overseas_officer"),
        OfficerAccount("korea_officer"),
        OfficerAccount("commerce_officer"),
        OfficerAccount("statistician"),
        OfficerAccount("auditor"),
        OfficerAccount("administrator"),
    )
}
"""All of them have accounts as soon as one is asked for, since pages of a team list them."""


class ShownPage(NamedTuple):
    """A page as a browser shows it in the end: its address, its HTTP status, its type and its text."""

    address: str
    status: int
    mime: str
    text: str


class OfficerBrowser:
    """The browser of an officer who has signed in."""

    def __init__(self, url: str, pool: urllib3.PoolManager) -> None:
        self._url, self._pool, self._cookies = url, pool, dict[str, str]()

    def sign_in(self, name: str) -> None:
        """Sign in by the page for it; raises `CallRefused`."""
        page = self.get("/sign-in?lang=en")
        (form,) = (each for each in forms_of(page.text) if "/sign-in" in each.action)
        wanted = {"name": name, "password": PASSWORD}
        answer = self._ask("POST", form.action, form.values(wanted=wanted))
        if answer.status not in SEE_OTHER:
            raise CallRefused(answer.status, (), f"{name} cannot sign in")

    def get(self, path: str) -> ShownPage:
        """The page at a path, and where that leads elsewhere, the page there."""
        return self._shown(path, self._ask("GET", path))

    def post(self, path: str, fields: Sequence[tuple[str, str]]) -> ShownPage:
        """The page that follows a form."""
        return self._shown(path, self._ask("POST", path, fields))

    def _shown(self, path: str, answer: urllib3.BaseHTTPResponse) -> ShownPage:
        for _ in range(3):
            if answer.status not in SEE_OTHER:
                break
            where = urlsplit(answer.headers.get("Location", ""))._replace(scheme="", netloc="", fragment="")
            path = where.geturl()
            answer = self._ask("GET", path)
        mime = answer.headers.get("Content-Type", "").partition(";")[0]
        return ShownPage(path, answer.status, mime, answer.data.decode("utf-8", "replace"))

    def _ask(self, method: str, path: str, fields: Sequence[tuple[str, str]] = ()) -> urllib3.BaseHTTPResponse:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        body = urlencode(fields) if method == "POST" else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        for _ in range(MOST_ATTEMPTS):
            answer = self._pool.request(method, self._url + path, headers=headers, body=body, redirect=False)
            if not (pause := pause_of(answer.status, answer.headers.get("Retry-After", ""))):
                break
            Event().wait(pause)
        for cookie in answer.headers.getlist("Set-Cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer


class WindowInside(NamedTuple):
    """Reader of what can be seen of a window of this process by no call: its officers' pages, and what it has noted of
    a sandbox, line by line."""

    officers: SignedInOfficers
    noted: Callable[[str], Sequence[str]]


class SignedInOfficers:
    """The officers of a window; the first that is asked for makes the accounts of all."""

    def __init__(self, owner: WindowClient) -> None:
        self._owner, self._lock = owner, Lock()
        self._pool = urllib3.PoolManager(retries=False, timeout=90)
        self._are_made = False
        self._browsers: dict[tuple[str, str], OfficerBrowser] = {}

    def browser(self, name: str, sandbox: str) -> OfficerBrowser:
        """A browser in which an officer has signed in, used for one sandbox."""
        with self._lock:
            if not self._are_made:
                self._make()
            if (name, sandbox) not in self._browsers:
                browser = OfficerBrowser(self._owner.url, self._pool)
                browser.sign_in(name)
                self._browsers[name, sandbox] = browser
            return self._browsers[name, sandbox]

    def _make(self) -> None:
        for officer in OFFICERS.values():
            made = {"name": officer.name, "role": officer.role, "agency": officer.agency, "password": PASSWORD}
            self._owner.caller.call("POST", "/accounts", json={name: value for name, value in made.items() if value})
        self._are_made = True
