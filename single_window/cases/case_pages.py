"""Where a case is decided, and where its officer goes from there."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import redirect, request, session
from werkzeug.wrappers import Response

from single_window.accounts import filters
from single_window.cases import queue
from single_window.cases.inspection_results import INSPECTED
from single_window.frame.http.ports import ports
from single_window.frame.pages.persons import person
from single_window.frame.pages.speech import link
from single_window.store.case_queue import Case, Key
from single_window.store.decisions import Decided, State
from single_window.store.subjects import GUARANTEE, PARAMETER, PARKED, PROPOSAL

_SHOWN = {State.PROPOSED: "proposed", State.DONE: "done", State.DECLINED: "declined"}
"""The parameter by which the next page shows what became of a decision."""


def page_of(case: Case) -> str:
    """The page of a case; a request is decided on that of its list, a proposal on that of its subject."""
    subject = case.kind if case.subject == PROPOSAL else case.subject
    if subject == PARKED:
        return link("console.parked", delivery=case.number)
    if subject == "batch":
        return link("console.batch", batch_no=case.number)
    if subject == "refund_claim":
        return link("console.refund", number=case.number)
    if subject == "forex_report":
        return link("console.exchange_report", number=case.number)
    if subject == "registration":
        return link("console.registration", code=case.number)
    if subject == PARAMETER:
        return link("console.parameter", name=case.number)
    if subject == GUARANTEE:
        return link("console.guarantee", code=case.number)
    if subject == "declaration" and case.state == INSPECTED:
        return link("console.inspection", number=case.declaration_id)
    if case.declaration_id:
        return link("console.declaration", declaration_id=case.declaration_id)
    return link("console.declarations", number=case.number)


def keep_filter(chosen: Mapping[str, str]) -> None:
    """Keep the filter of the queue from which an officer takes cases, as long as his session lasts."""
    session["queue"] = {name: text[:200] for name, text in chosen.items() if text}


def kept_filter() -> dict[str, str]:
    """The filter from which cases are taken; empty: all of one's desks."""
    return {name: text for name, text in session.get("queue", {}).items() if name in filters.NAMES}


def onward(sandbox: str, key: Key, decided: Decided, here: str) -> Response:
    """After a decision: to the next case where the form requests it and one is free, else to the page of this one.

    The page shows what became of the decision: it was carried out, declined, waits for approval, or is on its way."""
    status = _SHOWN.get(decided.state, "filed")
    place = here
    if request.form.get("then") == "next":
        taken = queue.take_next(ports().window, sandbox, person(), kept_filter(), [key])
        place = page_of(taken) if taken else link("console.review", nothing="1", **kept_filter())
    return redirect(
        f"{place}{'&' if '?' in place else '?'}{urlencode({'asked': decided.id, status: decided.action})}", 303
    )
