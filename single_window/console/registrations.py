"""The pages of registrations: companies, those first that wait for a registrar; one with its history, and the decision.

The form carries the version that the page showed: who decides on what has changed meanwhile is told so.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from declarations.lifecycle import lifecycles
from declarations.reasons import Reason
from gateways.decisions import Subject
from gateways.registration.officers import NEED_REASON, STEPS, against
from single_window.api.ports import ports
from single_window.cases import registration, undoing
from single_window.cases.stories import NotFound
from single_window.console import proposals
from single_window.console.cases import onward
from single_window.console.decisions import awaited, not_carried_out
from single_window.console.persons import person
from single_window.console.speech import asked_sandbox, link
from single_window.language import words
from single_window.language.words import Words
from single_window.store.engine import reading
from single_window.store.law_books import law_of

MOST = 50
WAITS = "in_review"
KEYS = {"approve": "a", "refuse": "x", "suspend": "u", "resume": "r"}
"""Keys of the decisions."""
_GIVEN = {"reason": "…", "until": "9999-12-31"}


def register(blueprint: Blueprint) -> None:
    """Add the pages and the form."""
    blueprint.add_url_rule("/registrations", "registrations", every, methods=["GET"])
    blueprint.add_url_rule("/registrations/<code>", "registration", show, methods=["GET"])
    blueprint.add_url_rule("/registrations/<code>", "decide_registration", decide, methods=["POST"])


def every() -> str:
    """Companies whose application waits, then all or those of a state, by code."""
    state, after = request.args.get("state", ""), request.args.get("after", "")
    with reading(ports().window.engine) as connection:
        sandbox = asked_sandbox(connection)
        found = registration.listed(connection, sandbox, state, after, MOST + 1)
        waiting = registration.listed(connection, sandbox, WAITS, "", MOST) if not (state or after) else []
    return render_template(
        "console/registrations.html",
        listed=found[:MOST],
        waiting=waiting,
        state=state,
        states=tuple(lifecycles()["registration"].states),
        after=found[MOST - 1].code if len(found) > MOST else "",
    )


def show(code: str, refused: Words | None = None) -> str:
    """One company: what is registered or applied for, grades, goods, history, and what may be decided."""
    with reading(ports().window.engine) as connection:
        sandbox = asked_sandbox(connection)
        company = registration.found(connection, sandbox, code)
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
            keys=KEYS,
            may=[action for action in STEPS if not against(enterprise, action, _GIVEN)],
            needs=NEED_REASON,
            because=[words.because(reason, law) for reason in company.reasons],
            step=_step_words,
            grades=registration.grades(connection, sandbox, company.code),
            said=words.said,
            event=words.event,
            goods=registration.goods(connection, sandbox, company.code, most=MOST),
            told=registration.history(connection, sandbox, company.code),
            typed=request.form if refused else {},
        )


def decide(code: str) -> tuple[str, int] | Response:
    """Decide about a company, then show it."""
    form, window = request.form, ports().window
    with reading(window.engine) as connection:
        sandbox = asked_sandbox(connection)
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
        return show(code, _said(impossible.reasons)), 409
    if (answered := awaited(sandbox, filed.decision)).refused:
        return show(code, not_carried_out(answered)), 409
    return onward(sandbox, ("registration", code), answered, link("console.registration", code=code))


def _said(reasons: Sequence[Reason]) -> Words:
    told = [words.said(reason) for reason in reasons]
    return Words("；".join(one.zh for one in told), "; ".join(one.en for one in told))


def _step_words(action: str) -> Words:
    return words.act(STEPS[action], "registration")
