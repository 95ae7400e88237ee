"""Proposals on the pages of their subjects, and the form that approves or declines them."""

from __future__ import annotations

from typing import Any

from flask import render_template

from single_window.accounts import rights
from single_window.cases.case_pages import page_of
from single_window.cases.proposals import decisions
from single_window.cases.proposals.decisions import PROPOSAL_DECISION
from single_window.frame.decision_kinds import Subject
from single_window.frame.http.ports import ports
from single_window.frame.pages.decision_forms import DecisionPage
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.speech import link, requested_sandbox
from single_window.language.words import Words
from single_window.store import case_queue, deferred
from single_window.store.decisions import StoredDecision
from single_window.store.engine import reading
from single_window.store.subjects import PROPOSAL


def may_approve(proposal: StoredDecision, office: str = "") -> bool:
    """True if the signed-in person may approve a proposal."""
    return decisions.may_approve(proposal, current_person(), office)


def why(proposal: StoredDecision) -> Words:
    """Return the reason why a second person is needed."""
    second = rights.second_in(proposal.subject, proposal.action, proposal.before)
    return Words(second.zh, second.en)


def settled_just_now(proposal: StoredDecision) -> bool:
    """True if a person has settled a proposal and can take that back yet, or it is being carried out."""
    with reading(ports().window.engine) as connection:
        return deferred.about(connection, requested_sandbox(connection), PROPOSAL, proposal.id) is not None


def page_words() -> dict[str, Any]:
    """Return the functions about proposals that templates call."""
    return {"may_approve": may_approve, "second_why": why, "settled_just_now": settled_just_now}


def _show_refused(subject: Subject, refused: Words) -> str:
    return render_template("console/refused.html", refused=refused, here=_page_of_subject(subject), back="back_to_case")


def _page_of_subject(subject: Subject) -> str:
    """Return the page of the proposal's subject, or the queue if the proposal does not wait any more."""
    with reading(ports().window.engine) as connection:
        case = case_queue.find(connection, requested_sandbox(connection), (PROPOSAL, str(subject.id)))
    return page_of(case) if case is not None else link("console.review")


PROPOSAL_DECISION_PAGE = DecisionPage(
    "proposal", PROPOSAL_DECISION, "/proposals/<number>", _show_refused, _page_of_subject
)
