"""The pages of cases, one for each subject, and the view that their decision forms are sent to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from flask import Blueprint, current_app, g, redirect, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from declarations.calendar import DAY
from single_window.cases import next_case
from single_window.cases.queue_beside import kept_filter
from single_window.cases.subjects import values
from single_window.frame import deciding
from single_window.frame.deciding import CONFLICTS
from single_window.frame.decision_kinds import Subject
from single_window.frame.http.ports import ports
from single_window.frame.pages.decision_forms import (
    CasePage,
    DecisionPage,
    await_answer,
    demand_version,
    refusal_words,
    tell_at,
    typed_texts,
)
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.speech import link, requested_sandbox
from single_window.language import phrases
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.refused import NotFound
from single_window.store.case_queue import Key, QueuedCase
from single_window.store.decisions import DecisionState, StoredDecision
from single_window.store.desks import NEVER
from single_window.store.engine import reading
from single_window.store.proposals import NEW_NUMBER
from single_window.store.subjects import PROPOSAL
from single_window.work import filing

YEAR = 366 * DAY
"""Longer than any lease; what is held longer is held until it is let go or has waited for its day."""
_SHOWN = {
    DecisionState.PROPOSED: "proposed",
    DecisionState.DONE: "done",
    DecisionState.DECLINED: "declined",
    DecisionState.WITHDRAWN: "withdrawn",
}
"""The query parameter that tells the next page the result of a decision."""


@cache
def case_pages() -> Mapping[str, CasePage]:
    """Return the pages on which cases are decided, by subject."""
    return {page.subject: page for page in values("pages", CasePage)}


def page_of(case: QueuedCase) -> str:
    """Return the address of a case's page; for a proposal, that of the case that it concerns, or its own if it is about
    one that is not made yet."""
    if case.key[0] == PROPOSAL and case.number == NEW_NUMBER:
        return link("console.proposal", number=case.key[1])
    return case_pages()[case.about].address(case)


def address_of(connection: Connection, sandbox: str, key: Key) -> str:
    """Return the address of the page of a subject, waiting or not; empty if there is none."""
    page = next((page for page in values("pages", DecisionPage) if page.kind.subject == key[0]), None)
    try:
        return page.address(page.kind.by_id(connection, sandbox, key[1])) if page is not None else ""
    except (NotFound, Refusal):
        return ""


def page_words() -> dict[str, Any]:
    """Return what every template that lists cases calls."""
    return {"page_of": page_of, "never": NEVER, "year": YEAR, "typed_texts": typed_texts}


def onward(sandbox: str, key: Key, decided: StoredDecision, here: str) -> Response:
    """Redirect after a decision: to the next case if the form requests it and one is free, else to the page `here`.

    That page shows the result of the decision: carried out, declined, withdrawn, waiting for approval, pending, or
    that it can be taken back."""
    status = "undo" if decided.not_before else _SHOWN.get(decided.state, "filed")
    target = here
    if "next" in (request.form.get("then"), request.form.get(f"then-{decided.action}")):
        target = next_page(sandbox, key)
    return redirect(
        f"{target}{'&' if '?' in target else '?'}{urlencode({'asked': decided.id, status: decided.action})}", 303
    )


def next_page(sandbox: str, *but: Key) -> str:
    """Take the next case, and return the address of its page, or of the queue if nothing is free. `but`: cases that
    the officer does not want now."""
    taken = next_case.take_next(sandbox, but)
    return page_of(taken) if taken else link("console.review", nothing="1", **kept_filter())


def show_again(name: str, number: str, words: Words, by_id: bool = False) -> str:
    """Show the page of a case with these words and the fields of the current form; nothing is done. `by_id`: the form
    names the case by its id, whatever the page does."""
    page = next(page for page in values("pages", DecisionPage) if page.name == name)
    return _show(page, _subject_of(replace(page, by_number=False) if by_id else page, number)[1], words)


def register(blueprint: Blueprint, pages: Iterable[DecisionPage]) -> None:
    """Route the decision forms of all pages to one view."""
    by_name = {page.name: page for page in pages}
    blueprint.context_processor(page_words)

    def decide(page: str, number: str) -> tuple[str, int] | Response:
        """Decide as the form requests."""
        return _decide(by_name[page], number)

    for name, page in by_name.items():
        blueprint.add_url_rule(page.path, "decide", decide, methods=["POST"], defaults={"page": name})


def _decide(page: DecisionPage, number: str) -> tuple[str, int] | Response:
    window = ports().window
    sandbox, subject = _subject_of(page, number)
    here = page.address(subject)
    if request.form.get("preview"):
        return _show(page, subject, phrases.phrase("label", "worked_out")), 200
    try:
        if subject.kind != PROPOSAL:  # what is proposed does not change: it is approved, declined or withdrawn
            demand_version(request.form)
        requested, until = page.requested(sandbox, subject), filing.end_of_undo(window)
        filed = deciding.decide(window, sandbox, page.kind, subject, requested, current_person(), not_before=until)
    except Refusal as refused:
        tell_at(refused)
        return _show(page, subject, refused.words), 409 if refused.name in CONFLICTS else 422
    if (answered := await_answer(sandbox, filed.decision)).refused:
        return _show(page, subject, refusal_words(answered)), 409
    return onward(sandbox, (subject.kind, str(subject.id)), answered, here)


def _show(page: DecisionPage, subject: Subject, words: Words) -> str:
    """The page of a subject with these words; its navigation and links are as if it had been asked for."""
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None
    g.shown_page = adapter.match(unquote(urlsplit(page.address(subject)).path), method="GET")
    return page.show(subject, words)


def _subject_of(page: DecisionPage, number: str) -> tuple[str, Subject]:
    """The sandbox of the request, and the subject that a page's form decides about."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        return sandbox, (page.kind.find if page.by_number else page.kind.by_id)(connection, sandbox, number)
