"""The console's pages of recalls: the board, by their clocks, with the form that orders one; one recall with its
balance and its decisions."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from flask import Blueprint, redirect, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from declarations.traceability.orders import KEYS, BadOrder, read_order
from gateways.traceability.acts import OPEN, TERMS
from single_window.cases.own_pages import case_pages
from single_window.cases.recalls.answers import RecallOut
from single_window.cases.recalls.decisions import KIND, ORDERING, RECALL_DECISION
from single_window.cases.recalls.queries import RECALL_CASES, by_clock, unit_of
from single_window.cases.recalls.trail import SOLD, trail
from single_window.frame.creating import create
from single_window.frame.decision_kinds import Requested, Subject
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.decision_forms import await_answer, refusal_words, tell_at
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.speech import link, requested_sandbox
from single_window.language.phrases import phrase
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.store.engine import reading
from single_window.store.trace_codes import batches_recalled

MOST_OUT, MOST_SEARCHED = 40, 2_000
"""Parcels that are out which the page names, and lines of lists in which it looks for them."""


def _batches(connection: Connection, sandbox: str, shown: RecallOut, subject: Subject) -> Mapping[str, Any]:
    """The lots with trace codes that the recall reaches, the unit of its quantities, and the parcels that are out."""
    unit = unit_of(connection, sandbox, subject.record)
    lines = islice(trail(connection, sandbox, subject.record), MOST_SEARCHED)
    out = list(islice((line for line in lines if line.state == SOLD), MOST_OUT + 1))
    return {
        "batches": batches_recalled(connection, sandbox, shown.recall_no),
        "unit": unit,
        "still_out": out[:MOST_OUT],
        "further_out": len(out) > MOST_OUT,
    }


_register, RECALL_LIST, RECALL_CASE_PAGE, RECALL_DECISION_PAGE = case_pages(
    RECALL_CASES,
    RECALL_DECISION,
    "recalls",
    "recall",
    waiting=by_clock,
    number=lambda recall: recall.recall_no,
    number_of_subject=lambda subject: subject.label,
    further=_batches,
    template="console/recalls.html",
)


def register(blueprint: Blueprint) -> None:
    """Add the pages, and the form that orders a recall."""
    _register(blueprint)
    add_page(blueprint, "/recalls", "order_recall", order_recall, ("decide_recalls",), method="POST")


def order_recall() -> tuple[str, int] | Response:
    """Order a recall as the form says, which a second officer may have to approve, and show the board."""
    window = ports().window
    with reading(window.engine) as connection:
        sandbox = requested_sandbox(connection)
    given = {key: _typed(key) for key in KEYS}
    terms = "; ".join(f"{key}={text}" for key, text in given.items() if text)
    wanted = Requested(OPEN, given["hazard"], values={TERMS: terms})
    try:
        read_order(terms)
        filed = create(window, sandbox, KIND, ORDERING, wanted, current_person())
    except BadOrder as bad:
        refused = Refusal("recall_field", field=phrase("label", f"recall_key_{bad.key}"), text=bad.text[:40] or "–")
        refused.field = bad.key
        tell_at(refused)
        return _board(refused.words), 422
    except Refusal as refused:
        return _board(refused.words), 422
    if (answered := await_answer(sandbox, filed)).refused:
        return _board(refusal_words(answered)), 409
    said = "proposed" if answered.proposed else "done"
    return redirect(link("console.recalls", **{said: OPEN}), 303)


def _typed(key: str) -> str:
    """Return a field of the form as terms have it: days without dashes, no semicolon, which would end the term."""
    text = request.form.get(key, "").strip().replace(";", "；")
    return text.replace("-", "") if key in ("from", "until") else text


def _board(refused: Words) -> str:
    return RECALL_LIST.page(refused=refused, ordered=request.form)
