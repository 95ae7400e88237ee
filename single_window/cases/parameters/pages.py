"""The pages of the dated values: what is in force in a sandbox on a day, all that is known of one parameter, and
the form that changes one which is ours to change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, render_template, request

from declarations import law
from declarations.calendar import day_of
from declarations.parameters import Parameter, Parameters, UnknownParameter, Value
from declarations.parameters.changing import AMOUNT
from single_window.cases.parameters import dated_values
from single_window.cases.parameters.decisions import CHANGE, PARAMETER_DECISION
from single_window.frame.decision_kinds import Requested, Subject
from single_window.frame.http.ports import ports
from single_window.frame.pages.decision_forms import CasePage, DecisionPage
from single_window.frame.pages.speech import given_day, link, requested_sandbox
from single_window.language import phrases
from single_window.language.words import Words
from single_window.refused import LARGEST_ID, NotFound
from single_window.store import proposals, sandbox_values
from single_window.store.engine import reading
from single_window.store.law_books import law_of
from single_window.store.subjects import PARAMETER

MOST = 50
"""Parameters of one page, and values of one parameter."""
BRIEF = 120
"""Characters of a value in a list; tables of goods are longer."""
FIELD = "value."
"""What a field of the form is called, before the key of its number."""


def register(blueprint: Blueprint) -> None:
    """Add the pages and the form."""
    blueprint.add_url_rule("/parameters", "parameters", every, methods=["GET"])
    blueprint.add_url_rule("/parameters/<name>", "parameter", show, methods=["GET"])


def every() -> str:
    """The values in force on a day (the sandbox's today unless one is requested), by group; a name narrows them."""
    wanted, group = request.args.get("name", "").strip()[:100], request.args.get("group", "")
    start = min(max(0, request.args.get("start", 0, int)), LARGEST_ID)
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        book = law_of(connection, sandbox)
    day = given_day(request.args.get("day", "")) or _today(sandbox)
    listing = dated_values.shown(book, day, wanted, group if group in dated_values.GROUPS else "", start, MOST)
    return render_template(
        "console/parameters.html",
        listing=listing,
        day=day,
        wanted=wanted,
        group=group,
        groups=tuple(dated_values.GROUPS),
        **_words(),
    )


def show(name: str, refused: Words | None = None) -> str:
    """One parameter: its value on the day, all known values, newest first, the rules, and what may be changed."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        parameter = _parameter(law_of(connection, sandbox), name, sandbox)
        proposal = proposals.about(connection, sandbox, PARAMETER, name)
        version = sandbox_values.version(connection, sandbox, name)
    today = _today(sandbox)
    day = given_day(request.args.get("day", "")) or today
    return render_template(
        "console/parameter.html",
        parameter=parameter,
        day=day,
        today=today,
        standing=dated_values.standing(parameter, day),
        values=parameter.values[::-1][:MOST],
        rules=law.sources(),
        proposal=proposal,
        version=version,
        refused=refused,
        fields=_fields(parameter, today),
        requested=_requested_change(proposal.details) if proposal else "",
        typed=request.form if refused else {},
        **_words(),
    )


def _again(subject: Subject, refused: Words) -> str:
    return show(str(subject.id), refused)


def _requested(sandbox: str, subject: Subject) -> Requested:
    """Only the numbers that were edited: on a later day the others may be others than today."""
    form = request.form
    shown = {field: number for field, _, number in _fields(subject.record, _today(sandbox))}
    value = {
        field.removeprefix(FIELD): text
        for field, text in form.items()
        if field.startswith(FIELD) and text.strip() != shown.get(field)
    }
    values = {"value": value, "since": form.get("since", "")}
    return Requested(CHANGE, form.get("reason", "").strip()[:1_000], form.get("version", 0, int), values)


CASE = CasePage(PARAMETER_DECISION.subject, lambda case: link("console.parameter", name=case.number))
PAGE = DecisionPage(
    "parameter",
    PARAMETER_DECISION,
    "/parameters/<number>",
    _again,
    lambda subject: link("console.parameter", name=subject.id),
    _requested,
    named=True,
)


def _parameter(book: Parameters, name: str, sandbox: str) -> Parameter:
    try:
        return book.parameter(name)
    except UnknownParameter:
        raise NotFound(name, sandbox) from None


def _today(sandbox: str) -> date:
    return day_of(ports().window.now(sandbox))


def _fields(parameter: Parameter, today: date) -> Sequence[tuple[str, str, str]]:
    """The fields that change a parameter: name, key and number in force today; none where it is not ours to change."""
    standing = dated_values.standing(parameter, today).value
    if parameter.changeable is None or standing is None:
        return ()
    numbers = {AMOUNT: standing.amount} if isinstance(standing.content, Decimal) else standing.table
    return [(f"{FIELD}{key}", key, f"{number:f}") for key, number in numbers.items()]


def _requested_change(details: Any) -> str:
    """The change that a proposal requests, as one line."""
    numbers = ", ".join(f"{key} {number}".strip() for key, number in details.get("value", {}).items())
    return f"{numbers} · {details.get('since', '')}"


def _words() -> dict[str, Any]:
    return {
        "brief_value": _brief,
        "full_value": lambda value: phrases.content(value.content),
        "first_day": _first_day,
        "confidence_words": lambda grade: phrases.phrase("confidence", grade),
    }


def _brief(value: Value) -> str:
    text = phrases.content(value.content)
    return text if len(text) <= BRIEF else f"{text[: BRIEF - 1]}…"


def _first_day(value: Value) -> str:
    """The first day of a value; empty where it is as old as anyone knows."""
    return "" if value.since == date.min else value.since.isoformat()
