"""The console's page of plans of spot checks: what each has drawn and can find, and the form that opens one."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from declarations.spot_checks.plans import CHOICES, FIELDS, FORMS, read_terms, write_terms
from declarations.spot_checks.power import chance_of_acceptance
from gateways.spot_checks.acts import OPEN, PLAN
from single_window.cases.spot_checks.answers import SpotCheckPlanOut, SpotCheckPreviewOut
from single_window.cases.spot_checks.decisions import KIND, OPENING
from single_window.cases.spot_checks.previews import BAD_SHARES, preview_plan
from single_window.cases.spot_checks.queries import list_spot_check_plans, show_plans
from single_window.cases.spot_checks.redraw import redraw
from single_window.frame.creating import create
from single_window.frame.decision_kinds import Requested
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.decision_forms import await_answer, refusal_words
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.speech import link, requested_sandbox
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.store.engine import reading


def register(blueprint: Blueprint) -> None:
    """Add the page and the form that opens a plan."""
    add_page(blueprint, "/spot_check_plans", "spot_check_plans", show_plan_page, ("decide_spot_checks", "supervise"))
    add_page(blueprint, "/spot_check_plans", "open_spot_check_plan", open_plan, ("decide_spot_checks",), method="POST")


def show_plan_page(refused: Words | None = None, previewed: SpotCheckPreviewOut | None = None) -> str:
    """List plans, newest first; `redraw` names one that is drawn again. `previewed`: what one would draw."""
    again = request.args.get("redraw", "")[:20]
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        plans = show_plans(connection, sandbox)
        ended = {plan.plan_no: plan for plan in list_spot_check_plans(connection, sandbox) if plan.secret}
        drawn = redraw(connection, sandbox, ended[again]) if again in ended else None
    return render_template(
        "console/spot_check_plans.html",
        plans=[(plan, read_terms(plan.terms), missed(plan)) for plan in plans],
        drawn=drawn,
        refused=refused,
        previewed=previewed,
        typed=request.form if refused or previewed else {},
        fields=[(name, CHOICES.get(name, ()), FORMS.get(name, "")) for name in FIELDS],
    )


def _terms_of_form() -> str:
    """The terms that the form says: its field `plan`, or a field for each term."""
    return (request.form.get(PLAN, "") or write_terms(request.form)).strip()


def missed(plan: SpotCheckPlanOut) -> list[tuple[float, float]]:
    """Return for each share of bad goods the probability that as many samples as the plan has meet none."""
    return [(share, chance_of_acceptance(plan.samples, 0, share)) for share in BAD_SHARES] if plan.samples else []


def open_plan() -> tuple[str, int] | Response:
    """Open a plan as the form says, then show all plans; by the other button only say what it would draw."""
    window = ports().window
    with reading(window.engine) as connection:
        sandbox = requested_sandbox(connection)
    wanted = Requested(OPEN, values={PLAN: _terms_of_form()})
    try:
        if "preview" in request.form:
            with reading(window.engine) as connection:
                return show_plan_page(previewed=preview_plan(connection, window, sandbox, wanted.values[PLAN])), 200
        filed = create(window, sandbox, KIND, OPENING, wanted, current_person())
    except Refusal as refused:
        return show_plan_page(refused.words), 422
    if (answered := await_answer(sandbox, filed)).refused:
        return show_plan_page(refusal_words(answered)), 409
    return redirect(link("console.spot_check_plans"), 303)
