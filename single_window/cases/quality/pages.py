"""The console's pages of quality: the checks of a month for supervisors, and one check for the second officer."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from gateways.customs.review import CONCLUDES
from single_window.cases.declarations.cosmetics import form_of_lines
from single_window.cases.declarations.revaluing import METHOD, PRICES, REVALUE, RevaluingForm, form_of
from single_window.cases.form_values import form_values
from single_window.cases.monthly import Month, month_of
from single_window.cases.quality.choices import choices, cosmetics_to_decide, not_possible_then
from single_window.cases.quality.decisions import QUALITY_DECISION, may_check
from single_window.cases.quality.evidence import evidence_of
from single_window.cases.quality.figures import current_month, quality_of
from single_window.frame.decision_kinds import Requested, Subject
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.decision_forms import (
    CasePage,
    cosmetics_of_form,
    pages_of_cases,
    reason_of_form,
    tell_at,
    values_of_form,
)
from single_window.frame.pages.keys import place_of
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.speech import link, requested_sandbox
from single_window.language.prepared_reasons import reason_choices
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.store import case_queue, quality_checks
from single_window.store.engine import reading
from single_window.store.participants import company_names
from single_window.store.quality_checks import StoredCheck
from single_window.store.subjects import QUALITY_CHECK
from single_window.work import quality_checking
from single_window.work.quality_checking import CHECK, MonthSpan

CI_LEFT, CI_WIDTH = 8, 204
"""Where the axis of an interval begins in its drawing, and how long it is."""


def register(blueprint: Blueprint) -> None:
    """Add the pages and the form that draws."""
    add_page(blueprint, "/quality", "quality", show_quality, ("supervise",))
    add_page(blueprint, "/quality", "draw_quality", draw_quality, ("plan_quality",), method="POST")
    add_page(blueprint, "/quality/<int:number>", "quality_check", show_check_page, ("check_quality",))


def show_quality() -> str:
    """Show the checks of a month: agreement with intervals, and what was overturned."""
    window = ports().window
    with reading(window.engine) as connection:
        sandbox = requested_sandbox(connection)
        month = _month(sandbox)
        quality = quality_of(window, connection, sandbox, month)
    return render_template(
        "console/quality.html",
        quality=quality,
        at=lambda share: round(CI_LEFT + CI_WIDTH * share, 1),
        added=request.args.get("added", None, int),
    )


def draw_quality() -> Response:
    """Draw the checks of a month, then show them."""
    window = ports().window
    with reading(window.engine) as connection:
        sandbox = requested_sandbox(connection)
    month = _month(sandbox)
    added = quality_checking.draw(window, sandbox, MonthSpan(*month))
    return redirect(link("console.quality", month=month.name, added=added), 303)


def show_check_page(number: int) -> str:
    """Show one check."""
    return show_check(str(number))


def show_check(number: str, refused: Words | None = None) -> str:
    """Show one check: why the case waited, what was declared, and the form. What was decided is shown once the second
    decision is there."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        subject = QUALITY_DECISION.find(connection, sandbox, number)
        values = form_values(connection, sandbox, QUALITY_DECISION, subject, refused)
        check: StoredCheck = subject.record
        facts = evidence_of(connection, sandbox, check)
        found = choices(connection, sandbox, check)
        determined, wrong = _determined(connection, sandbox, check, subject) if REVALUE in found else (None, None)
        lines = cosmetics_to_decide(connection, sandbox, check)
        cosmetics = form_of_lines(connection, sandbox, int(check.subject_id), lines) if lines else ()
        options = dict(sorted(found.items(), key=lambda act: place_of(act[0])))
        impossible = not_possible_then(connection, sandbox, check)
        key = QUALITY_CHECK, str(subject.id)
        case = case_queue.of_keys(connection, sandbox, [key]).get(key)
        names = company_names(connection, sandbox, {case.company} if case else set())
    return render_template(
        "console/quality_check.html",
        check=check,
        case=case,
        options=options,
        impossible=impossible,
        prepared=reason_choices(check.subject),
        names=names,
        may=may_check(check, current_person()),
        revealed=0,
        revaluing=determined,
        concludes=CONCLUDES,
        cosmetics=cosmetics,
        worked_out=bool(request.form.get("preview")) and determined is not None and determined.worked is not None,
        waits=check.state == quality_checks.WAITING,
        **{**values, **facts, "dossier_of": None, **({"refused": wrong} if wrong else {})},
    )


def _determined(
    connection: Connection, sandbox: str, check: StoredCheck, subject: Subject
) -> tuple[RevaluingForm, Words | None]:
    """Return the fields of a value that the second officer would determine, with the tax at it if he asks for that, and
    why it cannot be worked out."""
    number = int(check.subject_id)
    if not request.form.get("preview"):
        return form_of(connection, sandbox, number, None), None
    try:
        return form_of(connection, sandbox, number, values_of_form(subject)), None
    except Refusal as refused:
        tell_at(refused)
        return form_of(connection, sandbox, number, None), refused.words


def _decision_of_form(sandbox: str, subject: Subject) -> Requested:
    form = request.form
    check, choice = subject.record, form.get("choice", "")
    reason = reason_of_form(check.subject, choice, form)
    typed = values_of_form(subject).values if choice == REVALUE else {}
    values = {name: typed[name] for name in (METHOD, PRICES) if name in typed}
    values |= cosmetics_of_form(form) if choice in CONCLUDES else {}
    return Requested(CHECK, reason, form.get("version", 0, int), {"choice": choice, **values})


QUALITY_CASE_PAGE = CasePage(QUALITY_CHECK, lambda case: link("console.quality_check", number=case.subject_id))
QUALITY_DECISION_PAGE = pages_of_cases(
    QUALITY_DECISION,
    "/quality/<number>",
    show_check,
    lambda number: link("console.quality_check", number=number),
    requested=_decision_of_form,
)[1]


def _month(sandbox: str) -> Month:
    month = month_of(request.values.get("month", "")) or month_of(current_month(ports().window, sandbox))
    assert month is not None
    return month
