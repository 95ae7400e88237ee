"""The page of a message's text, as it is archived, with identity numbers masked."""

from __future__ import annotations

from flask import Blueprint, render_template

from single_window.cases.declarations import archived
from single_window.frame.http.ports import ports
from single_window.frame.pages import masking
from single_window.frame.pages.speech import requested_sandbox
from single_window.store.engine import reading


def register(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.add_url_rule("/messages/<int:message_id>/raw", "raw", show, methods=["GET"])


def show(message_id: int) -> str:
    """The beginning of a message's text, and where it is cut."""
    with reading(ports().window.engine) as connection:
        document = archived.of_message(connection, requested_sandbox(connection), message_id)
        return render_template(
            "console/raw.html", document=document, text=masking.xml(document.text), most=archived.MOST
        )
