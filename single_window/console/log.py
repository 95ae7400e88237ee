"""The page of the log of decisions, for auditors and supervisors: newest first, filtered by officer, with
verification."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from gateways.agency import agencies
from single_window.accounts import rights
from single_window.cases.case_pages import page_of
from single_window.frame.http.ports import ports
from single_window.frame.pages.speech import given_number, requested_sandbox
from single_window.language import phrases
from single_window.language.words import Words
from single_window.store import case_queue, decision_log, decision_log_check
from single_window.store.engine import reading

PAGE_SIZE = 50
TONES = {
    "done": "good",
    "approved": "good",
    "refused": "bad",
    "declined": "bad",
    "proposed": "waiting",
    "filed": "waiting",
}
"""The colour of what came of a decision; others have none."""
_KIND_OF_SUBJECT = {kind: lives for agency in agencies().values() for kind, lives in agency.subjects.items()}
"""Subject -> the kind of document by which its states are named."""


def register(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.add_url_rule("/log", "log", show, methods=["GET"])


def show() -> str:
    """List decisions, newest first; `verify` checks the whole hash chain and shows its first broken link."""
    by, before = request.args.get("by", "").strip()[:100], given_number("before")
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        rows = decision_log.newest(connection, sandbox, before, by, PAGE_SIZE + 1)
        verified = bool(request.args.get("verify"))
        cases = case_queue.of_keys(connection, sandbox, {(row.subject, str(row.subject_id)) for row in rows})
        broken = decision_log_check.first_fault(connection, sandbox) if verified else None
    return render_template(
        "console/log.html",
        rows=rows[:PAGE_SIZE],
        by=by,
        verified=verified,
        broken=broken,
        after=rows[PAGE_SIZE - 1].sequence if len(rows) > PAGE_SIZE else 0,
        shown_state=shown_state,
        tones=TONES,
        role_words=role_words,
        cases=cases,
        page_of=page_of,
    )


def shown_state(subject: str, state: str) -> Words:
    """Return the name of a subject's state; other values, such as those of a parameter, unchanged."""
    kind = _KIND_OF_SUBJECT.get(subject)
    return phrases.state(state, kind) if kind and state else Words(state, state)


def role_words(role: str) -> Words:
    """The name of an officer's role; others, such as that of the program itself, unchanged."""
    known = rights.book().roles.get(role)
    return Words(known.zh, known.en) if known else Words(role, role)
