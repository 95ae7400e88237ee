"""The pages of refunds: claims, those that need a decision first; one with everything that led to it, and the decision.

The form carries the state that the page showed: who decides on what somebody has moved on meanwhile gets a conflict.
"""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from single_window.cases import queue, refunds
from single_window.cases.case_pages import onward
from single_window.cases.proposals import pages as proposals
from single_window.cases.refunds.answers import REFUND
from single_window.cases.refunds.rating import rates_of
from single_window.frame.http.ports import ports
from single_window.frame.not_found import NotFound
from single_window.frame.pages.case_lists import CaseList
from single_window.frame.pages.decisions import awaited, not_carried_out
from single_window.frame.pages.persons import person
from single_window.frame.pages.speech import language, link, requested_sandbox
from single_window.language import words
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.store.engine import reading
from single_window.store.law_books import law_of

LINES = 50
"""Lines of a claim that are shown at once; more are folded, but for those with which something is wrong."""
KEYS = {"approve": "a", "reduce": "r", "refuse": "x", "ask": "k", "recover": "v"}
"""Access keys of the decisions."""
REFUSALS = {"reason": "reason_needed", "amount": "refund_bad_amount"}
"""The label for what was missing or wrong."""


LIST = CaseList(
    REFUND,
    "refunds",
    lambda claim: link("console.refund", number=f"{claim.ebc_code}|{claim.cop_no}"),
    waiting=refunds.waiting,
    counted=refunds.counted,
)


def register(blueprint: Blueprint) -> None:
    """Add the pages and the form."""
    blueprint.add_url_rule("/refunds", "refunds", LIST.page, methods=["GET"])
    blueprint.add_url_rule("/refunds/<path:number>", "refund", show, methods=["GET"])
    blueprint.add_url_rule("/refunds/<path:number>", "decide_refund", decide, methods=["POST"])


def show(number: str, refused: Words | None = None) -> str:
    """One claim: what led to it, what may be decided, the next day that matters."""
    window = ports().window
    with reading(window.engine) as connection:
        sandbox = requested_sandbox(connection)
        try:
            explained = refunds.explain(
                connection, sandbox, number, law_of(connection, sandbox), rates_of(connection, sandbox)
            )
            proposal = proposals.about(connection, sandbox, "refund_claim", explained.claim.id)
            holder = queue.holder(connection, sandbox, ("refund_claim", str(explained.claim.id)))
            came_back = refunds.came_back(connection, sandbox, explained.claim.id)
            following = refunds.following(connection, sandbox, explained.claim.id)
        except refunds.NoSuchClaim:
            raise NotFound(number, sandbox) from None
    return render_template(
        "console/refund.html",
        explanation=explained,
        claim=explained.claim,
        keys=KEYS,
        refused=refused,
        may=refunds.possible(explained.claim.state),
        needs=refunds.needs_reason,
        came_back=came_back,
        act=_act_words,
        following=following,
        most=LINES,
        proposal=proposal,
        holder=holder,
        typed=request.form if refused else {},
    )


def decide(number: str) -> tuple[str, int] | Response:
    """Decide about a claim, then show it."""
    form, window = request.form, ports().window
    with reading(window.engine) as connection:
        sandbox = requested_sandbox(connection)
    why = form.get("reason", "").strip()[:1_000]
    try:
        filed = refunds.act(
            window,
            sandbox,
            number,
            form.get("act", ""),
            why,
            person(),
            form.get("amount", "").strip()[:30] if form.get("act") == "reduce" else "",
            form.get("state", ""),
            form.get("version", 0, int),
        )
    except refunds.NoSuchClaim:
        raise NotFound(number, sandbox) from None
    except refunds.BadAct as bad:
        return show(number, _refusal(bad)), 400
    except refunds.NotNow:
        return show(number, words.phrase("label", "moved_on")), 409
    except Refusal as refused:
        return show(number, refused.words), 409
    if (answered := awaited(sandbox, filed.decision)).refused:
        return show(number, not_carried_out(answered)), 409
    return onward(sandbox, ("refund_claim", ""), answered, link("console.refund", number=number))


def _refusal(bad: refunds.BadAct) -> Words:
    return words.phrase("label", REFUSALS.get(bad.name, "no_such_act"))


def _act_words(action: str) -> str:
    return words.act(refunds.ACTIONS[action], "refund_claim").text(language())
