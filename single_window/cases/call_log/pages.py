"""The console's pages of participants' calls: the newest, and one with its request and answer."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from single_window.cases.call_log.answers import text_of
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages import masking
from single_window.frame.pages.speech import given_number, requested_sandbox
from single_window.refused import NotFound
from single_window.store import call_log
from single_window.store.call_log import Criteria
from single_window.store.engine import reading

PAGE_SIZE = 50
RIGHTS = ("control_tests", "see_log")
"""The rights of which one is enough: other people's requests are read here."""


def register(blueprint: Blueprint) -> None:
    """Add the pages."""
    add_page(blueprint, "/calls", "calls", show_calls, RIGHTS)
    add_page(blueprint, "/calls/<int:number>", "call", show_call, RIGHTS)


def show_calls() -> str:
    """List calls, newest first, those whose path begins and whose request contains what was asked for."""
    given = {name: request.args.get(name, "").strip()[:200] for name in ("path", "contains")}
    wanted = Criteria(path=given["path"], contains=(given["contains"],) if given["contains"] else ())
    with reading(ports().window.engine) as connection:
        found, number = call_log.matching(
            connection, requested_sandbox(connection), wanted, given_number("before") or 0, PAGE_SIZE
        )
        return render_template(
            "console/calls.html",
            listed=found,
            given=given,
            after=found[-1].id if number > len(found) else 0,
            kept=ports().window.settings.call_log,
        )


def show_call(number: int) -> str:
    """Show one call with its request and answer, identity numbers masked."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        found = call_log.find(connection, sandbox, number)
        if found is None:
            raise NotFound(str(number), sandbox)
        bodies = [
            (name, size, masking.mask_xml(text_of(body)))
            for name, size, body in (
                ("call_request", found.request_size, found.request),
                ("call_answer", found.answer_size, found.answer),
            )
        ]
        return render_template("console/call.html", call=found, bodies=bodies)
