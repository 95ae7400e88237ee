"""The console's page of deliveries that could not be processed, with forms to retry or dismiss them.

The forms need no JavaScript and no CSRF token: requests from pages of other sites are refused by their Origin before a
view is called.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.decision_forms import CasePage
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.speech import given_number, link, requested_sandbox
from single_window.store import subjects
from single_window.store.engine import reading
from single_window.store.names import PARKED
from single_window.store.parking import STATES, count, parked_deliveries
from single_window.work import parking
from single_window.work.parking import ParkingResult

PAGE_SIZE = 50
PARKED_CASE_PAGE = CasePage(subjects.PARKED, lambda case: link("console.parked", delivery=case.number))


def register(blueprint: Blueprint) -> None:
    """Add the page and its forms."""
    add_page(blueprint, "/parked", "parked", show, ("see_operations",))
    add_page(blueprint, "/parked", "handle", retry_or_dismiss, ("handle_parked",), method="POST")


def show(refusal: str = "") -> str:
    """List parked, dismissed or open deliveries, newest first; `refusal` names the label that says why the form was
    refused."""
    state = _requested_state()
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        deliveries = parked_deliveries(connection, sandbox, STATES[state], PAGE_SIZE + 1, given_number("before"))
        total = count(connection, sandbox, STATES[state])
    return render_template(
        "console/parked.html",
        state=state,
        deliveries=deliveries[:PAGE_SIZE],
        total=total,
        after=deliveries[PAGE_SIZE - 1].id if len(deliveries) > PAGE_SIZE else 0,
        refusal=refusal,
        counts=[(name, request.args.get(name, 0, int)) for name in ("retried", "dismissed", "unchanged")],
    )


def retry_or_dismiss() -> tuple[str, int] | Response:
    """Retry or dismiss the marked deliveries, or all parked ones; then show the page with the result."""
    form = request.form
    every, ids = form.get("which") == "all", _ids(form.getlist("id"))
    why = form.get("reason", "").strip()
    act = form.get("act", "")
    if act not in {"retry", "dismiss"} or not (every or ids):
        return show("marked"), 400
    if act == "dismiss" and not why:
        return show("reason_missing"), 400
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
    window, chosen = ports().window, None if every else ids
    if act == "retry":
        return _result_page(parking.retry(window, sandbox, chosen, current_person()), "retried")
    return _result_page(parking.dismiss(window, sandbox, chosen, current_person(), why[:1_000]), "dismissed")


def _result_page(done: ParkingResult, name: str) -> Response:
    counts = {name: len(done.changed)}
    if unchanged := len(done.outcomes) - len(done.changed) if done.outcomes else 0:
        counts["unchanged"] = unchanged
    state = {"state": _requested_state()} if _requested_state() != PARKED else {}
    return redirect(link("console.parked", **state, **counts), 303)


def _requested_state() -> str:
    state = request.args.get("state", "")
    return state if state in STATES else PARKED


def _ids(given: Sequence[str]) -> list[int]:
    return [int(text) for text in given if text.isascii() and text.isdigit() and len(text) < 19]
