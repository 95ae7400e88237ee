"""Reveals the identity number of a document to an officer, after recording that in the log of decisions."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Blueprint, redirect, render_template, request
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response

from single_window.accounts import rights
from single_window.accounts.rights import Lacking
from single_window.cases.declarations import arrivals, message_parts, story_page
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.numbered_pages import pages_near
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.speech import link, requested_sandbox
from single_window.refused import LARGEST_ID, NotFound
from single_window.store import decision_log, sandboxes
from single_window.store.engine import reading, writing
from single_window.store.tables import declaration, document

log = structlog.get_logger(__name__)
MAX_LISTS = 20
"""Maximum number of an order's lists whose customs offices are checked."""


def register(blueprint: Blueprint) -> None:
    """Add the form, and the redirect for a GET of its address."""
    blueprint.add_url_rule("/documents/<int:number>/reveal", "reveal", show, methods=["POST"])
    add_page(blueprint, "/documents/<int:number>/reveal", "concealed", back)


def show(number: int) -> str:
    """Show the page of the form (a list or a message) with the identity numbers of one document revealed.

    Raises `NotFound`, or `Lacking` if the document's lists belong to another customs office.
    """
    with reading(ports().window.engine) as connection:
        sandbox, row = _document(connection, number)
        _check_reason(connection, sandbox, row.order_no)
        story = None if request.form.get("list") else arrivals.of_message(connection, sandbox, row.message_id)
    who = current_person()
    with writing(ports().window.engine) as connection:
        now = sandboxes.find(connection, sandbox).clock.now()
        about = [("document", str(row.id))]
        decision_log.append_notes(
            connection, sandbox, about, decision_log.REVEALED, (who.name, who.role), row.order_no, now
        )
    log.info(
        "officer.revealed",
        by=who.name,
        role=who.role,
        sandbox=sandbox,
        document=row.id,
        kind=row.kind,
        order=row.order_no or None,
    )
    if story is None:
        return story_page.case(request.form.get("list", 0, int), revealed=row.id)
    part = message_parts.part_of(story, with_document=row.id)
    near = pages_near(*part[:2])
    return render_template("console/message.html", story=part.story, part=part, near=near, revealed=row.id)


def back(number: int) -> Response:
    """Redirect to the message of a document, where its numbers are masked."""
    with reading(ports().window.engine) as connection:
        _, row = _document(connection, number)
    return redirect(link("console.message", message_id=row.message_id), 303)


def _document(connection: Connection, number: int) -> tuple[str, Any]:
    sandbox = requested_sandbox(connection)
    columns = [document.c[name] for name in ("id", "kind", "order_no", "message_id")]
    row = connection.execute(
        select(*columns).where(document.c.sandbox == sandbox, document.c.id == min(number, LARGEST_ID))
    ).first()
    if row is None:
        raise NotFound(number, sandbox)
    return sandbox, row


def _check_reason(connection: Connection, sandbox: str, order_no: str) -> None:
    """Raise `Lacking` unless the visitor has the right at a customs office of the order's lists."""
    wanted = rights.book().pages["console.reveal"]
    offices = (
        connection.execute(
            select(declaration.c.customs_code)
            .where(declaration.c.sandbox == sandbox, declaration.c.order_no == order_no)
            .limit(MAX_LISTS)
        )
        .scalars()
        .all()
    )
    among = offices if order_no and offices else [current_person().office]
    if not any(rights.allows(current_person(), right, office) for right in wanted for office in among):
        raise Lacking(current_person(), wanted, among[0])
