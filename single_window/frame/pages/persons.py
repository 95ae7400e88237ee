"""Identifies the visitor of a page: the officer of a valid session, else a guest or a stranger.

A session is a signed cookie with the account, the account's session epoch, and the times of its beginning and last use.
Changing the password, disabling the account and signing out end all sessions of the account.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from flask import Flask, Request, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from werkzeug.wrappers import Response as AnyResponse

from single_window.accounts import rights, rows
from single_window.accounts.folder_secrets import SESSION_KEY, folder_secret
from single_window.accounts.people import GUEST, STRANGER, Person
from single_window.accounts.rows import Account
from single_window.clock import system_now
from single_window.frame.http.callers import is_local
from single_window.frame.http.ports import PREFIX, ports
from single_window.frame.http.problems import problem
from single_window.language import for_people
from single_window.settings import Settings
from single_window.store.engine import reading

PAGES = "console"
"""The blueprint with sessions and CSRF tokens; the API has neither."""
TYPED_FORMS = frozenset({f"{PAGES}.decide", f"{PAGES}.add_note", f"{PAGES}.add_photos", f"{PAGES}.assign"})
"""Forms of a case's page: what was typed is kept when the session has ended meanwhile."""
LEFT = "left"
"""Stands in the session of a browser in which an officer has signed out."""
BY_ITSELF = frozenset({f"{PAGES}.review_changes"})
"""What a page asks by itself while nobody may be there: it keeps no session alive."""
MINUTE = 60_000
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_csrf = CSRFProtect()


class SessionEnded(Exception):
    """A form came from an officer whose session has ended."""

    permanent = True


class SignedIn(UserMixin):  # type: ignore[misc]  # the library has no types
    """A signed-in officer, for Flask-Login."""

    def __init__(self, account: Account) -> None:
        self.id, self.epoch, self.person = account.name, account.session_epoch, account.person


class PageSessions(SecureCookieSessionInterface):
    """Sessions of the pages only; requests to the API open none."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of a request; for the API, an empty one that cannot be changed."""
        return self.make_null_session(app) if request.path.startswith(PREFIX) else super().open_session(app, request)


def prepare(app: Flask, settings: Settings) -> None:
    """Set up sessions and CSRF tokens for an application."""
    app.session_interface = PageSessions()
    app.jinja_env.finalize = _shown_value
    key = folder_secret(settings.data, SESSION_KEY)
    app.config.update(
        SECRET_KEY=key,
        # cookies do not distinguish ports: two windows on one machine need different names
        SESSION_COOKIE_NAME=f"single-window-{sha256(key.encode()).hexdigest()[:8]}",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.exposed,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    _csrf.init_app(app)
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_load_account)


def _shown_value(value: Any) -> Any:
    """Prepare a value for a template: control characters for text direction are made visible or removed."""
    if not isinstance(value, str) or value.isascii():
        return value
    straight = for_people.straight(value)
    return value if straight == value else type(value)(straight)


def begin_session(account: Account) -> None:
    """Begin a new session, and discard everything in the previous one."""
    session.clear()
    now = system_now()
    session.update(epoch=account.session_epoch, since=now, seen=now)
    login_user(SignedIn(account))


def identify_visitor() -> AnyResponse | None:
    """Identify the visitor before every page, and check CSRF token and rights; a stranger is sent to the sign-in
    page. Raises `SessionEnded` for a form of an officer whose session has ended."""
    if request.blueprint != PAGES or request.endpoint == f"{PAGES}.static":
        return None
    signed_in = current_user.is_authenticated
    g.person = current_user.person if signed_in else GUEST if is_local() else STRANGER
    if signed_in and request.endpoint not in BY_ITSELF and system_now() - session["seen"] > MINUTE:
        session["seen"] = system_now()
    if request.method not in _SAFE:
        needs_account = not signed_in and not rights.may_reach(g.person, request.endpoint or "")
        kept = not signed_in and (request.endpoint in TYPED_FORMS or LEFT in session)
        if (needs_account or kept) and not _has_token():
            raise SessionEnded
        _check_form()
        if needs_account and "since" in session:
            raise SessionEnded
    if not rights.may_reach(g.person, request.endpoint or "") and not g.person.has_account and request.method in _SAFE:
        return redirect(url_for("console.sign_in", next=request.full_path.rstrip("?")), 303)
    rights.demand_page(g.person, request.endpoint or "")
    return None


def current_person() -> Person:
    """Return the current visitor. A page that was refused before `identify_visitor` ran, and the one that says that
    there is no page, belong to the account of the session; without one the visitor is a stranger there."""
    if "person" not in g and request.blueprint in {PAGES, None} and current_user.is_authenticated:
        own: Person = current_user.person
        return own
    signed_in: Person = g.get("person", STRANGER)
    return signed_in


def form_token() -> str:
    """Return the CSRF token for a form."""
    return str(generate_csrf())


def _check_form() -> None:
    if not _has_token():
        raise problem("csrf")


def _has_token() -> bool:
    """True if a form has the token of its session."""
    try:
        _csrf.protect()
    except CSRFError:
        return False
    return True


def _load_account(name: str) -> Any:
    """Return the officer of a session; None if it has ended."""
    now, settings = system_now(), ports().window.settings
    idle, lasted = now - session.get("seen", 0), now - session.get("since", 0)
    if idle >= settings.session_idle * MINUTE or lasted >= settings.session_longest * MINUTE:
        return None
    with reading(ports().window.engine) as connection:
        account = rows.find(connection, name)
    if account is None or account.disabled_at or account.session_epoch != session.get("epoch"):
        return None
    return SignedIn(account)
