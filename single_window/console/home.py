"""An officer's first page: the next case, what waits by urgency, what he holds, what he has decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from flask import Blueprint, redirect, render_template, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from declarations.calendar import day_of
from declarations.reasons import Reason
from single_window.accounts import rights
from single_window.accounts.people import Person
from single_window.cases import own_decisions, reassigning, supervision, taking_back, waiting_sentences
from single_window.cases.case_pages import address_of, page_of
from single_window.cases.notes_and_files import QUESTIONED
from single_window.cases.queue import queue_query
from single_window.cases.spot_checks import announced
from single_window.cases.supervision import DeskBacklog
from single_window.console import administering, anchors, away, coming_up
from single_window.console.log import TONES
from single_window.console.own_decisions import addresses_of
from single_window.frame.desks import desks_of, scope_of
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.speech import handed, link, requested_sandbox
from single_window.language import phrases
from single_window.language.words import Words
from single_window.store import alerts, case_queue, questions
from single_window.store.case_queue import FREE, MINE, OVERDUE, TRADER, Key, QueueFilter
from single_window.store.desks import CaseDesk, desks
from single_window.store.engine import reading
from single_window.store.law_books import law_of
from single_window.store.log_chain import LogEntry
from single_window.store.questions import Question
from single_window.store.subjects import PROPOSAL

DECIDED, HELD, ALERTS, ANSWERS, PROPOSED = 15, 10, 20, 20, 5
"""Decisions, cases that he holds, alerts, answers, and proposals to settle that the page shows at most."""


class Alert(NamedTuple):
    """Something that concerns the officer about a case that he has not opened since. `at`: an instant of the sandbox;
    `address`: of the case, empty if there is no page."""

    at: int
    by: str
    words: Words
    label: str
    address: str
    text: str


class Answered(NamedTuple):
    """A question to which an answer came, or none in time: what the case is about, and its page."""

    asked: Question
    goods: str
    address: str


class CameBack(NamedTuple):
    """A decision of the officer that its gateway refused. `address`: of the case, empty if it waits no more."""

    words: Words
    label: str
    address: str
    reasons: Sequence[Reason]
    meanwhile: Sequence[Words]


class DeskWork(NamedTuple):
    """The work at an officer's desks: the next free case, those that he holds, how many each view has, answers to
    questions, how many are due today and tomorrow, and desks with proposals to approve."""

    first: case_queue.QueuedCase | None = None
    held: Sequence[case_queue.QueuedCase] = ()
    views: Mapping[str, int] = MappingProxyType({})
    answers: Sequence[Answered] = ()
    due: tuple[int, int] = (0, 0)
    approvals: Sequence[tuple[CaseDesk, int]] = ()


class Watched(NamedTuple):
    """Counts that a supervisor looks at before he takes a case: proposals that he may settle, and desks with late
    cases, most of them first."""

    proposals: Sequence[case_queue.QueuedCase]
    late: Sequence[DeskBacklog]


def register(blueprint: Blueprint) -> None:
    """Add the page."""
    add_page(blueprint, "/home", "home", show)


def show() -> str | Response:
    """Show the page; whoever has no desk sees what he has decided, whoever has no account is asked to sign in."""
    person = current_person()
    if not person.has_account:
        return redirect(link("console.sign_in", next=request.full_path.rstrip("?")), 303)
    with reading(ports().window.engine) as connection:
        return render_template("console/home.html", **_values(connection, person))


def _values(connection: Connection, person: Person) -> dict[str, Any]:
    """Return what the page shows, by the names in its template."""
    sandbox = requested_sandbox(connection)
    wanted = queue_query(connection, sandbox, person)
    own = bool(desks_of(person))
    work = _work_of_desks(connection, sandbox, wanted) if own else DeskWork()
    decided = own_decisions.of_person(connection, sandbox, person, most=DECIDED)
    watched = _watched(connection, sandbox, wanted, work.approvals) if own else None
    listed = [*work.held, *(watched.proposals if watched else ()), *([work.first] if work.first else [])]
    counts = _counts(work.views, len(work.answers), work.due)
    keeps = administering.looks_after(person)
    log = anchors.state(connection, sandbox) if rights.may_reach(person, "console.log") and not own else None
    return dict(
        own=own,
        now=wanted.now,
        clock=wanted.clock,
        first=work.first,
        why=waiting_sentences.rows_of(connection, sandbox, listed),
        watched=watched,
        counts=[each for each in counts if each[1]] if keeps or not any(each[1] for each in counts) else counts,
        administered=administering.administered(connection, ports().window.settings) if keeps else None,
        samples=announced.samples_to_take(connection, sandbox, person),
        approvals=work.approvals,
        rules=coming_up.rule_changes(law_of(connection, sandbox), day_of(wanted.now)),
        declined=coming_up.declined(decided, wanted.now),
        log=log,
        page_is=_page_is(keeps, bool(log)),
        about=_about(connection, sandbox, log.notable if log else ()),
        answers=work.answers,
        held=work.held,
        alerts=_alerts(connection, sandbox, person, own),
        away=away.away(connection, away.HOME, day_of(wanted.now)),
        back=_came_back(connection, sandbox),
        decided=decided,
        tones=TONES,
        addresses=addresses_of(connection, sandbox, decided),
    )


def _work_of_desks(connection: Connection, sandbox: str, wanted: QueueFilter) -> DeskWork:
    return DeskWork(
        first=_first_free(connection, sandbox, wanted),
        held=case_queue.page(connection, sandbox, wanted._replace(view=MINE), most=HELD),
        views=case_queue.views(connection, sandbox, wanted),
        answers=_answers(connection, sandbox, wanted),
        due=coming_up.due_soon(connection, sandbox, wanted),
        approvals=_approvals(connection, sandbox, wanted),
    )


def _watched(
    connection: Connection, sandbox: str, wanted: QueueFilter, approvals: Sequence[tuple[CaseDesk, int]]
) -> Watched | None:
    """Return what a supervisor watches over; None for everybody else."""
    person = current_person()
    if not rights.allows(person, reassigning.RIGHT):
        return None
    eyes = [desk.name for desk, _ in approvals]
    proposals = (
        case_queue.page(connection, sandbox, wanted._replace(desks=eyes, view=""), most=PROPOSED) if eyes else ()
    )
    backlog = supervision.waiting(connection, sandbox, scope_of(person), wanted.now)
    late = sorted((desk for desk in backlog if desk.overdue), key=lambda desk: -desk.overdue)
    return Watched(proposals, late)


def _page_is(keeps: bool, reads_log: bool) -> Words:
    """Return what the page is for: an administrator, a reader of the log, or an officer."""
    if keeps:
        return phrases.phrase("label", "home_of_administrator")
    return phrases.phrase("label", "home_of_log") if reads_log else phrases.phrase("page_is", "home")


def _came_back(connection: Connection, sandbox: str) -> list[CameBack]:
    """The officer's decisions that their gateways refused, each with the page of its case."""
    refused = taking_back.refused_lately(connection, sandbox, current_person())
    found = [(came, case_queue.find(connection, sandbox, came.key)) for came in refused]
    return [
        CameBack(came.words, came.label, page_of(case) if case else "", came.reasons, came.meanwhile)
        for came, case in found
    ]


