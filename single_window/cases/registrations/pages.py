"""The pages of registrations: companies, those first that wait for a registrar; one with its history, and the decision.

The form carries the version that the page showed: who decides on what has changed meanwhile gets a conflict.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from declarations.reasons import Reason
from gateways.decisions import Subject
from gateways.registration.officers import NEED_REASON, STEPS, refusals
from single_window.cases import queue, undoing
from single_window.cases import registrations as registration
from single_window.cases.case_pages import onward
from single_window.cases.proposals import pages as proposals
from single_window.cases.registrations.answers import REGISTRATION
from single_window.frame.http.ports import ports
from single_window.frame.not_found import NotFound
from single_window.frame.pages.case_lists import CaseList
from single_window.frame.pages.decisions import awaited, not_carried_out
from single_window.frame.pages.persons import person
from single_window.frame.pages.speech import link, requested_sandbox
from single_window.frame.typed import history_out
from single_window.language import for_people, words
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.store.engine import reading
from single_window.store.law_books import law_of

MOST = 50
KEYS = {"approve": "a", "refuse": "x", "suspend": "u", "resume": "r"}
"""Keys of the decisions."""
_GIVEN = {"reason": "…", "until": "9999-12-31"}


LIST = CaseList(
    REGISTRATION,
    "registrations",
    lambda company: link("console.registration", code=company.code),
    waiting=lambda connection, sandbox, most: registration.listed(connection, sandbox, "in_review", most=most),
)


def register(blueprint: Blueprint) -> None:
    """Add the pages and the form."""
    blueprint.add_url_rule("/registrations", "registrations", LIST.page, methods=["GET"])
    blueprint.add_url_rule("/registrations/<code>", "registration", show, methods=["GET"])
    blueprint.add_url_rule("/registrations/<code>", "decide_registration", decide, methods=["POST"])


def show(code: str, refused: Words | None = None) -> str:
    """One company: what is registered or applied for, grades, goods, history, and what may be decided."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        company = registration.find(connection, sandbox, code)
        enterprise = registration.enterprise_of(connection, sandbox, company.code) if company else None
        if company is None or enterprise is None:
            raise NotFound(code, sandbox)
        law = law_of(connection, sandbox)
        return render_template(
            "console/registration.html",
            company=company,
            version=enterprise.version,
            last=undoing.last(connection, sandbox, Subject.REGISTRATION, company.code, company.state, "registration"),
            proposal=proposals.about(connection, sandbox, "registration", company.code),
            refused=refused,
            holder=queue.holder(connection, sandbox, ("registration", company.code)),
            keys=KEYS,
            may=[action for action in STEPS if not refusals(enterprise, action, _GIVEN)],
            needs=NEED_REASON,
            because=[words.because(reason, law) for reason in company.reasons],
            step=_step_words,
            application=registration.application(connection, sandbox, company.code),
            grades=registration.grades(connection, sandbox, company.code),
            goods=registration.goods(connection, sandbox, company.code, most=MOST),
            past=history_out(registration.history(connection, sandbox, company.code)),
            typed=request.form if refused else {},
        )


def decide(code: str) -> tuple[str, int] | Response:
    """Decide about a company, then show it."""
    form, window = request.form, ports().window
    with reading(window.engine) as connection:
        sandbox = requested_sandbox(connection)
        known = registration.enterprise_of(connection, sandbox, code)
    action = form.get("act", "")
    if known is None:
        raise NotFound(code, sandbox)
    if form.get("version", known.version, int) != known.version:
        return show(code, words.phrase("label", "moved_on")), 409
    reason = form.get("reason", "").strip()[:1_000]
    try:
        filed = registration.act(window, sandbox, code, action, person(), {"reason": reason} if reason else {})
    except registration.NotPossible as impossible:
        return show(code, _reason_text(impossible.reasons)), 409
    except Refusal as refused:
        return show(code, refused.words), 409
    if (answered := awaited(sandbox, filed.decision)).refused:
        return show(code, not_carried_out(answered)), 409
    return onward(sandbox, ("registration", code), answered, link("console.registration", code=code))


def _reason_text(reasons: Sequence[Reason]) -> Words:
    refusals = [words.of_reason(reason) for reason in reasons]
    return Words(
        "；".join(for_people.reason(refusal.zh, words.ZH) for refusal in refusals),
        "; ".join(for_people.reason(refusal.en, words.EN) for refusal in refusals),
    )


def _step_words(action: str) -> Words:
    return words.act(STEPS[action], "registration")
