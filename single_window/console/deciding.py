"""The page of a list, as whoever decides about it needs it, and the decisions about it and its requests.

It offers what lifecycle and flow allow. Its form carries the version that it showed: who decides on what somebody has
moved on meanwhile gets a conflict, and nothing is filed."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response

from declarations.lifecycle import LIFECYCLE_OF
from gateways.decisions import Subject
from single_window.cases import declarations as stories
from single_window.cases import queue, undoing
from single_window.cases.case_pages import onward
from single_window.cases.declarations import Match, Story, proof
from single_window.cases.declarations import decisions as acts
from single_window.cases.proposals import pages as proposals
from single_window.cases.undoing import Last
from single_window.frame.http.ports import ports
from single_window.frame.not_found import LARGEST_ID, NotFound
from single_window.frame.pages import reasons
from single_window.frame.pages.decisions import KEYS, awaited, not_carried_out
from single_window.frame.pages.persons import person
from single_window.frame.pages.speech import link, requested_sandbox, say
from single_window.language import words
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.store import tables
from single_window.store.engine import reading
from single_window.work.decisions import ReasonNeeded


def register(blueprint: Blueprint) -> None:
    """Add the forms."""
    blueprint.add_url_rule("/declarations/<int:number>/decision", "decide_list", decide_list, methods=["POST"])
    blueprint.add_url_rule("/requests/<int:number>/decision", "decide_request", decide_request, methods=["POST"])


def decide_list(number: int) -> tuple[str, int] | Response:
    """Decide about a list, then show it."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        subject = stories.of_list(connection, sandbox, min(number, LARGEST_ID))
    if subject is None:
        raise NotFound(number, sandbox)
    return _decide(sandbox, subject, subject.id)


def decide_request(number: int) -> tuple[str, int] | Response:
    """Decide about a cancellation or return, then show the list that it is about."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        subject = stories.of_request(connection, sandbox, min(number, LARGEST_ID))
        about = connection.execute(
            select(tables.request.c.declaration_id).where(
                tables.request.c.sandbox == sandbox, tables.request.c.id == min(number, LARGEST_ID)
            )
        ).scalar()
    if subject is None or not about:
        raise NotFound(number, sandbox)
    return _decide(sandbox, subject, about)


def _decide(sandbox: str, subject: Match, about: int) -> tuple[str, int] | Response:
    form = request.form
    why = reasons.given(subject.category, form.get("act", ""), form)
    seen = (form.get("state", subject.state), form.get("version", subject.version, int))
    if seen != (subject.state, subject.version):
        return case(about, words.phrase("label", "moved_on")), 409
    try:
        filed = acts.act_on(ports().window, sandbox, subject, form.get("act", ""), why, person())
    except ReasonNeeded:
        other = reasons.of_another(form.get("act", ""), form)
        return case(about, words.phrase("label", "reason_of_another" if other else "reason_needed")), 400
    except Refusal as refused:
        return case(about, refused.words), 409
    if (answered := awaited(sandbox, filed.decision)).refused:
        return case(about, not_carried_out(answered)), 409
    return onward(
        sandbox, (subject.category, str(subject.id)), answered, link("console.declaration", declaration_id=about)
    )


def case(declaration_id: int, refused: Words | None = None, revealed: int = 0) -> str:
    """One list: documents, evidence, timeline, receipts, tax, what may be decided and what else may happen.

    `revealed` is the id of the document whose identity numbers are shown in full.
    """
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        story = stories.of_declaration(connection, sandbox, declaration_id)
        holder = queue.holder(connection, sandbox, ("declaration", str(declaration_id)))
        proposal = proposals.about(connection, sandbox, "declaration", declaration_id)
        proposed = {
            requested.id: pending
            for requested in story.requests
            if (pending := proposals.about(connection, sandbox, "request", requested.id))
        }
        return render_template(
            "console/story.html",
            story=story,
            possible=acts.possible,
            decided=acts.DECIDED,
            lives=LIFECYCLE_OF,
            keys=KEYS,
            refused=refused,
            holder=holder,
            proposal=proposal,
            proposed=proposed,
            lasts=_lasts(connection, sandbox, story),
            choices=reasons.choices,
            typed=request.form if refused else {},
            revealed=revealed,
            **proof.beside(connection, sandbox, declaration_id),
        )


def _lasts(connection: Connection, sandbox: str, story: Story) -> list[tuple[Last, str]]:
    """What was decided last about a list and its requests, each with the name of a request."""
    head = story.head
    own = (
        undoing.last(connection, sandbox, Subject.DECLARATION, head.id, head.state, "declaration", head.flow)
        if head
        else None
    )
    about = [
        (
            undoing.last(
                connection, sandbox, Subject.REQUEST, requested.id, requested.state, LIFECYCLE_OF[requested.kind]
            ),
            f"{say(requested.words)} {requested.key}",
        )
        for requested in story.requests
    ]
    return [(last, name) for last, name in [(own, ""), *about] if last is not None]
