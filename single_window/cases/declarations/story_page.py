"""The page of a list for the officer who decides about it, and the decisions about it and its requests.

It offers the decisions that lifecycle and flow allow. Its form carries the version that it showed; if the list was
changed meanwhile, the decision is a conflict and nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import render_template, request
from sqlalchemy import Connection

from declarations.lifecycle import LIFECYCLE_OF
from single_window.cases import inspection_findings, questions_shown, undoing, waiting_sentences
from single_window.cases.declarations import assembly, company_record, comparable, held_by, strips, taxes, versions
from single_window.cases.declarations.answered_values import with_answer
from single_window.cases.declarations.cosmetics import form_of as form_of_cosmetics
from single_window.cases.declarations.decisions import DECIDED, LIST_DECISION, REQUEST_DECISION
from single_window.cases.declarations.parts import Story
from single_window.cases.declarations.revaluing import REVALUE, RevaluingForm, Worked, form_of
from single_window.cases.declarations.taxes import SupposedTax, supposed_tax
from single_window.cases.notes_and_files import KeptWithCase, kept_with
from single_window.cases.open_case import about_case
from single_window.cases.questions_shown import AskingShown
from single_window.cases.undoing import LastDecision
from single_window.frame import deciding
from single_window.frame.decision_kinds import Act, Requested, Subject
from single_window.frame.http.ports import ports
from single_window.frame.pages.decision_forms import DecisionPage, tell_at, values_of_form
from single_window.frame.pages.speech import link, requested_sandbox, say
from single_window.language.prepared_reasons import reason_choices
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.store import proposals, trace_codes
from single_window.store.decisions import StoredDecision
from single_window.store.engine import reading
from single_window.store.participants import company_names

WITH_OFFICERS = frozenset({"in_review", "suspended", "under_inspection", "detained"})
"""States in which a list waits for a decision about it."""


def further_evidence(connection: Connection, sandbox: str, declaration_id: int) -> dict[str, Any]:
    """Return the working of the bills (`tax_steps`), comparable goods (`compared`), the company's record (`record`),
    the last amendment (`amended`) and the lots with trace codes on which it draws (`traced`)."""
    return {
        "tax_steps": taxes.steps_of_bills(connection, declaration_id),
        "compared": strips.shown_lines(comparable.comparable_lines_of(connection, sandbox, declaration_id)),
        "record": company_record.company_record_of(connection, sandbox, declaration_id),
        "amended": versions.versions_of(connection, sandbox, declaration_id),
        "traced": trace_codes.batches_drawn(connection, sandbox, [declaration_id]),
    }


def case(declaration_id: int, refused: Words | None = None, revealed: int = 0) -> str:
    """Show one list: documents, evidence, timeline, receipts, tax, possible decisions and next events. `revealed` is
    the id of the document whose identity numbers are shown in full."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        story = assembly.of_declaration(connection, sandbox, declaration_id)
        proposal = proposals.about(connection, sandbox, "declaration", declaration_id)
        own_acts = _own_acts(connection, sandbox, story)
        questions = _asking(connection, sandbox, story)
        if story.evidence and "declaration" in questions:
            story = replace(story, evidence=with_answer(story.evidence, questions["declaration"].asked))
        asked, wrong = _revaluing(connection, sandbox, declaration_id, own_acts)
        supposed = _supposed(connection, sandbox, story)
        return render_template(
            "console/story.html",
            story=story,
            names=company_names(connection, sandbox, _companies(story, supposed)),
            supposed=supposed,
            revaluing=asked,
            cosmetics=form_of_cosmetics(connection, sandbox, declaration_id),
            proposed_value=_proposed_value(connection, sandbox, declaration_id, proposal),
            worked_out=bool(request.form.get("preview")) and wrong is None,
            dossier_of=("declaration", str(declaration_id)),
            inspected=inspection_findings.findings_of(connection, sandbox, story),
            **held_by.shown(connection, sandbox, declaration_id),
            own_acts=own_acts,
            asking=questions,
            refused=wrong or refused,
            proposal=proposal,
            typed=request.form if refused else {},
            revealed=revealed,
            **_about_decisions(connection, sandbox, declaration_id, story),
            **further_evidence(connection, sandbox, declaration_id),
        )


def _about_decisions(connection: Connection, sandbox: str, declaration_id: int, story: Story) -> dict[str, Any]:
    """Values about the list as a case, its requests, and the decisions about them."""
    of_requests = _about_requests(connection, sandbox, story)
    about = about_case(connection, sandbox, ("declaration", str(declaration_id)), others=_with_proposals(of_requests))
    return {
        **of_requests,
        **about,
        "decided": DECIDED,
        "lives": LIFECYCLE_OF,
        "kept": _kept(connection, sandbox, story),
        "lasts": _last_decisions(connection, sandbox, story),
        "choices": reason_choices,
    }


def _with_proposals(of_requests: dict[str, Any]) -> Sequence[tuple[str, str]]:
    """Return the requests about which a proposal waits, as keys of cases."""
    return [("request", str(number)) for number in of_requests["proposed"]]


def _about_requests(connection: Connection, sandbox: str, story: Story) -> dict[str, Any]:
    """Values about the requests to cancel or return the list, by their ids: acts, proposals, why each waits."""
    return {
        "acts_of_requests": _acts_of_requests(connection, sandbox, story),
        "proposed": {
            requested.id: pending
            for requested in story.requests
            if (pending := proposals.about(connection, sandbox, "request", requested.id))
        },
        "whys_of_requests": {
            requested.id: waiting_sentences.whys_of(connection, sandbox, ("request", str(requested.id)))
            for requested in story.requests
        },
    }


