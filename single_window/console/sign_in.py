"""The pages on which officers sign in and out."""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

from flask import Blueprint, current_app, g, make_response, redirect, render_template, request, session
from flask_login import logout_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from single_window.accounts import rights, rows, signing_in
from single_window.cases import case_pages
from single_window.frame.http.callers import client_address
from single_window.frame.http.ports import ports
from single_window.frame.pages.persons import LEFT, TYPED_FORMS, SessionEnded, begin_session, current_person
from single_window.frame.pages.speech import link
from single_window.language import phrases
from single_window.store.engine import writing

UNSENT = "unsent"
"""The field of the sign-in form with the address to which a form was sent when its session had ended."""
OWN_FIELDS = frozenset({"name", "password", "next", "csrf_token", UNSENT})


def register(blueprint: Blueprint) -> None:
    """Add the pages and the forms."""
    blueprint.add_url_rule("/sign-in", "sign_in", show, methods=["GET"])
    blueprint.add_url_rule("/sign-in", "signed_in", sign_in, methods=["POST"])
    blueprint.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])
    blueprint.register_error_handler(SessionEnded, ended)


def show(refused: str = "", seconds: int = 0) -> str:
    """Show the form, with a description of each role. It keeps the fields of a form whose session had ended."""
    unsent = own_form(request.form.get(UNSENT, ""))
    return render_template(
        "console/sign_in.html",
        refused=refused,
        seconds=seconds,
        roles=rights.book().roles.values(),
        agencies=rights.book().agencies,
        following=own_path(request.values.get("next", "")),
        typed=request.form.get("name", "")[: signing_in.MAX_NAME_LENGTH],
        unsent=unsent,
        kept=[pair for pair in request.form.items(multi=True) if pair[0] not in OWN_FIELDS] if unsent else (),
    )


def ended(error: SessionEnded) -> tuple[str, int]:
    """Ask an officer whose session has ended to sign in again. What was typed about a case is kept: its page shows it
    again, and nothing has been done."""
    here = f"{quote(request.path)}?{request.query_string.decode('ascii', 'replace')}".rstrip("?")
    kept = [*request.form.items(multi=True)] if own_form(here) else []
    return render_template(
        "console/sign_in.html",
        refused="session_ended",
        seconds=0,
        roles=rights.book().roles.values(),
        agencies=rights.book().agencies,
        following=own_path(urlsplit(request.referrer or "")._replace(scheme="", netloc="").geturl()),
        typed="",
        unsent=own_form(here),
        kept=[pair for pair in kept if pair[0] not in OWN_FIELDS],
    ), 403


def sign_in() -> Response | str | tuple[str, int]:
    """Begin a session, then redirect to the requested page or the home page; or show the case again whose form was sent
    when the session had ended, with what was typed."""
    window, form = ports().window, request.form
    try:
        account = signing_in.verify(
            window.engine, form.get("name", ""), form.get("password", ""), client_address(window.settings)
        )
    except signing_in.Locked as locked:
        answer = make_response(show("sign_in_locked", locked.seconds), 429)
        answer.headers["Retry-After"] = str(locked.seconds)
        return answer
    except signing_in.NotSignedIn:
        return show("sign_in_refused"), 403
    begin_session(account)
    g.person = account.person
    if unsent := own_form(form.get(UNSENT, "")):
        where = urlsplit(unsent)
        endpoint, arguments = current_app.url_map.bind("").match(unquote(where.path), method="POST")
        words = phrases.phrase("label", "signed_in_again")
        by_id = endpoint != "console.decide"
        return case_pages.show_again(arguments["page"], arguments["number"], words, by_id=by_id)
    return redirect(own_path(form.get("next", "")) or link("console.home"), 303)


def sign_out() -> Response:
    """End all sessions of the account, in every browser."""
    if current_person().has_account:
        with writing(ports().window.engine) as connection:
            rows.end_sessions(connection, current_person().name)
    logout_user()
    session.clear()
    session[LEFT] = True  # a form of a page that still stands open is told so
    return redirect(link("console.sign_in"), 303)


def own_form(path: str) -> str:
    """Return the path if a form of a case's page with typed words is sent to it, else empty."""
    if not path.startswith("/") or path.startswith(("//", "/\\")) or not path.isprintable():
        return ""
    try:
        endpoint, _ = current_app.url_map.bind("").match(unquote(urlsplit(path).path), method="POST")
    except (HTTPException, RequestRedirect):
        return ""
    return path if endpoint in TYPED_FORMS else ""


def own_path(path: str) -> str:
    """Return the path if it leads to a page of the console, else empty (prevents open redirects)."""
    if not path.startswith("/") or path.startswith(("//", "/\\")) or not path.isprintable() or "\\" in path:
        return ""
    try:
        endpoint, _ = current_app.url_map.bind("").match(path.partition("?")[0].partition("#")[0], method="GET")
    except (HTTPException, RequestRedirect):
        return ""
    return path if str(endpoint).startswith("console.") and endpoint != "console.static" else ""
