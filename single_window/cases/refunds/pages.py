"""The console's pages of refund claims: the list, waiting ones first; one claim with its explanation and decisions.

The form carries the version that the page showed; if the claim was changed meanwhile, the decision is a conflict.
"""

from __future__ import annotations

from flask import Blueprint, render_template

from single_window.cases.form_values import form_values
from single_window.cases.refunds import queries as refunds
from single_window.cases.refunds.decisions import CLAIM_DECISION
from single_window.cases.refunds.explaining import explain
from single_window.cases.refunds.line_evidence import lines_of, sold_together
from single_window.cases.refunds.queries import CLAIM_CASES, rates_of
from single_window.cases.refunds.suggesting import reduction_of
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.case_lists import CaseList
from single_window.frame.pages.decision_forms import pages_of_cases
from single_window.frame.pages.speech import link, requested_sandbox
from single_window.language.words import Words
from single_window.store.engine import reading
from single_window.store.gateways.refund.filing import FILING_CASES
from single_window.store.law_books import law_of

UNFOLDED_LINES = 50
"""Number of a claim's lines shown unfolded; further lines are folded unless they have a problem."""


CLAIM_LIST = CaseList(
    CLAIM_CASES,
    "refunds",
    lambda claim: link("console.refund", number=f"{claim.ebc_code}|{claim.cop_no}"),
    waiting=refunds.CLAIM_ROWS.waiting,
    counted=refunds.count_by_state,
)


def register(blueprint: Blueprint) -> None:
    """Add the pages and the form."""
    add_page(blueprint, "/refunds", "refunds", CLAIM_LIST.page)
    add_page(blueprint, "/refunds/<path:number>", "refund", show)


def show(number: str, refused: Words | None = None) -> str:
    """Show one claim: explanation, possible decisions, next deadline."""
    window = ports().window
    with reading(window.engine) as connection:
        sandbox = requested_sandbox(connection)
        explained = explain(connection, sandbox, number, law_of(connection, sandbox), rates_of(connection, sandbox))
        came_back = refunds.returned_items(connection, sandbox, explained.claim.id)
        subject = CLAIM_DECISION.by_id(connection, sandbox, str(explained.claim.id))
        values = form_values(connection, sandbox, CLAIM_DECISION, subject, refused)
        filed = FILING_CASES.load(connection, sandbox, "claim_id", [explained.claim.id])
        following = refunds.CLAIM_ROWS.following(connection, sandbox, explained.claim.id)
    reduction = reduction_of(explained.exports, explained.claim.amounts["refund"])
    return render_template(
        "console/refund.html",
        reduction=reduction,
        lines=lines_of(explained),
        sold_together=sold_together,
        suggested={"amount": f"{reduction.left:.2f}"} if reduction and reduction.left else {},
        all_came_back=reduction is not None and not reduction.left,
        explanation=explained,
        claim=explained.claim,
        came_back=came_back,
        following=following,
        filed=filed,
        most=UNFOLDED_LINES,
        **values,
    )


CLAIM_CASE_PAGE, CLAIM_DECISION_PAGE = pages_of_cases(
    CLAIM_DECISION,
    "/refunds/<path:number>",
    show,
    lambda number: link("console.refund", number=number),
    lambda subject: str(subject.record.key),
)