def _alerts(connection: Connection, sandbox: str, person: Person, has_desks: bool) -> list[Alert]:
    """Return what concerns the officer, without what stands among the answers of his desks."""
    unseen = alerts.unseen(connection, sandbox, person.name, ALERTS)
    return [_alert(connection, sandbox, row) for row in unseen if row.outcome not in QUESTIONED or not has_desks]


def _alert(connection: Connection, sandbox: str, row: LogEntry) -> Alert:
    address = address_of(connection, sandbox, (row.subject, row.subject_id))
    words = phrases.phrase("team_event", row.outcome)
    label = own_decisions.name_of(connection, sandbox, (row.subject, row.subject_id))
    return Alert(row.answered_at, row.by, words, label, address, handed(row.outcome, row.reason))


def _first_free(connection: Connection, sandbox: str, wanted: QueueFilter) -> case_queue.QueuedCase | None:
    found = case_queue.page(connection, sandbox, wanted._replace(view=FREE), most=1)
    return found[0] if found else None


def _approvals(connection: Connection, sandbox: str, wanted: QueueFilter) -> list[tuple[CaseDesk, int]]:
    """Return the officer's desks of second eyes at which proposals wait, with how many he may settle."""
    eyes = [desks()[name] for name in wanted.desks if PROPOSAL in desks()[name].subjects]
    counted = [
        (desk, case_queue.count(connection, sandbox, wanted._replace(desks=[desk.name], view=""))) for desk in eyes
    ]
    return [(desk, waiting) for desk, waiting in counted if waiting]


def _answers(connection: Connection, sandbox: str, wanted: QueueFilter) -> list[Answered]:
    """Return what came back to questions about cases of the officer's desks: answers, and silence."""
    back = questions.came_back(connection, sandbox, wanted.desks, ANSWERS)
    cases = case_queue.of_keys(connection, sandbox, [asked.key for asked in back])
    return [
        Answered(asked, cases[asked.key].goods or asked.number.rpartition("|")[2], page_of(cases[asked.key]))
        for asked in back
        if wanted.office in ("", cases[asked.key].office or wanted.office)
    ]


def _about(connection: Connection, sandbox: str, rows: Sequence[LogEntry]) -> Mapping[Key, tuple[str, str]]:
    """The label and the address of what each row of the log is about."""
    return {
        key: (own_decisions.label_of(connection, sandbox, key), address_of(connection, sandbox, key))
        for key in {(row.subject, row.subject_id) for row in rows}
    }


def _counts(
    views: Mapping[str, int], answers: int, due: tuple[int, int]
) -> Sequence[tuple[str, int, Mapping[str, str]]]:
    """The counts that are links into the queue: name, number, filter."""
    return [
        ("late", views.get(OVERDUE, 0), {"view": OVERDUE}),
        ("today", due[0], {}),
        ("tomorrow", due[1], {}),
        ("free", views.get(FREE, 0), {"view": FREE}),
        ("trader", views.get(TRADER, 0), {"view": TRADER}),
        ("back", answers, {}),
        ("mine", views.get(MINE, 0), {"view": MINE}),
        ("all", views.get("", 0), {}),
    ]
