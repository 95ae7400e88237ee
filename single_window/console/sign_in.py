"""The pages on which officers sign in and out."""

from __future__ import annotations

from flask import Blueprint, current_app, make_response, redirect, render_template, request, session
from flask_login import logout_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from single_window.accounts import rights, rows, signing_in
from single_window.frame.http.callers import client_address
from single_window.frame.http.ports import ports
from single_window.frame.pages.persons import begin_session, current_person
from single_window.frame.pages.speech import link
from single_window.store.engine import writing


def register(blueprint: Blueprint) -> None:
    """Add the pages and the forms."""
    blueprint.add_url_rule("/sign-in", "sign_in", show, methods=["GET"])
    blueprint.add_url_rule("/sign-in", "signed_in", sign_in, methods=["POST"])
    blueprint.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])


def show(refused: str = "", seconds: int = 0) -> str:
    """Show the form, with a description of each role."""
    return render_template(
        "console/sign_in.html",
        refused=refused,
        seconds=seconds,
        roles=rights.book().roles.values(),
        agencies=rights.book().agencies,
        following=own_path(request.values.get("next", "")),
        typed=request.form.get("name", "")[: signing_in.MAX_NAME_LENGTH],
    )


def sign_in() -> Response | tuple[str, int]:
    """Begin a session, then redirect to the requested page, or to the queue."""
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
    return redirect(own_path(form.get("next", "")) or link("console.review"), 303)


def sign_out() -> Response:
    """End all sessions of the account, in every browser."""
    if current_person().has_account:
        with writing(ports().window.engine) as connection:
            rows.end_sessions(connection, current_person().name)
    logout_user()
    session.clear()
    return redirect(link("console.sign_in"), 303)


def own_path(path: str) -> str:
    """Return the path if it leads to a page of the console, else empty (prevents open redirects)."""
    if not path.startswith("/") or path.startswith(("//", "/\\")) or not path.isprintable() or "\\" in path:
        return ""
    try:
        endpoint, _ = current_app.url_map.bind("").match(path.partition("?")[0].partition("#")[0], method="GET")
    except (HTTPException, RequestRedirect):
        return ""
    return path if str(endpoint).startswith("console.") and endpoint != "console.static" else ""
