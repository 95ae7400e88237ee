"""The form of a decision: decides about the subject of a page, then shows the next case, or why it was not done."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, request
from werkzeug.wrappers import Response

from single_window.cases.case_pages import onward
from single_window.frame.deciding import CONFLICTS, decide_about, moved_on
from single_window.frame.http.ports import ports
from single_window.frame.pages.decisions import DecisionPage, awaited, not_carried_out
from single_window.frame.pages.persons import person
from single_window.frame.pages.speech import requested_sandbox
from single_window.language.refusal import Refusal
from single_window.store.engine import reading


def register(blueprint: Blueprint, pages: Iterable[DecisionPage]) -> None:
    """Add the forms of all pages: one view, at the path of each."""
    by_name = {page.name: page for page in pages}

    def decide(page: str, number: str) -> tuple[str, int] | Response:
        """Decide as the form of a page says."""
        return _decide(by_name[page], number)

    for name, page in by_name.items():
        blueprint.add_url_rule(page.path, "decide", decide, methods=["POST"], defaults={"page": name})


def _decide(page: DecisionPage, number: str) -> tuple[str, int] | Response:
    window = ports().window
    with reading(window.engine) as connection:
        sandbox = requested_sandbox(connection)
        subject = (page.kind.find if page.named else page.kind.by_id)(connection, sandbox, number)
    try:
        with reading(window.engine) as connection:
            if request.form.get("version", 0, int) not in (0, subject.version):
                raise moved_on(connection, sandbox, subject)
            wanted = page.requested(connection, sandbox, page, subject)
        here = page.address(subject)
        filed = decide_about(window, sandbox, page.kind, subject, wanted, person())
    except Refusal as refused:
        return page.show(subject, refused.words), 409 if refused.name in CONFLICTS else 422
    if (answered := awaited(sandbox, filed.decision)).refused:
        return page.show(subject, not_carried_out(answered)), 409
    return onward(sandbox, (subject.kind, str(subject.id)), answered, here)
