"""The console's page of tax bills: those that are overdue, in payment, paid or void."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from single_window.cases.tax_bills import queries
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.speech import requested_sandbox
from single_window.language import phrases
from single_window.store.engine import reading

STATES = ("overdue", "made", "collected", "void")
MOST = 100
"""Bills that the page shows."""


def register(blueprint: Blueprint) -> None:
    """Add the page."""
    add_page(blueprint, "/tax-bills", "tax_bills", show_bills)


def show_bills() -> str:
    """List released bills, newest release first: those of a state, by default the overdue ones."""
    wanted = request.args.get("state", "")
    state = wanted if wanted in STATES else STATES[0]
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        law, now = queries.sandbox_law(connection, sandbox).parameters, ports().window.now(sandbox)
        bills = queries.list_bills(connection, sandbox, now, law, state, MOST)
        overdue = queries.count_overdue(connection, sandbox)
    return render_template(
        "console/tax_bills.html",
        bills=bills,
        overdue=overdue,
        state=state,
        states=STATES,
        most=MOST,
        state_of=phrases.state,
    )
