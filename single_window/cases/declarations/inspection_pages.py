"""The inspector's page, made for a phone: goods to inspect, a result and remark for each line, the decision.

The results become part of the decision, in its reason and its values; the declarant reads the reason in the receipt.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, render_template, request

from gateways.holds import Held
from single_window.cases import inspection_results, questions_shown
from single_window.cases.declarations import assembly as stories
from single_window.cases.declarations.decisions import LIST_DECISION
from single_window.cases.inspection_results import INSPECTED, LINES, RESULTS, LineResult
from single_window.cases.kept_with_case import kept_with
from single_window.cases.open_case import about_case
from single_window.frame import deciding
from single_window.frame.decision_kinds import Requested, Subject
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.decision_forms import DecisionPage, reason_choices, reason_of_form, values_of_form
from single_window.frame.pages.speech import link, requested_sandbox
from single_window.language.words import Words
from single_window.refused import LARGEST_ID, NotFound
from single_window.store import holds, proposals
from single_window.store.engine import reading
from single_window.store.questioning import ASK


def register(blueprint: Blueprint) -> None:
    """Add the page and its form."""
    add_page(blueprint, "/inspections/<int:number>", "inspection", show)


def show(number: int, refused: Words | None = None) -> str:
    """Show why these goods were chosen for inspection, where they are, each line, and the possible decisions."""
    number = min(number, LARGEST_ID)
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        story = stories.of_declaration(connection, sandbox, number)
        if story.head is None:
            raise NotFound(number, sandbox)
        proposal = proposals.about(connection, sandbox, "declaration", number)
        subject = LIST_DECISION.by_id(connection, sandbox, str(number))
        is_open = story.head.state == INSPECTED and proposal is None
        possible = deciding.acts_now(connection, sandbox, LIST_DECISION, subject) if is_open else ()
        return render_template(
            "console/inspection.html",
            head=story.head,
            lines=inspection_results.goods(story)[:LINES],
            possible=possible,
            proposal=proposal,
            sample=holds.is_held(connection, sandbox, Held.LIST, str(number)),
            results=RESULTS,
            kept=kept_with(connection, sandbox, "inspection", subject),
            asking={"declaration": questions_shown.shown(connection, sandbox, subject)},
            refused=refused,
            choices=reason_choices("declaration"),
            **about_case(connection, sandbox, ("declaration", str(number))),
            typed=request.form if refused else {},
        )


def results_of(form: Mapping[str, str]) -> list[LineResult]:
    """The result and the remark that a form has for each line of goods; an empty result where none was chosen."""
    filled = [line for line in range(1, LINES + 1) if f"line-{line}" in form or f"remark-{line}" in form]
    return [LineResult(line, form.get(f"line-{line}", ""), form.get(f"remark-{line}", "")) for line in filled]


def _requested_inspection(sandbox: str, subject: Subject) -> Requested:
    """The decision that the form requests, with the result of each line of goods."""
    action = request.form.get("act", "")
    if action == ASK:
        return values_of_form(subject)
    why = reason_of_form("declaration", action, request.form)
    findings = {"findings": [list(result) for result in results_of(request.form)]}
    return Requested(action, why, request.form.get("version", 0, int), findings)


def _show_refused(subject: Subject, refused: Words) -> str:
    return show(int(subject.id), refused)


INSPECTION_DECISION_PAGE = DecisionPage(
    "inspection",
    LIST_DECISION,
    "/inspections/<number>",
    _show_refused,
    lambda subject: link("console.declaration", declaration_id=subject.id),
    _requested_inspection,
)
