"""The page of the log of decisions, for auditors and supervisors: newest first, filtered by officer, case,
act, outcome and days, with verification; the same rows as a file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, render_template, request
from sqlalchemy import Connection

from gateways.agency import agencies
from single_window.accounts import rights
from single_window.accounts import rows as rows_of_accounts
from single_window.cases.case_pages import address_of, page_of
from single_window.cases.own_decisions import label_of
from single_window.cases.parameters.decisions import AS_IN_LAW
from single_window.console import anchors, log_filter
from single_window.console.log_lines import lines_of
from single_window.frame.http.ports import ports
from single_window.frame.pages.speech import actor_words, given_number, reason_text, requested_sandbox, say
from single_window.language import phrases
from single_window.language.acts import act_words
from single_window.language.words import Words
from single_window.store import case_queue, decision_log, decision_log_check
from single_window.store.case_queue import Key, QueuedCase
from single_window.store.engine import reading
from single_window.store.log_chain import ChainHead, LogEntry
from single_window.store.subjects import PARAMETER

PAGE_SIZE = 50
TONES = {
    "done": "good",
    "approved": "good",
    "refused": "bad",
    "declined": "bad",
    "withdrawn": "waiting",
    "proposed": "waiting",
    "filed": "waiting",
}
"""The colour of what came of a decision; others have none."""
_HASHED = re.compile(r"(?:(?P<said>.*) · SHA-256 )?(?P<hash>[0-9a-f]{64})", re.DOTALL)
_KIND_OF_SUBJECT = {kind: lives for agency in agencies().values() for kind, lives in agency.subjects.items()}
"""Subject -> the kind of document by which its states are named."""


def register(blueprint: Blueprint) -> None:
    """Add the page, and its rows as a file."""
    blueprint.add_url_rule("/log", "log", show, methods=["GET"])
    blueprint.add_url_rule("/log.csv", "log_csv", download, methods=["GET"])


def show() -> str:
    """List decisions, newest first, of what is asked for; `verify` checks the whole hash chain, beside the typed
    `anchor` or those that are kept, and shows its first broken link."""
    asked = log_filter.asked_of_log()
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        only = asked.chosen(connection, sandbox)
        rows = decision_log.newest(connection, sandbox, given_number("before"), only, PAGE_SIZE + 1)
        last = decision_log.head(connection, sandbox)
        verified = bool(request.args.get("verify"))
        officers = rows_of_accounts.all_accounts(connection)
        lines = lines_of(connection, sandbox, rows[:PAGE_SIZE], only)
        cases, named = _named(connection, sandbox, rows)
        beside, no_anchor = anchors.given(sandbox)
        broken = decision_log_check.first_fault(connection, sandbox, beside) if verified else None
    return render_template(
        "console/log.html",
        lines=lines,
        officers=officers,
        asked=asked,
        acts=log_filter.acts(),
        outcomes=log_filter.outcomes(),
        most_rows=log_filter.MOST_ROWS,
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


def download() -> Response:
    """Return the newest rows of what is asked for as CSV, in the words of the page."""
    asked = log_filter.asked_of_log()
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        only = asked.chosen(connection, sandbox)
        rows = decision_log.newest(connection, sandbox, 0, only, log_filter.MOST_ROWS)
        labels = {key: label_of(connection, sandbox, key) for key in {(row.subject, row.subject_id) for row in rows}}
    text = log_filter.csv_text(rows, lambda row: _cells(row, labels[row.subject, row.subject_id]))
    headers = {"Content-Disposition": f"attachment; filename=log-{sandbox}.csv"}
    return Response(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8", headers=headers)


def _cells(row: LogEntry, number: str) -> tuple[str, ...]:
    """The cells of a row in words: act, about, state before and after, outcome, reason."""
    states = (say(shown_state(row.subject, state)) for state in (row.before, row.after))
    about = f"{say(phrases.kind(row.subject))} {number}"
    outcome = say(phrases.phrase("decision_outcome", row.outcome))
    return say(act_words(row.action, row.subject)), about, *states, outcome, reason_text(row.reason)


def _named(
    connection: Connection, sandbox: str, rows: Sequence[LogEntry]
) -> tuple[Mapping[Key, QueuedCase], Mapping[Key, tuple[str, str]]]:
    """The waiting cases that rows are about; and number and address of all others."""
    keys = {(row.subject, str(row.subject_id)) for row in rows}
    cases = case_queue.of_keys(connection, sandbox, keys)
    named = {
        key: (label_of(connection, sandbox, key), address_of(connection, sandbox, key)) for key in keys - cases.keys()
    }
    return cases, named


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
