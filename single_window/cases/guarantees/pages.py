"""The console's pages of guarantees: amounts, the shares used by bills, and the form that changes an amount."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from sqlalchemy import select

from single_window.cases.form_values import form_values
from single_window.cases.guarantees.decisions import GUARANTEE_DECISION
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.decision_forms import pages_of_cases
from single_window.frame.pages.speech import link, requested_sandbox
from single_window.language.words import Words
from single_window.store.engine import reading
from single_window.store.tables import guarantee

PAGE_SIZE = 50


def register(blueprint: Blueprint) -> None:
    """Add the pages and the form."""
    add_page(blueprint, "/guarantees", "guarantees", show_guarantees)
    add_page(blueprint, "/guarantees/<code>", "guarantee", show_guarantee)


def show_guarantees() -> str:
    """List guarantees by code, beginning behind the code `after`."""
    columns, after = guarantee.c, request.args.get("after", "")[:30]
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        rows = connection.execute(
            select(guarantee)
            .where(columns.sandbox == sandbox, columns.assure_code > after)
            .order_by(columns.assure_code)
            .limit(PAGE_SIZE + 1)
        ).all()
    return render_template(
        "console/guarantees.html",
        rows=rows[:PAGE_SIZE],
        after=rows[PAGE_SIZE - 1].assure_code if len(rows) > PAGE_SIZE else "",
    )


def show_guarantee(code: str, refused: Words | None = None) -> str:
    """Show one guarantee, a proposed change, and the form."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        subject = GUARANTEE_DECISION.find(connection, sandbox, code)
        values = form_values(connection, sandbox, GUARANTEE_DECISION, subject, refused)
    return render_template("console/guarantee.html", guarantee=subject.record, was=subject.state, **values)


GUARANTEE_CASE_PAGE, GUARANTEE_DECISION_PAGE = pages_of_cases(
    GUARANTEE_DECISION,
    "/guarantees/<number>",
    show_guarantee,
    lambda number: link("console.guarantee", code=number),
)
