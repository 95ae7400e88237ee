"""The task of an inspector, made for a phone: what to look at, the result of each line of goods, remarks, the decision.

What was found goes with the decision, in its reason and as its values; the declarant reads the reason in the receipt.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, render_template, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from single_window.cases import declarations as stories
from single_window.cases import inspection_results, queue
from single_window.cases.case_pages import onward
from single_window.cases.declarations import decisions as acts
from single_window.cases.inspection_results import LINES, RESULTS, LineResult
from single_window.cases.proposals import pages as proposals
from single_window.frame.http.ports import ports
from single_window.frame.not_found import LARGEST_ID, NotFound
from single_window.frame.pages import reasons
from single_window.frame.pages.decisions import KEYS, awaited, not_carried_out
from single_window.frame.pages.persons import person
from single_window.frame.pages.speech import link, requested_sandbox
from single_window.language import words
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.store.engine import reading
from single_window.work.decisions import ReasonNeeded


def register(blueprint: Blueprint) -> None:
    """Add the page and its form."""
    blueprint.add_url_rule("/inspections/<int:number>", "inspection", show, methods=["GET"])
    blueprint.add_url_rule("/inspections/<int:number>", "record_inspection", record, methods=["POST"])


def show(number: int, refused: Words | None = None) -> str:
    """The task: why these goods were chosen, where they are, each line of them, what may be decided."""
    number = min(number, LARGEST_ID)
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        story = stories.of_declaration(connection, sandbox, number)
        if story.head is None:
            raise NotFound(number, sandbox)
        proposal = proposals.about(connection, sandbox, "declaration", number)
        may = (
            acts.possible(story.head.state, "declaration", story.head.flow, [why.rule for why in story.head.because])
            if story.head.state == "under_inspection" and proposal is None
            else ()
        )
        return render_template(
            "console/inspection.html",
            head=story.head,
            lines=inspection_results.goods(story)[:LINES],
            may=may,
            proposal=proposal,
            drawn=story.head.because,
            results=RESULTS,
            refused=refused,
            keys=KEYS,
            choices=reasons.choices("declaration"),
            holder=queue.holder(connection, sandbox, ("declaration", str(number))),
            typed=request.form if refused else {},
        )


def record(number: int) -> tuple[str, int] | Response:
    """Decide about goods that were inspected; each line of them has its result first."""
    form, act = request.form, request.form.get("act", "")
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        subject, lines = _task(connection, sandbox, min(number, LARGEST_ID))
    try:
        results = inspection_results.checked(in_form(form, lines), lines, act)
    except inspection_results.FindingsMissing as missing:
        return show(number, missing.words), 400
    if form.get("version", subject.version, int) != subject.version:
        return show(number, words.phrase("label", "moved_on")), 409
    given = [reasons.given("declaration", act, form), inspection_results.summed_up(results)]
    why = "; ".join(filter(None, given))[: reasons.LONGEST]
    try:
        filed = acts.act_on(ports().window, sandbox, subject, act, why, person(), inspection_results.kept(results))
    except ReasonNeeded:
        return show(number, words.phrase("label", "reason_needed")), 400
    except Refusal as refused:
        return show(number, refused.words), 409
    if (answered := awaited(sandbox, filed.decision)).refused:
        return show(number, not_carried_out(answered)), 409
    return onward(sandbox, ("declaration", str(number)), answered, link("console.declaration", declaration_id=number))


def in_form(form: Mapping[str, str], lines: int) -> list[LineResult]:
    """What a form says of so many lines of goods."""
    return [
        LineResult(line, form.get(f"line-{line}", ""), form.get(f"remark-{line}", "")) for line in range(1, lines + 1)
    ]


def _task(connection: Connection, sandbox: str, number: int) -> tuple[stories.Match, int]:
    """The list of a task, and how many lines of goods it has; raises `NotFound`."""
    subject = stories.of_list(connection, sandbox, number)
    if subject is None:
        raise NotFound(number, sandbox)
    return subject, inspection_results.lines_of(connection, sandbox, number)
