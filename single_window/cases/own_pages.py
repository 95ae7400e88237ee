"""The pages of one kind of case, from its reader and its decisions: the list, one case with its form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from flask import Blueprint, render_template
from sqlalchemy import Connection

from gateways.circumstances import Options
from gateways.topics.topic import always
from single_window.cases.form_values import form_values
from single_window.frame.case_rows import CaseReader
from single_window.frame.decision_kinds import DecisionKind, Requested, Subject
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.case_lists import CaseList
from single_window.frame.pages.decision_forms import CasePage, DecisionPage, pages_of_cases, values_of_form
from single_window.frame.pages.speech import link, requested_sandbox
from single_window.language import phrases
from single_window.language.words import Words
from single_window.refused import demand_found
from single_window.store.engine import reading
from single_window.store.law_books import law_of
from single_window.store.participants import company_names

Further = Callable[[Connection, str, Any, Subject], Mapping[str, Any]]


class CasePages(NamedTuple):
    """The parts that a module `pages` unpacks; each part is found in it by its type."""

    register: Callable[[Blueprint], None]
    listed: CaseList
    case: CasePage
    form: DecisionPage


def case_pages(
    cases: CaseReader[Any, Any, Any],
    decision: DecisionKind,
    name: str,
    page: str,
    *,
    waiting: Callable[[Connection, str, int], Sequence[Any]],
    number: Callable[[Any], str],
    number_of_subject: Callable[[Subject], str] = lambda subject: str(subject.id),
    further: Further = lambda connection, sandbox, shown, subject: {},
    requested: Callable[[str, Subject], Requested] = lambda sandbox, subject: values_of_form(subject),
    template: str = "console/cases.html",
    opted: Callable[[Options], bool] = always,
    **parts: int,
) -> CasePages:
    """Return the pages `/name` (the list) and `/name/<number>` (one case, by the template `console/PAGE.html`).

    `number(case)` is what a listed case is found by. The template gets the case as `case`, the reasons for which it
    waits as `because`, the names of its companies by code as `names`, what `further` returns, and what the form needs.
    `requested`: see `DecisionPage`. `template`: of the list. `opted`: whether it is in the navigation of a sandbox with
    these options."""

    def show(number: str, refused: Words | None = None) -> str:
        with reading(ports().window.engine) as connection:
            values = _values(connection, cases, decision, number, parts, further, refused)
            return render_template(f"console/{page}.html", **values)

    def address(number: str) -> str:
        return link(f"console.{page}", number=number)

    def register(blueprint: Blueprint) -> None:
        add_page(blueprint, f"/{name}", name, listed.page)
        add_page(blueprint, f"/{name}/<path:number>", page, show)

    listed = CaseList(
        cases, name, lambda case: address(number(case)), template=template, waiting=waiting, case_page=page, opted=opted
    )
    shown_pages = pages_of_cases(decision, f"/{name}/<path:number>", show, address, number_of_subject, requested)
    return CasePages(register, listed, *shown_pages)


def _values(
    connection: Connection,
    cases: CaseReader[Any, Any, Any],
    decision: DecisionKind,
    number: str,
    parts: Mapping[str, int],
    further: Further,
    refused: Words | None,
) -> Mapping[str, Any]:
    """Return what the page of a case shows, by the names in its template; raises `NotFound`."""
    sandbox = requested_sandbox(connection)
    shown = demand_found(cases.show(connection, sandbox, number, **parts), number, sandbox)
    subject = decision.by_id(connection, sandbox, str(getattr(shown, cases.kind.key)))
    return {
        **_shown_values(connection, sandbox, shown, subject),
        **further(connection, sandbox, shown, subject),
        **form_values(connection, sandbox, decision, subject, refused),
    }


def _shown_values(connection: Connection, sandbox: str, shown: Any, subject: Subject) -> dict[str, Any]:
    """Return the case, the reasons for which it waits, and the names of its companies."""
    return {
        "case": shown,
        "because": _because(connection, sandbox, subject),
        "names": company_names(connection, sandbox, _companies(shown)),
    }


def _companies(shown: Any) -> set[str]:
    """Return the codes of the companies of a case: its own, its merchant, and the platforms that sold its goods."""
    own = {getattr(shown, name, "") for name in ("ebc_code", "ebp_code", "company")}
    return {code for code in (*own, *getattr(shown, "platforms", ())) if code}


def _because(connection: Connection, sandbox: str, subject: Subject) -> Sequence[phrases.Because]:
    """Return the reasons for which a case waits."""
    law = law_of(connection, sandbox)
    return tuple(phrases.because(reason, law) for reason in subject.record.reasons)
