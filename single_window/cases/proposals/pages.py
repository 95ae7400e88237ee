"""Proposals on the pages of their subjects, or on one of their own if their subject is not made yet; and the form that
approves or declines them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from single_window.accounts import rights
from single_window.cases.case_pages import page_of
from single_window.cases.open_case import about_case
from single_window.cases.proposals import decisions
from single_window.cases.proposals.decisions import PROPOSAL_DECISION
from single_window.frame.decision_kinds import Subject
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.decision_forms import DecisionPage
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.speech import link, requested_sandbox
from single_window.language.words import Words
from single_window.store import case_queue, deferred
from single_window.store.decisions import StoredDecision
from single_window.store.engine import reading
from single_window.store.proposals import NEW_NUMBER
from single_window.store.subjects import PROPOSAL


def register(blueprint: Blueprint) -> None:
    """Add the page."""
    add_page(blueprint, "/proposals/<number>", "proposal", show)


def show(number: str, refused: Words | None = None) -> str | Response:
    """Show a proposal to make something: who proposes what, and the form that settles it. One about a case leads to
    the page of that case, one that does not wait any more to the queue, which says what was decided."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        case = case_queue.find(connection, sandbox, (PROPOSAL, number))
        if case is None:
            return redirect(link("console.review", **request.args), 303)
        if case.number != NEW_NUMBER:
            return redirect(page_of(case), 303)
        proposal = PROPOSAL_DECISION.by_id(connection, sandbox, number)
        pending: StoredDecision = proposal.record
        about = about_case(connection, sandbox, (PROPOSAL, number), others=[(pending.subject, pending.subject_id)])
        return render_template("console/proposal.html", pending=pending, refused=refused, **about)


def may_approve(proposal: StoredDecision, office: str = "") -> bool:
    """True if the signed-in person may approve a proposal."""
    return decisions.may_approve(proposal, current_person(), office)


def why(proposal: StoredDecision) -> Words:
    """Return the reason why a second person is needed."""
    second = rights.second_in(proposal.subject, proposal.action, proposal.before)
    return Words(second.zh, second.en)


def approvers(proposal: StoredDecision) -> Words:
    """Return who may approve a proposal, by role."""
    needed = rights.book().seconds[proposal.subject, proposal.action]
    return rights.Lacking(current_person(), dict.fromkeys(entry.right for entry in needed)).holders


def settled_just_now(proposal: StoredDecision) -> bool:
    """True if a person has settled a proposal and can take that back yet, or it is being carried out."""
    with reading(ports().window.engine) as connection:
        return deferred.about(connection, requested_sandbox(connection), PROPOSAL, proposal.id) is not None


def page_words() -> dict[str, Any]:
    """Return the functions about proposals that templates call."""
    return {
        "may_approve": may_approve,
        "approvers": approvers,
        "second_why": why,
        "settled_just_now": settled_just_now,
    }


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
