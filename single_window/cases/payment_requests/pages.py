"""The console's pages of requests for original payment data: their outcomes, and a form to send a request."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from single_window.cases.payment_requests import queries as cases
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.speech import given_number, link, requested_sandbox
from single_window.intake.payment_uploads import findings_of
from single_window.store import payment_requests as rows
from single_window.store import sandboxes
from single_window.store.engine import reading

PAGE_SIZE = 50


def register(blueprint: Blueprint) -> None:
    """Add the pages."""
    add_page(blueprint, "/payment-requests", "payment_requests", show_payment_requests)
    add_page(blueprint, "/payment-requests", "ask_payment_data", ask, ("review_lists",), method="POST")
    add_page(blueprint, "/payment-requests/<session_id>", "payment_request", show)


def show_payment_requests() -> str:
    """List requests, newest first."""
    before = given_number("before")
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        now = sandboxes.find(connection, sandbox).clock.now()
        requests = rows.page(connection, sandbox, before, PAGE_SIZE + 1)
        return render_template(
            "console/payment_requests.html",
            listed=requests[:PAGE_SIZE],
            now=now,
            after=requests[PAGE_SIZE - 1].id if len(requests) > PAGE_SIZE else 0,
        )


def show(session_id: str) -> str:
    """Show one request with its answer, the text to sign, and the signed text."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        payment_request = cases.find_request(connection, sandbox, session_id)
        now = sandboxes.find(connection, sandbox).clock.now()
        return render_template(
            "console/payment_request.html", payment=payment_request, now=now, findings=findings_of(payment_request)
        )


def ask() -> Response:
    """Send a request for an order to its platform, then show the request."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
    number = request.form.get("order_no", "").strip()
    made = cases.file_request(ports().window, sandbox, number, current_person().name)
    return redirect(link("console.payment_request", session_id=made.session_id), 303)
