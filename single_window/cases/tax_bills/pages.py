"""The console's page of tax bills: those that are overdue, in payment, paid or void."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from sqlalchemy import Connection

from gateways.tax.repository import Bill
from single_window.cases.tax_bills import queries
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.search_places import SearchPlace
from single_window.frame.pages.speech import requested_sandbox
from single_window.language import phrases
from single_window.store.engine import reading
from single_window.store.participants import company_names

BILL_SEARCH = SearchPlace(
    "console.tax_bills",
    phrases.phrase("label", "tax_bill"),
    lambda connection, sandbox, number: released(connection, sandbox, number) is not None,
)
STATES = ("overdue", "made", "collected", "void")
MOST = 100
"""Bills that the page shows."""


def register(blueprint: Blueprint) -> None:
    """Add the page."""
    add_page(blueprint, "/tax-bills", "tax_bills", show_bills)


def released(connection: Connection, sandbox: str, number: str) -> Bill | None:
    """Return the bill with a number, if its list was released."""
    bill = queries.find_bill(connection, sandbox, number)
    return bill if bill is not None and bill.released_at else None


def show_bills() -> str:
    """List released bills, newest release first: those of a state, by default the overdue ones; or the one with the
    number that is asked for."""
    wanted, number = request.args.get("state", ""), request.args.get("number", "").strip()
    state = wanted if wanted in STATES else STATES[0]
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        law, now = queries.sandbox_law(connection, sandbox).parameters, ports().window.now(sandbox)
        asked = released(connection, sandbox, number)
        if asked is not None:
            bills, state = [queries.amounts_owed(asked, now, law)], asked.state
        else:
            bills = queries.list_bills(connection, sandbox, now, law, state, MOST)
        guarantees = queries.guarantees_of(connection, sandbox, bills)
        names = company_names(connection, sandbox, guarantees)
        overdue = queries.count_overdue(connection, sandbox)
    return render_template(
        "console/tax_bills.html",
        bills=bills,
        number=number,
        found=asked is not None,
        guarantees=guarantees,
        names=names,
        overdue=overdue,
        state=state,
        states=STATES,
        most=MOST,
        state_of=phrases.state,
    )
