"""Proposals on the pages of their subjects: what waits for a second person, and the form that approves or declines."""

from __future__ import annotations

from typing import Any

from flask import render_template
from sqlalchemy import Connection

from single_window.accounts import rights
from single_window.cases.case_pages import page_of
from single_window.cases.proposals.decisions import PROPOSAL_DECISION
from single_window.frame.decision_kinds import Subject
from single_window.frame.http.ports import ports
from single_window.frame.pages.decision_forms import DecisionPage
from single_window.frame.pages.persons import person
from single_window.frame.pages.speech import link, requested_sandbox
from single_window.language.words import Words
from single_window.store import case_queue, proposals
from single_window.store.decisions import StoredDecision
from single_window.store.engine import reading
from single_window.store.subjects import PROPOSAL


def about(connection: Connection, sandbox: str, subject: str, subject_id: int | str) -> StoredDecision | None:
    """The proposal about a subject that waits; its page shows it instead of other decisions."""
    return proposals.about(connection, sandbox, subject, subject_id)


def may_approve(proposal: StoredDecision, office: str = "") -> bool:
    """True if whoever looks at the page may approve a proposal; its own officer never does."""
    return proposal.by != person().name and rights.may_approve(person(), proposal.subject, proposal.action, office)


def why(proposal: StoredDecision) -> Words:
    """Why a second person is needed."""
    second = rights.second_in(proposal.subject, proposal.action, proposal.before)
    return Words(second.zh, second.en)


def page_words() -> dict[str, Any]:
    """The words of proposals for templates."""
    return {"may_approve": may_approve, "second_why": why}


def _again(subject: Subject, refused: Words) -> str:
    return render_template("console/refused.html", refused=refused, here=_here(subject))


def _here(subject: Subject) -> str:
    """The page of what is proposed, or the queue once it does not wait any more."""
    with reading(ports().window.engine) as connection:
        case = case_queue.find(connection, requested_sandbox(connection), (PROPOSAL, str(subject.id)))
    return page_of(case) if case is not None else link("console.review")


PAGE = DecisionPage("proposal", PROPOSAL_DECISION, "/proposals/<number>", _again, _here)
