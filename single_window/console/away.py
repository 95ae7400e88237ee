"""Absence and hand-over on pages: of oneself on the home page, of one's officers on the page of supervision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from flask import Blueprint, redirect, render_template, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from declarations.calendar import day_of
from single_window.accounts.people import Person
from single_window.cases import reassigning
from single_window.clock import system_now
from single_window.frame.desks import desks_of
from single_window.frame.http.ports import ports
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.speech import given_day, link, requested_sandbox
from single_window.language.refusal import Refusal
from single_window.refused import NotFound
from single_window.store.engine import reading
from single_window.work import absences

HOME, SUPERVISION = "home", "supervision"
"""The pages with these forms."""


class AwayRow(NamedTuple):
    """An absence as pages show it, in the sandbox's days; `number`: its first day by the machine's calendar."""

    account: str
    number: date
    since: date
    until: date
    to: str
    handed_over: bool


class Away(NamedTuple):
    """The absences that are or come, the officers whom the visitor may mark absent, and who may get cases. `today`: the
    sandbox's day, by which the days of the form are meant."""

    page: str
    rows: Sequence[AwayRow]
    officers: Sequence[str]
    colleagues: Sequence[Person]
    today: date


def register(blueprint: Blueprint) -> None:
    """Add the form."""
    blueprint.add_url_rule("/absence", "absence", change, methods=["POST"])


def away(connection: Connection, page: str, today: date) -> Away | None:
    """Return what the forms of a page show; None for a visitor who decides about nothing. On the home page it is about
    himself, on that of supervision about those to whom he gives cases. `today`: the sandbox's day.

    Absences are the machine's days, because they hold in all sandboxes; the page has one calendar, its sandbox's."""
    person, now = current_person(), system_now()
    ahead = today - day_of(now)
    if not person.has_account or not desks_of(person):
        return None
    rows = [
        AwayRow(each.account, first, first + ahead, last + ahead, each.to, each.handed_at > 0)
        for each in absences.of_people(connection, person, now)
        for first, last in [absences.days_of(each)]
        if page == SUPERVISION or each.account == person.name
    ]
    own = {desk.name for desk in desks_of(person)}
    people = [
        officer for officer in reassigning.officers(connection) if own & {desk.name for desk in desks_of(officer)}
    ]
    officers = [officer.name for officer in people] if page == SUPERVISION else [person.name]
    return Away(page, rows, officers, people, today)


def change() -> tuple[str, int] | Response:
    """Mark an absence, cancel one, or hand over at once, as the form requests; then show its page."""
    form, window, person = request.form, ports().window, current_person()
    page = SUPERVISION if form.get("page") == SUPERVISION else HOME
    account, handed = form.get("account", "") or person.name, None
    try:
        if form.get("do") == "end":
            absences.end(window, person, account, absences.first_instant(given_day(form.get("since", ""))))
        elif form.get("do") == "hand_over":
            handed = absences.hand_over(window, person, account, form.get("colleague", ""))
        else:
            since, until = given_day(form.get("since", "")), given_day(form.get("until", ""))
            today = day_of(system_now())
            ahead = (given_day(form.get("today", "")) or today) - today
            absences.mark_days(window, person, account, since, until, form.get("colleague", ""), ahead)
    except Refusal as refused:
        with reading(window.engine) as connection:
            requested_sandbox(connection)
        return render_template(
            "console/refused.html", refused=refused.words, here=link(f"console.{page}"), back=page
        ), 422
    except NotFound:
        pass  # it has ended, as was wished
    return redirect(link(f"console.{page}", **({} if handed is None else {"handed": handed})) + "#away", 303)
