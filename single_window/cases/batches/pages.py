"""The console's pages of batches: the list, and one batch with its members, samples and possible decisions.

Forms carry the revision that the page showed: a decision about a batch that was changed meanwhile is a conflict.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from gateways.customs.batches.repository import Batch
from single_window.cases.batches import queries as batches
from single_window.cases.batches import requests
from single_window.cases.batches.answers import history_out
from single_window.cases.batches.auditing import STATES_BEFORE_DRAW, audit_batch
from single_window.cases.batches.decisions import BATCH_DECISION, acts
from single_window.cases.batches.limits import limits_of
from single_window.cases.batches.opening import MODES
from single_window.cases.batches.queries import BATCH_CASES
from single_window.cases.notes_and_files import kept_with
from single_window.cases.open_case import about_case
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.case_lists import CaseList
from single_window.frame.pages.decision_forms import await_answer, pages_of_cases, tell_at
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.search_places import SearchPlace
from single_window.frame.pages.speech import link, requested_sandbox
from single_window.language import phrases
from single_window.language.prepared_reasons import reason_choices
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.refused import LARGEST_ID, demand_found
from single_window.store.engine import reading
from single_window.store.law_books import law_of
from single_window.store.participants import company_names

MEMBERS_PER_PAGE = 50
MAX_RECALCULATED_MEMBERS = 5_000
"""Maximum members of a batch whose samples a page recalculates; larger batches need `single-window batch audit`."""
MAX_SHOWN = 100
"""Maximum number of samples, and of differences, that a page shows."""
HISTORY_LINES = 100
"""Maximum number of history lines that a page shows: the newest."""


BATCH_LIST = CaseList(
    BATCH_CASES,
    "batches",
    lambda batch: link("console.batch", batch_no=batch.batch_no),
    template="console/batches.html",
)
BATCH_SEARCH = SearchPlace(
    "console.batch",
    phrases.phrase("label", "batch"),
    lambda connection, sandbox, number: batches.find_batch(connection, sandbox, number) is not None,
    takes="batch_no",
)


def register(blueprint: Blueprint) -> None:
    """Add the pages and the form."""
    add_page(blueprint, "/batches", "batches", show_all)
    add_page(blueprint, "/batches", "open_batch", open_batch, ("keep_batches",), method="POST")
    add_page(blueprint, "/batches/<batch_no>", "batch", show)


def show_all(refused: Words | None = None) -> str:
    """Show all batches, newest first."""
    return BATCH_LIST.page(refused=refused, modes=MODES, typed=request.form if refused else {})


def open_batch() -> tuple[str, int] | Response:
    """Open a batch manually, then show all batches."""
    form, window = request.form, ports().window
    with reading(window.engine) as connection:
        sandbox = requested_sandbox(connection)
    flow, _, mode = form.get("mode", "").partition(" ")
    try:
        filed = requests.open_batch(window, sandbox, flow, form.get("office", "").strip(), mode, current_person())
    except Refusal as refused:
        tell_at(refused)
        return show_all(refused.words), 422
    await_answer(sandbox, filed.number)
    return redirect(link("console.batches"), 303)


def show(batch_no: str, refused: Words | None = None) -> str:
    """Show one batch: counts, verdict, the decisions with their keys, a page of members, history."""
    after, state = request.args.get("after", -1, int), request.args.get("member", "")
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        batch = demand_found(batches.find_batch(connection, sandbox, batch_no), batch_no, sandbox)
        past = history_out(batches.history_of_batch(connection, sandbox, batch_no)[-HISTORY_LINES:])
        behind = max(-1, min(after, LARGEST_ID))
        members = batches.list_members(connection, batch.id, behind, MEMBERS_PER_PAGE + 1, state)
        recomputable = _is_recomputable(batch)
        waiting = about_case(connection, sandbox, (BATCH_DECISION.subject, str(batch.id)))
        subject = BATCH_DECISION.by_id(connection, sandbox, str(batch.id))
        kept = kept_with(connection, sandbox, BATCH_DECISION.subject, subject)
        drawn = audit_batch(connection, sandbox, batch) if recomputable and request.args.get("draw") else None
        law = law_of(connection, sandbox)
        names = company_names(connection, sandbox, {batch.opened_by})
        drawn_by = [phrases.basis(identity, law) for identity in drawn.parameters] if drawn else []
    return render_template(
        "console/batch.html",
        drawn_by=drawn_by,
        batch=batch,
        limits=limits_of(batch, law),
        names=names,
        past=past,
        places=members[:MEMBERS_PER_PAGE],
        refused=refused,
        member=state,
        after=members[MEMBERS_PER_PAGE - 1].position if len(members) > MEMBERS_PER_PAGE else 0,
        acts=acts(batch.state),
        choices=reason_choices,
        **waiting,
        kept=kept,
        filed=request.args.get("asked", 0, int),
        typed=request.form if refused else {},
        reason_words=phrases.of_reason,
        member_states=tuple(phrases.book()["member"]),
        drawn=drawn,
        shown=MAX_SHOWN,
        recomputable=recomputable,
    )


def _is_recomputable(batch: Batch) -> bool:
    """Return whether the page can draw the samples of a batch again."""
    return batch.state not in STATES_BEFORE_DRAW and batch.members <= MAX_RECALCULATED_MEMBERS


BATCH_CASE_PAGE, BATCH_DECISION_PAGE = pages_of_cases(
    BATCH_DECISION,
    "/batches/<number>",
    show,
    lambda number: link("console.batch", batch_no=number),
    lambda subject: subject.label,
)
