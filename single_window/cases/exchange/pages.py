"""Reports of foreign exchange on pages: those that wait first; one with its legs, and what a bank officer decides."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from declarations.forex.rates import letters
from declarations.money import plain
from single_window.cases import exchange as forex
from single_window.cases import queue
from single_window.cases.case_pages import onward
from single_window.cases.exchange.answers import FOREX_REPORT
from single_window.frame.http.ports import ports
from single_window.frame.not_found import NotFound
from single_window.frame.pages.case_lists import CaseList
from single_window.frame.pages.decisions import awaited, not_carried_out
from single_window.frame.pages.persons import person
from single_window.frame.pages.speech import link, requested_sandbox
from single_window.frame.typed import history_out
from single_window.language import words
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.store.engine import reading
from single_window.store.law_books import law_of

MOST = 50
LEGS = 200
"""Legs of a report that are shown; a report has a thousand at most."""
WAITS = "in_review"
KEYS = {"approve": "a", "refuse": "x"}
"""Access keys of the decisions."""


LIST = CaseList(
    FOREX_REPORT,
    "exchange",
    lambda report: link("console.exchange_report", number=f"{report.reporter_code}|{report.cop_no}"),
    waiting=forex.waiting,
)


def register(blueprint: Blueprint) -> None:
    """Add the pages and the form."""
    blueprint.add_url_rule("/exchange", "exchange", LIST.page, methods=["GET"])
    blueprint.add_url_rule("/exchange/<path:number>", "exchange_report", show, methods=["GET"])
    blueprint.add_url_rule("/exchange/<path:number>", "decide_exchange", decide, methods=["POST"])


def show(number: str, refused: Words | None = None) -> str:
    """One report: legs, reasons with their sources, history, what may be decided, and another that waits."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        report = forex.find(connection, sandbox, number)
        if report is None:
            raise NotFound(number, sandbox)
        legs, past = forex.legs(connection, report), history_out(forex.history(connection, sandbox, report))
        following = forex.following(connection, sandbox, report.id)
        holder = queue.holder(connection, sandbox, ("forex_report", str(report.id)))
        law = law_of(connection, sandbox)
    return render_template(
        "console/exchange_report.html",
        report=report,
        legs=legs[:LEGS],
        past=past,
        plain=plain,
        letters=letters,
        refused=refused,
        holder=holder,
        keys=KEYS,
        may=tuple(KEYS) if report.state == WAITS else (),
        following=following,
        because=tuple(words.because(reason, law) for reason in report.reasons),
        typed=request.form if refused else {},
    )


def decide(number: str) -> tuple[str, int] | Response:
    """Decide about a report that waits, then show it."""
    form, window = request.form, ports().window
    with reading(window.engine) as connection:
        sandbox = requested_sandbox(connection)
    why = form.get("reason", "").strip()[:1_000]
    action = form.get("act", "")
    if action == "refuse" and not why:
        return show(number, words.phrase("label", "reason_needed")), 400
    try:
        filed = forex.act(window, sandbox, number, action, person(), why, form.get("version", 0, int))
    except forex.NoSuchReport:
        raise NotFound(number, sandbox) from None
    except forex.NotWaiting:
        return show(number, words.phrase("label", "moved_on")), 409
    except Refusal as refused:
        return show(number, refused.words), 409
    if (answered := awaited(sandbox, filed.decision)).refused:
        return show(number, not_carried_out(answered)), 409
    return onward(sandbox, ("forex_report", ""), answered, link("console.exchange_report", number=number))
