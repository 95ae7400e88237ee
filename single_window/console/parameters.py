"""The pages of the dated values: what is in force in a sandbox on a day, and all that is known of one parameter."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request

from declarations import law
from declarations.calendar import day_of
from declarations.parameters import UnknownParameter, Value
from single_window.api.ports import ports
from single_window.cases import dated_values
from single_window.cases.stories import LARGEST_ID, NotFound
from single_window.console.speech import asked_sandbox, given_day
from single_window.language import words
from single_window.store.engine import reading
from single_window.store.law_books import law_of

MOST = 50
"""Parameters of one page, and values of one parameter."""
BRIEF = 120
"""Characters of a value in a list; tables of goods are longer."""


def register(blueprint: Blueprint) -> None:
    """Add the pages."""
    blueprint.add_url_rule("/parameters", "parameters", every, methods=["GET"])
    blueprint.add_url_rule("/parameters/<name>", "parameter", show, methods=["GET"])


def every() -> str:
    """The values in force on a day (the sandbox's today unless one is asked for), by group; a name narrows them."""
    wanted, group = request.args.get("name", "").strip()[:100], request.args.get("group", "")
    start = min(max(0, request.args.get("start", 0, int)), LARGEST_ID)
    with reading(ports().window.engine) as connection:
        sandbox = asked_sandbox(connection)
        book = law_of(connection, sandbox)
    day = _day(sandbox)
    found = dated_values.shown(book, day, wanted, group if group in dated_values.GROUPS else "", start, MOST)
    return render_template("console/parameters.html", found=found, day=day, wanted=wanted, group=group,
                           groups=tuple(dated_values.GROUPS), **_words())


def show(name: str) -> str:
    """One parameter: its value on the day, its rule, every value that is known, newest first."""
    with reading(ports().window.engine) as connection:
        sandbox = asked_sandbox(connection)
        book = law_of(connection, sandbox)
    try:
        one = book.parameter(name)
    except UnknownParameter:
        raise NotFound(name, sandbox) from None
    day = _day(sandbox)
    return render_template("console/parameter.html", one=one, day=day, standing=dated_values.standing(one, day),
                           values=one.values[::-1][:MOST], rules=law.sources(), **_words())


def _day(sandbox: str) -> date:
    return given_day(request.args.get("day", "")) or day_of(ports().window.now(sandbox))


def _words() -> dict[str, Any]:
    return {"brief_value": _brief, "full_value": lambda value: words.content(value.content),
            "first_day": _first_day, "confidence_words": lambda grade: words.phrase("confidence", grade)}


def _brief(value: Value) -> str:
    text = words.content(value.content)
    return text if len(text) <= BRIEF else f"{text[:BRIEF - 1]}…"


def _first_day(value: Value) -> str:
    """The first day of a value; empty where it is as old as anyone knows."""
    return "" if value.since == date.min else value.since.isoformat()
