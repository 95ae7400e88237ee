"""The page of the log of decisions, for auditors and supervisors: newest first, filtered by officer, case and
day, with verification."""

from __future__ import annotations

import re
from collections.abc import Collection

from flask import Blueprint, render_template, request
from sqlalchemy import Connection

from declarations.calendar import DAY, instant_of
from gateways.agency import agencies
from single_window.accounts import rights
from single_window.cases.case_pages import address_of, page_of
from single_window.cases.dossier_facts import keys_of
from single_window.cases.own_decisions import label_of
from single_window.cases.parameters.decisions import AS_IN_LAW
from single_window.cases.subjects import DECISION_KINDS
from single_window.console import anchors
from single_window.frame.http.ports import ports
from single_window.frame.pages.speech import actor_words, given_day, given_number, requested_sandbox
from single_window.language import phrases
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.refused import NotFound
from single_window.store import case_queue, decision_log, decision_log_check
from single_window.store.case_queue import Key
from single_window.store.decision_log import LogFilter
from single_window.store.engine import reading
from single_window.store.log_chain import ChainHead
from single_window.store.subjects import PARAMETER

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
_HASHED = re.compile(r"(?:(?P<said>.*) · SHA-256 )?(?P<hash>[0-9a-f]{64})", re.DOTALL)
_KIND_OF_SUBJECT = {kind: lives for agency in agencies().values() for kind, lives in agency.subjects.items()}
"""Subject -> the kind of document by which its states are named."""


def register(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.add_url_rule("/log", "log", show, methods=["GET"])


def show() -> str:
    """List decisions, newest first, of one officer, case or day; `verify` checks the whole hash chain, beside the
    typed `anchor` or those that are kept, and shows its first broken link."""
    by, number, day = (request.args.get(name, "").strip()[:100] for name in ("by", "about", "day"))
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        only = LogFilter(by, _subjects(connection, sandbox, number) if number else None, *_bounds(day))
        rows = decision_log.newest(connection, sandbox, given_number("before"), only, PAGE_SIZE + 1)
        last = decision_log.head(connection, sandbox)
        verified = bool(request.args.get("verify"))
        cases = case_queue.of_keys(connection, sandbox, {(row.subject, str(row.subject_id)) for row in rows})
        ended = {(row.subject, str(row.subject_id)) for row in rows} - cases.keys()
        named = {key: (label_of(connection, sandbox, key), address_of(connection, sandbox, key)) for key in ended}
        beside, no_anchor = anchors.given(sandbox)
        broken = decision_log_check.first_fault(connection, sandbox, beside) if verified else None
    return render_template(
        "console/log.html",
        rows=rows[:PAGE_SIZE],
        by=by,
        about_number=number,
        day=day,
        filters={name: text for name, text in (("by", by), ("about", number), ("day", day)) if text},
        last=ChainHead(*last),
        verified=verified,
        broken=broken,
        beside=beside,
        no_anchor=no_anchor,
        anchors=anchors.kept(sandbox),
        after=rows[PAGE_SIZE - 1].sequence if len(rows) > PAGE_SIZE else 0,
        shown_state=shown_state,
        apart_from_hash=apart_from_hash,
        tones=TONES,
        role_words=role_words,
        cases=cases,
        named=named,
        page_of=page_of,
    )


def _subjects(connection: Connection, sandbox: str, number: str) -> Collection[Key]:
    """The subjects (kind, id) that a number names, with what is decided about on their pages; empty: it names none."""
    found: set[Key] = set()
    for kind in DECISION_KINDS.values():
        try:
            found.update(keys_of(connection, sandbox, kind.find(connection, sandbox, number)))
        except (NotFound, Refusal):
            continue
    return found


def _bounds(day: str) -> tuple[int, int]:
    """The instants at which a day begins and ends; (0, 0) without a valid one."""
    found = given_day(day)
    return (instant_of(found), instant_of(found) + DAY) if found else (0, 0)


def shown_state(subject: str, state: str) -> Words:
    """Return the name of a subject's state; other values, such as those of a parameter, unchanged."""
    if (subject, state) == (PARAMETER, AS_IN_LAW):
        return phrases.phrase("label", AS_IN_LAW)
    kind = _KIND_OF_SUBJECT.get(subject, subject if subject in phrases.OWN_STATES else "")
    return phrases.state(state, kind) if kind and state else Words(state, state)


def role_words(role: str) -> Words:
    """The name of an officer's role, of the operator or of the program itself; others unchanged."""
    known = rights.book().roles.get(role)
    return Words(known.zh, known.en) if known else actor_words(role)


def apart_from_hash(reason: str) -> tuple[str, str]:
    """Return the words of a row about a file or a dossier, and the SHA-256 of its content; empty if it names none."""
    found = _HASHED.fullmatch(reason)
    return (found["said"] or "", found["hash"]) if found else (reason, "")
