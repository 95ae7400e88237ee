"""The task of an inspector, made for a phone: what to look at, the result of each line of goods, remarks, the decision.

What was found goes with the decision, in its reason and as its values; the declarant reads the reason in the receipt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask import Blueprint, render_template, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from single_window.api.ports import ports
from single_window.cases import acts, queue, stories
from single_window.cases.stories import LARGEST_ID, NotFound
from single_window.console import proposals, reasons
from single_window.console.cases import onward
from single_window.console.decisions import awaited, not_carried_out
from single_window.console.persons import person
from single_window.console.speech import link, requested_sandbox
from single_window.language import words
from single_window.language.words import Words
from single_window.store.engine import reading
from single_window.work.decisions import ReasonNeeded

RESULTS = ("as_declared", "differs", "missing")
"""What an inspector may enter for a line of goods."""
REMARK = 100
"""Characters of a remark about one line."""
LINES = 50
"""Lines of goods that a task shows."""


class Finding(NamedTuple):
    """The result for a line of goods: its number, the result, a remark."""

    line: int
    result: str
    remark: str


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
            lines=_goods(story)[:LINES],
            may=may,
            proposal=proposal,
            drawn=story.head.because,
            results=RESULTS,
            refused=refused,
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
    results = findings(form, lines)
    if results is None:
        return show(number, words.phrase("label", "result_missing")), 400
    if act == "conclude" and any(line.result != RESULTS[0] and not line.remark for line in results):
        return show(number, words.phrase("label", "remark_missing")), 400
    if form.get("version", subject.version, int) != subject.version:
        return show(number, words.phrase("label", "moved_on")), 409
    why = "; ".join(filter(None, [reasons.given("declaration", act, form), summed_up(results)]))[: reasons.LONGEST]
    try:
        filed = acts.act_on(ports().window, sandbox, subject, act, why, person(), {"findings": [*map(list, results)]})
    except ReasonNeeded:
        return show(number, words.phrase("label", "reason_needed")), 400
    except acts.ActNotAllowed as refused:
        return show(number, refused.words), 409
    if (answered := awaited(sandbox, filed.decision)).refused:
        return show(number, not_carried_out(answered)), 409
    return onward(sandbox, ("declaration", str(number)), answered, link("console.declaration", declaration_id=number))


def findings(form: Mapping[str, str], lines: int) -> list[Finding] | None:
    """The findings in a form about so many lines of goods; None where a line has no result."""
    results = [
        Finding(line, form.get(f"line-{line}", ""), form.get(f"remark-{line}", "").strip()[:REMARK])
        for line in range(1, lines + 1)
    ]
    return results if all(line.result in RESULTS for line in results) else None


def summed_up(results: Sequence[Finding]) -> str:
    """The lines that are not as declared, in both languages, as text of a reason; empty where all are."""
    names = {name: words.phrase("inspected", name) for name in RESULTS}
    odd = [line for line in results if line.result != RESULTS[0] or line.remark]
    return "; ".join(
        f"{line.line} {names[line.result].zh} {names[line.result].en}{': ' if line.remark else ''}{line.remark}"
        for line in odd
    )


def _task(connection: Connection, sandbox: str, number: int) -> tuple[stories.Match, int]:
    """The list of a task, and how many lines of goods it has; raises `NotFound`."""
    subject = stories.of_list(connection, sandbox, number)
    if subject is None:
        raise NotFound(number, sandbox)
    return subject, min(LINES, len(_goods(stories.of_declaration(connection, sandbox, number))))


def _goods(story: stories.Story) -> Sequence[object]:
    """The lines of goods of the list itself."""
    kind = story.head.kind if story.head else ""
    return next((document.lines for document in story.documents if document.kind == kind), ())
