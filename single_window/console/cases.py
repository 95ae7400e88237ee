"""Where a case is decided, and where its officer goes from there."""

from __future__ import annotations

from flask import redirect, request
from werkzeug.wrappers import Response

from single_window.api.ports import ports
from single_window.cases import queue
from single_window.console.persons import person
from single_window.console.speech import link
from single_window.store.case_queue import Case, Key


def page_of(case: Case) -> str:
    """The page of a case; a request is decided on that of its list."""
    if case.subject == "batch":
        return link("console.batch", batch_no=case.number)
    if case.subject == "refund_claim":
        return link("console.refund", number=case.number)
    if case.subject == "forex_report":
        return link("console.exchange_report", number=case.number)
    if case.subject == "registration":
        return link("console.registration", code=case.subject_id)
    if case.declaration_id:
        return link("console.declaration", declaration_id=case.declaration_id)
    return link("console.declarations", number=case.number)


def onward(sandbox: str, key: Key, action: str, here: str) -> Response:
    """After a decision: to the next case where the form asks for it and one is free, else to the page of this one."""
    if request.form.get("then") == "next":
        taken = queue.take_next(ports().window, sandbox, person(), but=key)
        place = page_of(taken) if taken else link("console.review", nothing="1")
        return redirect(f"{place}{'&' if '?' in place else '?'}done={action}", 303)
    return redirect(here, 303)
