"""Forms on the pages of cases besides those that decide: a note, a file, who deals with it; and downloads of files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from single_window.cases import assignment, next_case, notes_and_files
from single_window.cases.assignment import Wanted
from single_window.cases.case_pages import next_page
from single_window.cases.queue_beside import kept_filter
from single_window.cases.subjects import values
from single_window.console import handed_on
from single_window.console.sign_in import own_path
from single_window.frame import files as case_files
from single_window.frame import notes
from single_window.frame.deciding import CONFLICTS
from single_window.frame.decision_kinds import Subject
from single_window.frame.http.downloads import as_download
from single_window.frame.http.ports import ports
from single_window.frame.pages.decision_forms import DecisionPage
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.speech import given_day, given_number, link, requested_sandbox
from single_window.language.refusal import Refusal
from single_window.refused import demand_found
from single_window.store import files
from single_window.store.case_queue import Key
from single_window.store.engine import reading

SKIP = "skip"
"""What a form does besides the actions of `assignment`: the next case is shown, and this one not again for now."""
Keep = Callable[[str, Subject], object]


def register(blueprint: Blueprint) -> None:
    """Add the forms, the files, and what templates call."""
    for name, view in (("note", add_note), ("file", add_file)):
        blueprint.add_url_rule(f"/cases/<page>/<path:number>/{name}", f"add_{name}", view, methods=["POST"])
    blueprint.add_url_rule("/cases/<page>/<path:number>/assignment", "assign", assign, methods=["POST"])
    blueprint.add_url_rule("/cases/<page>/<path:number>/files/<sha256>", "case_file", send_file, methods=["GET"])
    blueprint.context_processor(page_words)
    blueprint.after_request(_tell)


def page_words() -> dict[str, Any]:
    """Return what templates call."""
    return {
        "in_time": notes_and_files.in_time,
        "file_size": file_size,
        "max_note": notes.MAX_TEXT,
        "max_file": case_files.MAX_BYTES,
    }


def _tell(response: Response) -> Response:
    notes_and_files.see_alerts()
    return response


@cache
def _pages() -> Mapping[str, DecisionPage]:
    return {page.name: page for page in values("pages", DecisionPage) if page.kind.settle is None}


def add_note(page: str, number: str) -> str | tuple[str, int] | AnyResponse:
    """Add the note of the form, and show the case again."""
    return _keep(
        page,
        number,
        lambda sandbox, subject: notes.add(ports().window, sandbox, subject, _note_of_form(), current_person()),
        "notes",
    )


def _note_of_form() -> str:
    """Return the note with the colleague whom the form has chosen."""
    return notes.mentioning(request.form.get("note", "").strip(), request.form.get("mention", "")[:40])


def add_file(page: str, number: str) -> str | tuple[str, int] | AnyResponse:
    """Add the file of the form, and show the case again."""
    return _keep(page, number, _add_file, "files")


def _add_file(sandbox: str, subject: Subject) -> object:
    given, window = request.files.get("file"), ports().window
    if given is None or not given.filename:
        raise Refusal("no_file")
    notes.demand_keeping(window, sandbox, subject, current_person())
    return case_files.add(
        window, sandbox, subject, given.filename, given.mimetype or "", given.read(), current_person()
    )


def _keep(page: str, number: str, keep: Keep, part: str) -> str | tuple[str, int] | AnyResponse:
    """Keep something with a case; then show its page at that part, or, if it is refused, with what was typed."""
    known = demand_found(_pages().get(page), page, "")
    sandbox, subject = _subject_of(known, number)
    try:
        keep(sandbox, subject)
    except Refusal as refused:
        return known.show(subject, refused.words), 422
    here = own_path(request.form.get("here", "")) or known.address(subject)
    return redirect(f"{here}#{part}", 303)


def assign(page: str, number: str) -> str | tuple[str, int] | AnyResponse:
    """Hand the case on as the form requests: then show the next case, or this one if it was taken up."""
    form, known = request.form, demand_found(_pages().get(page), page, "")
    sandbox, subject = _subject_of(known, number)
    key, action = _key_of_form(subject), form.get("do", "")
    why = form.get("escalate_why" if action == assignment.ESCALATE else "why", "")
    wanted = Wanted(action, given_day(form.get("until", "")), why, form.get("to", ""))
    try:
        if action == SKIP:
            next_case.skip(sandbox, key)
        else:
            assignment.assign(ports().window, sandbox, current_person(), key, wanted)
    except Refusal as refused:
        return known.show(subject, refused.words), 409 if refused.name in CONFLICTS else 422
    if action == assignment.TAKE_UP:
        return redirect(known.address(subject), 303)
    handed_on.remember(sandbox, key, wanted)
    return redirect(
        link("console.review", **kept_filter()) if action == assignment.LET_GO else next_page(sandbox, key), 303
    )


def _key_of_form(subject: Subject) -> Key:
    """The case that the form is about: the subject of the page, or a request that is decided there."""
    kind, _, number = request.form.get("case", "").partition("~")
    return (kind, number) if number else (subject.kind, str(subject.id))


def send_file(page: str, number: str, sha256: str) -> Response:
    """Send a file of a case, to be saved."""
    known = demand_found(_pages().get(page), page, "")
    sandbox, subject = _subject_of(known, number)
    with reading(ports().window.engine) as connection:
        file = files.find(connection, sandbox, subject.kind, str(subject.id), sha256, given_number("entry"))
        body = files.get(connection, sandbox, sha256) if file else None
    return as_download(demand_found(file, sha256[:64], sandbox), demand_found(body, sha256[:64], sandbox))


def _subject_of(page: DecisionPage, number: str) -> tuple[str, Subject]:
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        return sandbox, page.kind.by_id(connection, sandbox, number)


def file_size(size: int) -> str:
    """Return the size of a file, in bytes, as people read it."""
    for unit, least in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
        if size >= least:
            return f"{size / least:.1f} {unit}"
    return f"{size} B"
