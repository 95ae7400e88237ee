"""The page of whoever watches over desks: what waits, how long, who decides, what is refused, what inspection finds."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from single_window.api.ports import ports
from single_window.cases import supervision
from single_window.console.persons import person
from single_window.console.speech import asked_sandbox, given_day
from single_window.store.engine import reading


def register(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.add_url_rule("/supervision", "supervision", show, methods=["GET"])


def show() -> str:
    """Figures of the sandbox, and of the day that is asked for, else of the present one."""
    with reading(ports().window.engine) as connection:
        sandbox = asked_sandbox(connection)
        found = supervision.overview(connection, sandbox, supervision.scope_of(person()),
                                     given_day(request.args.get("day", "")))
    return render_template("console/supervision.html", found=found, ages=supervision.AGES)
