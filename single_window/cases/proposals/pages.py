"""Proposals on the pages of their subjects: what waits for a second person, and the form that approves or declines."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from single_window.accounts import rights
from single_window.cases.case_pages import onward, page_of
from single_window.frame.http.ports import ports
from single_window.frame.not_found import LARGEST_ID, NotFound
from single_window.frame.pages.decisions import awaited, not_carried_out
from single_window.frame.pages.persons import person
from single_window.frame.pages.speech import PROPOSAL_ACTS, link, requested_sandbox
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.store import case_queue, proposals
from single_window.store.decisions import Decided
from single_window.store.engine import reading
from single_window.store.subjects import PROPOSAL
from single_window.work import proposals as proposing
from single_window.work.decisions import NoSuchDecision, outcome

APPROVE, DECLINE = PROPOSAL_ACTS


def register(blueprint: Blueprint) -> None:
    """Add the form."""
    blueprint.add_url_rule("/proposals/<int:number>", "decide_proposal", decide, methods=["POST"])


def about(connection: Connection, sandbox: str, subject: str, subject_id: int | str) -> Decided | None:
    """What is proposed about a subject, and waits; its page shows it instead of other decisions."""
    return proposals.about(connection, sandbox, subject, subject_id)


def may_approve(proposal: Decided, office: str = "") -> bool:
    """Whether whoever looks at the page may approve a proposal; its own officer never does."""
    return proposal.by != person().name and rights.may_approve(person(), proposal.subject, proposal.action, office)


def why(proposal: Decided) -> Words:
    """Why a second person is needed."""
    second = rights.second_in(proposal.subject, proposal.action, proposal.before)
    return Words(second.zh, second.en)


def page_words() -> dict[str, Any]:
    """What templates ask about proposals."""
    return {"may_approve": may_approve, "second_why": why}


def decide(number: int) -> Response | tuple[str, int]:
    """Approve or decline a proposal, then show its subject, or take the next case."""
    number, window = min(number, LARGEST_ID), ports().window
    with reading(window.engine) as connection:
        sandbox = requested_sandbox(connection)
        case = case_queue.find(connection, sandbox, (PROPOSAL, str(number)))
    here = page_of(case) if case is not None else link("console.review")
    try:
        settled = settle(sandbox, str(number), request.form.get("act", ""), request.form.get("reason", ""))
    except NoSuchDecision:
        raise NotFound(number, sandbox) from None
    except Refusal as refused:
        return _refused(refused.words, here)
    if settled.refused:
        return _refused(not_carried_out(settled), here)
    return onward(sandbox, (PROPOSAL, str(number)), settled, here)


def settle(sandbox: str, number: str, act: str, reason: str) -> Decided:
    """Approve a proposal and await what comes of it, or decline it; raises as `work.proposals` does, and `Refusal` for
    anything else."""
    if not number.isdecimal() or int(number) > LARGEST_ID:
        raise NoSuchDecision(number)
    if act not in PROPOSAL_ACTS:
        outcome(ports().window, sandbox, int(number))
        raise Refusal("unknown_act", action=act[:40], known=", ".join(PROPOSAL_ACTS))
    if act == APPROVE:
        proposing.approve(ports().window, sandbox, int(number), person())
        return awaited(sandbox, int(number))
    proposing.decline(ports().window, sandbox, int(number), person(), reason.strip()[:1_000])
    return outcome(ports().window, sandbox, int(number))


def _refused(words: Words, here: str) -> tuple[str, int]:
    return render_template("console/refused.html", refused=words, here=here), 409