def _revaluing(
    connection: Connection, sandbox: str, declaration_id: int, acts: Sequence[Act]
) -> tuple[RevaluingForm | None, Words | None]:
    """Return the form of a re-determined value, worked out if the request asks for that, and why it could not be; None
    where the value may not be determined anew."""
    if all(act.action != REVALUE for act in acts):
        return None, None
    asked = values_of_form(LIST_DECISION.by_id(connection, sandbox, str(declaration_id)))
    if request.form.get("preview") != REVALUE:
        return form_of(connection, sandbox, declaration_id, None), None
    try:
        return form_of(connection, sandbox, declaration_id, asked), None
    except Refusal as wrong:
        tell_at(wrong)
        return form_of(connection, sandbox, declaration_id, None), wrong.words


def _proposed_value(
    connection: Connection, sandbox: str, declaration_id: int, proposal: StoredDecision | None
) -> Worked | None:
    """Return the tax before and after a value that is proposed; None if none is."""
    if proposal is None or proposal.action != REVALUE:
        return None
    wanted = Requested(REVALUE, "", 0, proposal.details)
    return form_of(connection, sandbox, declaration_id, wanted).worked


def _kept(connection: Connection, sandbox: str, story: Story) -> KeptWithCase | None:
    """Return what officers keep with the list of a story and with its requests."""
    if story.head is None:
        return None
    own = LIST_DECISION.by_id(connection, sandbox, str(story.head.id))
    requests = [REQUEST_DECISION.by_id(connection, sandbox, str(requested.id)) for requested in story.requests]
    return kept_with(connection, sandbox, LIST_PAGE.name, own, requests)


def _supposed(connection: Connection, sandbox: str, story: Story) -> SupposedTax | None:
    """Return the tax that a waiting import would have, if no bill was made for it: its guarantee does not suffice, or
    it was stopped before."""
    head = story.head
    if head is None or head.flow != "I" or head.state not in WITH_OFFICERS:
        return None
    if any(bill.counts for bill in story.bills):
        return None
    return supposed_tax(connection, sandbox, head.id)


def _companies(story: Story, supposed: SupposedTax | None) -> set[str]:
    """Codes of the companies that the page names: guarantors, agent and merchant."""
    of_list = (story.head.agent_code, story.head.ebc_code) if story.head else ()
    bills = [*story.bills, *([supposed.bill] if supposed else [])]
    return set(filter(None, (*of_list, *(bill.assure_code for bill in bills))))


def _own_acts(connection: Connection, sandbox: str, story: Story) -> Sequence[Act]:
    """Return the acts that are possible now on the list of a story."""
    if story.head is None:
        return ()
    own = LIST_DECISION.by_id(connection, sandbox, str(story.head.id))
    return deciding.acts_now(connection, sandbox, LIST_DECISION, own)


def _acts_of_requests(connection: Connection, sandbox: str, story: Story) -> dict[int, Sequence[Act]]:
    """Return the acts that are possible now on the requests of a story, by their ids."""
    filed = [requested for requested in story.requests if requested.kind in DECIDED]
    subjects = {requested.id: REQUEST_DECISION.by_id(connection, sandbox, str(requested.id)) for requested in filed}
    return {
        number: deciding.acts_now(connection, sandbox, REQUEST_DECISION, subject)
        for number, subject in subjects.items()
    }


def _asking(connection: Connection, sandbox: str, story: Story) -> dict[str, AskingShown]:
    """Return the questions about a list and its requests, by the names of their forms."""
    found = {}
    if story.head is not None:
        own = LIST_DECISION.by_id(connection, sandbox, str(story.head.id))
        found["declaration"] = questions_shown.shown(connection, sandbox, own)
    for requested in story.requests:
        if requested.kind in DECIDED:
            filed = REQUEST_DECISION.by_id(connection, sandbox, str(requested.id))
            found[f"request-{requested.id}"] = questions_shown.shown(connection, sandbox, filed)
    return found


def _last_decisions(connection: Connection, sandbox: str, story: Story) -> list[tuple[LastDecision, str]]:
    """Return the last decisions about a list and its requests, each with the name of the request (empty: the list)."""
    head = story.head
    own = LIST_DECISION.by_id(connection, sandbox, str(head.id)) if head else None
    about = [
        (
            undoing.last_decision(
                connection, sandbox, REQUEST_DECISION, REQUEST_DECISION.by_id(connection, sandbox, str(requested.id))
            ),
            f"{say(requested.words)} {requested.key}",
        )
        for requested in story.requests
    ]
    first = undoing.last_decision(connection, sandbox, LIST_DECISION, own, head.flow) if own and head else None
    return [(last, name) for last, name in [(first, ""), *about] if last is not None]


def _of_list(subject: Subject, refused: Words) -> str:
    return case(int(subject.id), refused)


def _of_request(subject: Subject, refused: Words) -> str:
    return case(subject.record.about, refused)


LIST_PAGE = DecisionPage(
    "declaration",
    LIST_DECISION,
    "/declarations/<number>/decision",
    _of_list,
    lambda subject: link("console.declaration", declaration_id=subject.id),
)
REQUEST_PAGE = DecisionPage(
    "request",
    REQUEST_DECISION,
    "/requests/<number>/decision",
    _of_request,
    lambda subject: link("console.declaration", declaration_id=subject.record.about),
)
