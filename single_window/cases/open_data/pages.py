"""The console's pages of open data: versions, drafts first, with the form that drafts a month; one version with what is
closed and why. In the navigation only where the sandbox opted in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from declarations.calendar import day_of
from declarations.parameters.tables.open_data import PublicationRules
from gateways.open_data.acts import MONTH
from single_window.cases.open_data import public_pages
from single_window.cases.open_data.answers import OpenDataMonthOut
from single_window.cases.open_data.decisions import DRAFTING, KIND, OPEN_DATA_DECISION
from single_window.cases.open_data.queries import OPEN_DATA_READER, OPEN_DATA_ROWS
from single_window.cases.own_pages import case_pages
from single_window.frame.creating import create
from single_window.frame.decision_kinds import Requested, Subject
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.decision_forms import await_answer, refusal_words
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.speech import link, requested_sandbox
from single_window.language.refusal import Refusal
from single_window.store.engine import reading
from single_window.store.law_books import law_of
from single_window.store.sandboxes import clocks

MOST_CELLS = 150
"""Closed cells that the page shows; all are in the call's answer."""


def _further(connection: Connection, sandbox: str, shown: OpenDataMonthOut, subject: Subject) -> Mapping[str, Any]:
    today = day_of(clocks(connection)[sandbox].now())
    rules = law_of(connection, sandbox).on("open_data.publication", today).table_as(PublicationRules)
    return {"closed": (shown.closed or ())[:MOST_CELLS], "share": rules.closeness}


_register, OPEN_DATA_LIST, OPEN_DATA_CASE_PAGE, OPEN_DATA_DECISION_PAGE = case_pages(
    OPEN_DATA_READER,
    OPEN_DATA_DECISION,
    "open_data",
    "open_data_month",
    waiting=OPEN_DATA_ROWS.waiting,
    number=lambda month: month.release_no,
    number_of_subject=lambda subject: subject.label,
    further=_further,
    template="console/open_data.html",
    opted=lambda options: options.open_data != "off",
)


def register(blueprint: Blueprint) -> None:
    """Add the pages, the form that drafts a month, and the public addresses."""
    _register(blueprint)
    add_page(blueprint, "/open_data", "draft_open_data", draft_month, ("decide_open_data",), method="POST")
    public_pages.register(blueprint)


def draft_month() -> tuple[str, int] | Response:
    """Draft the month of the form, and show all versions."""
    window = ports().window
    with reading(window.engine) as connection:
        sandbox = requested_sandbox(connection)
    wanted = Requested(DRAFTING.action, values={MONTH: request.form.get(MONTH, "")[:20]})
    try:
        filed = create(window, sandbox, KIND, DRAFTING, wanted, current_person())
    except Refusal as refused:
        return OPEN_DATA_LIST.page(refused=refused.words, typed_month=wanted.values[MONTH]), 422
    if (answered := await_answer(sandbox, filed)).refused:
        return OPEN_DATA_LIST.page(refused=refusal_words(answered), typed_month=wanted.values[MONTH]), 409
    return redirect(link("console.open_data"), 303)
