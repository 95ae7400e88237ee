"""The inspector's page, made for a phone: goods to inspect; of each line result, found quantity, remark and photos; the
decision.

The results become part of the decision, in its reason and its values; the declarant reads the reason in the receipt.
Photos are files of the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask import Blueprint, g, render_template, request

from single_window.cases import questions_shown
from single_window.cases.declarations import assembly, cosmetics, held_by
from single_window.cases.declarations.decisions import LIST_DECISION
from single_window.cases.declarations.inspected_goods import inspected_goods
from single_window.cases.inspection_results import INSPECTED, LINES, RESULTS, LineResult
from single_window.cases.notes_and_files import kept_with
from single_window.cases.open_case import about_case
from single_window.frame import deciding, files, notes
from single_window.frame.decision_kinds import Requested, Subject
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.decision_forms import DecisionPage, cosmetics_of_form, reason_of_form, values_of_form
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.speech import link, requested_sandbox
from single_window.language.prepared_reasons import reason_choices
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.refused import LARGEST_ID, NotFound
from single_window.store import proposals
from single_window.store.engine import reading
from single_window.store.participants import company_names
from single_window.store.questioning import ASK


def register(blueprint: Blueprint) -> None:
    """Add the page, and the form that keeps photos."""
    add_page(blueprint, "/inspections/<int:number>", "inspection", show)
    where = "/inspections/<int:number>/photos"
    add_page(
        blueprint, where, "add_photos", add_photos, ("@decisions",), method="POST", defaults={"page": "inspection"}
    )


def add_photos(page: str, number: int) -> tuple[str, int]:
    """Keep the photos of the form, and show the page with all that is filled in."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        subject = LIST_DECISION.by_id(connection, sandbox, str(min(number, LARGEST_ID)))
    try:
        if not _keep_photos(sandbox, subject):
            g.refused_photo = request.args.get("line", 0, int)
            raise Refusal("no_file")
    except Refusal as refused:
        return show(number, refused.words), 422
    return show(number, typed=request.form), 200


def _keep_photos(sandbox: str, subject: Subject) -> int:
    """Add the photos of the form to the case, each with the line of goods that it shows; return how many there are.
    Raises `Refusal`, or `Lacking` for a visitor who may not."""
    chosen = [(line, file) for line in range(1, LINES + 1) for file in request.files.getlist(f"photo-{line}")]
    sent = [(line, file) for line, file in chosen if file.filename]
    if sent:
        notes.demand_keeping(ports().window, sandbox, subject, current_person())
    for line, file in sent:
        name, media_type = file.filename or "", file.mimetype or ""
        try:
            files.add(
                ports().window,
                sandbox,
                subject,
                name=name,
                declared=media_type,
                body=file.read(),
                who=current_person(),
                line=line,
            )
        except Refusal:
            g.refused_photo = line  # told at its field
            raise
    return len(sent)


def show(number: int, refused: Words | None = None, typed: Mapping[str, Any] = MappingProxyType({})) -> str:
    """Show why these goods were chosen for inspection, where they are, each line, and the possible decisions. `typed`:
    what is filled in; after a refusal the form that was sent."""
    number = min(number, LARGEST_ID)
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        story = assembly.of_declaration(connection, sandbox, number)
        if story.head is None:
            raise NotFound(number, sandbox)
        proposal = proposals.about(connection, sandbox, "declaration", number)
        subject = LIST_DECISION.by_id(connection, sandbox, str(number))
        is_open = story.head.state == INSPECTED and proposal is None
        possible = deciding.acts_now(connection, sandbox, LIST_DECISION, subject) if is_open else ()
        return render_template(
            "console/inspection.html",
            head=story.head,
            goods=inspected_goods(connection, sandbox, number, LINES),
            names=company_names(connection, sandbox, {story.head.ebc_code}),
            possible=possible,
            proposal=proposal,
            **held_by.shown(connection, sandbox, number),
            results=RESULTS,
            kept=kept_with(connection, sandbox, "inspection", subject),
            asking={"declaration": questions_shown.shown(connection, sandbox, subject)},
            refused=refused,
            refused_photo=g.get("refused_photo", 0),
            choices=reason_choices("declaration"),
            cosmetics=cosmetics.form_of(connection, sandbox, number),
            **about_case(connection, sandbox, ("declaration", str(number))),
            typed=request.form if refused else typed,
        )


def results_of(form: Mapping[str, str]) -> list[LineResult]:
    """Return the result, remark and found quantity of each line in a form; an empty result where none was chosen."""
    filled = [line for line in range(1, LINES + 1) if f"line-{line}" in form or f"remark-{line}" in form]
    names = ("line", "remark", "found")
    return [LineResult(line, *(form.get(f"{name}-{line}", "") for name in names)) for line in filled]


def _requested_inspection(sandbox: str, subject: Subject) -> Requested:
    """The decision that the form requests, with the result of each line of goods. The form's photos are kept first, so
    that a refusal loses none."""
    _keep_photos(sandbox, subject)
    action = request.form.get("act", "")
    if action == ASK:
        return values_of_form(subject)
    why = reason_of_form("declaration", action, request.form)
    findings = {"findings": [list(result) for result in results_of(request.form)], **cosmetics_of_form(request.form)}
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
