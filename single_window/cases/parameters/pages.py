"""The console's pages of dated values: those in force in a sandbox on a day, one parameter with all its values, and
the form that changes a changeable one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request

from declarations import law
from declarations.calendar import day_of
from declarations.parameters import Parameter, Parameters, Value
from single_window.cases.form_values import form_values
from single_window.cases.parameters import dated_values
from single_window.cases.parameters.decisions import CHANGE, PARAMETER_DECISION
from single_window.frame.decision_kinds import Requested, Subject
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.decision_forms import pages_of_cases, reason_of_form
from single_window.frame.pages.speech import given_day, given_number, language, link, requested_sandbox, say
from single_window.language import phrases
from single_window.language.phrases import Basis
from single_window.language.words import ZH, Words
from single_window.store.engine import reading
from single_window.store.law_books import law_of
from single_window.store.subjects import PARAMETER

PAGE_SIZE = 50
"""Maximum number of parameters on a page, and of values shown for one parameter."""
NO_WORDS = Words("", "")
UNITLESS = frozenset({"text", "table", "rate", "share"})
"""Units that pages do not name."""
BRIEF = 120
"""Maximum length of a value in a list, in characters; tables of goods are longer."""
FIELD = "value."
"""Prefix of the form's field names, before the key of a number."""


def register(blueprint: Blueprint) -> None:
    """Add the pages and the form."""
    add_page(blueprint, "/parameters", "parameters", show_parameters)
    add_page(blueprint, "/parameters/<name>", "parameter", show)


def show_parameters() -> str:
    """List the values in force on a day (default: today of the sandbox) by group; `name` filters them."""
    wanted, group = request.args.get("name", "").strip()[:100], request.args.get("group", "")
    start = given_number("start")
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        book = law_of(connection, sandbox)
    day = given_day(request.args.get("day", "")) or _today(sandbox)
    known_group = group if group in dated_values.GROUPS else ""
    listing = dated_values.parameters_page(book, day, wanted, known_group, start, PAGE_SIZE)
    return render_template(
        "console/parameters.html",
        listing=listing,
        day=day,
        wanted=wanted,
        group=group,
        groups=tuple(dated_values.GROUPS),
        **_template_functions(),
    )


def show(name: str, refused: Words | None = None) -> str:
    """Show a parameter: its value on the day, its newest values, the sources of the law, the form to change it."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        subject = PARAMETER_DECISION.find(connection, sandbox, name)
        values = form_values(connection, sandbox, PARAMETER_DECISION, subject, refused)
        book = law_of(connection, sandbox)
    parameter, today = subject.record, _today(sandbox)
    day = given_day(request.args.get("day", "")) or today
    return render_template(
        "console/parameter.html",
        parameter=parameter,
        day=day,
        today=today,
        in_force=dated_values.on_day(parameter, day),
        values=parameter.values[::-1][:PAGE_SIZE],
        rules=law.all_sources(),
        fields=_fields(parameter, today),
        note=_in_its_words(parameter.note if language() == ZH else parameter.note_en, book),
        **values,
        **_template_functions(),
    )


def _in_its_words(note: str, book: Parameters) -> str:
    """Return a note in which parameters and the fields of their values are called as pages call them."""

    def named(match: re.Match[str]) -> str:
        if "." not in match[0]:
            return say(phrases.phrase("value", match[0]))
        try:
            known = book.parameter(match[0])
        except (LookupError, ValueError):
            return match[0]
        return f"“{known.title if language() == ZH else known.title_en}”"

    return _NAME.sub(named, note)


def _decision_of_form(sandbox: str, subject: Subject) -> Requested:
    """Return the requested decision with the edited numbers only: others may have another value on its first day."""
    form = request.form
    shown = {field: number for field, _, number in _fields(subject.record, _today(sandbox))}
    value = {
        field.removeprefix(FIELD): text
        for field, text in form.items()
        if field.startswith(FIELD) and text.strip() != shown.get(field)
    }
    values = {"value": value, "since": form.get("since", "")}
    return Requested(CHANGE, reason_of_form(PARAMETER, CHANGE, form), form.get("version", 0, int), values)


PARAMETER_CASE_PAGE, PARAMETER_DECISION_PAGE = pages_of_cases(
    PARAMETER_DECISION,
    "/parameters/<number>",
    show,
    lambda number: link("console.parameter", name=number),
    requested=_decision_of_form,
)


_NAME = re.compile(r"(?<![\w.])[a-z]+(?:_[a-z]+)*(?:\.[a-z0-9_]+)+|(?<![\w.])[a-z]+(?:_[a-z]+)+(?![\w.])", re.ASCII)


def _today(sandbox: str) -> date:
    return day_of(ports().window.now(sandbox))


def _fields(parameter: Parameter, today: date) -> Sequence[tuple[str, str, str]]:
    """Return (field name, key, current number) for the form; empty if the parameter cannot be changed."""
    current = dated_values.on_day(parameter, today).value
    if parameter.changeable is None or current is None:
        return ()
    return [(f"{FIELD}{key}", key, f"{number:f}") for key, number in dated_values.numbers_of(current).items()]


def _template_functions() -> dict[str, Any]:
    return {
        "brief_value": _brief,
        "full_value": _in_words,
        "unit_of_value": _unit,
        "first_day": _first_day,
        "confidence_words": lambda grade: phrases.phrase("confidence", grade),
    }


def _brief(value: Value) -> str:
    text = _in_words(value)
    return text if len(text) <= BRIEF else f"{text[: BRIEF - 1]}…"


def _in_words(value: Value) -> str:
    """Return the content of a value with the names of its parts in words."""
    return say(Basis(value.id, NO_WORDS, phrases.content(value.content), "", "", "").content_words)


def _unit(unit: str) -> str:
    """Return the unit of a value in words; empty for a text, a table or a share, which say it themselves."""
    return "" if unit in UNITLESS else say(phrases.phrase("value_unit", unit))


def _first_day(value: Value) -> str:
    """Return the first day of a value; empty if its beginning is unknown."""
    return "" if value.since == date.min else value.since.isoformat()
