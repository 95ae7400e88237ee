"""The console's pages of declarations, orders, transport notes and messages, and the search for a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from declarations.lifecycle import LIFECYCLE_OF
from single_window.cases import subjects, waiting_sentences
from single_window.cases.case_pages import address_of, page_of
from single_window.cases.declarations import arrivals, inspection_pages, message_parts, story_page
from single_window.cases.declarations import decisions as acts
from single_window.cases.declarations.assembly import of_order
from single_window.cases.declarations.decisions import LIST_DECISION, REQUEST_DECISION
from single_window.cases.declarations.matches import find
from single_window.cases.declarations.notes import of_note
from single_window.cases.declarations.parts import Match, Story
from single_window.cases.declarations.queries import DECLARATION_CASES
from single_window.cases.inspection_results import INSPECTED
from single_window.cases.numbered import page_of_kind
from single_window.clock import system_now
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.case_lists import CaseList
from single_window.frame.pages.decision_forms import CasePage
from single_window.frame.pages.numbered_pages import number_of_page, pages_near
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.search_places import SearchPlace
from single_window.frame.pages.speech import link, requested_sandbox
from single_window.language import phrases
from single_window.store import sandboxes
from single_window.store.case_queue import QueuedCase
from single_window.store.case_search import with_words
from single_window.store.engine import reading

FLOWS = ("I", "E")
FOUND, MAX_SEARCH = 20, 200
"""Cases that a search shows, at most, and the characters of it that are read."""
NEWEST = 10
"""Number of declarations that the page of a day shows."""


DECLARATION_LIST = CaseList(
    DECLARATION_CASES,
    "declarations",
    lambda declared: link("console.declaration", declaration_id=declared.id),
    template="console/declarations.html",
    filters=("state", "flow"),
)


def _address(case: QueuedCase) -> str:
    """Return the inspection page while its results are awaited, else the page of the list, else a search."""
    if case.subject == LIST_DECISION.subject and case.state == INSPECTED:
        return link("console.inspection", number=case.declaration_id)
    if case.declaration_id:
        return link("console.declaration", declaration_id=case.declaration_id)
    return link("console.declarations", number=case.number)


LIST_CASE, REQUEST_CASE = (CasePage(subject, _address) for subject in (LIST_DECISION.subject, REQUEST_DECISION.subject))
# `cases.subjects` finds the forms of a subject among the names of its `pages`
LIST_PAGE, REQUEST_PAGE, INSPECTION_PAGE = (
    story_page.LIST_PAGE,
    story_page.REQUEST_PAGE,
    inspection_pages.INSPECTION_DECISION_PAGE,
)


def register(blueprint: Blueprint) -> None:
    """Add the pages."""
    inspection_pages.register(blueprint)
    add_page(blueprint, "/declarations", "declarations", declarations)
    add_page(blueprint, "/declarations/<int:declaration_id>", "declaration", story_page.case)
    add_page(blueprint, "/notes/<int:document_id>", "note", note)
    add_page(blueprint, "/orders/<path:order_no>", "order", order)
    add_page(blueprint, "/messages/<int:message_id>", "message", message)


def newest(connection: Connection, sandbox: str) -> dict[str, Any]:
    """Return the template values that list the newest declarations."""
    return {"here": DECLARATION_LIST, "newest": DECLARATION_CASES.page(connection, sandbox, limit=NEWEST).declarations}


def declarations() -> str | Response:
    """List the declarations, newest first, or what is found by a number or words: cases first, then everything with
    this number. Where it leads to one case or one match, that is redirected to."""
    number = request.args.get("number", "").strip()
    if not number:
        return DECLARATION_LIST.page(flows=FLOWS)
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        matches = find(connection, sandbox, number)
        cases = with_words(connection, sandbox, number[:MAX_SEARCH], FOUND, current_person().office)
        places = [place for place in subjects.values("pages", SearchPlace) if place.knows(connection, sandbox, number)]
        if address := _only(matches, cases, places, number):
            return redirect(address, 303)
        return render_template(
            "console/matches.html",
            number=number,
            matches=matches,
            places=places,
            target=target,
            cases=cases,
            why=waiting_sentences.rows_of(connection, sandbox, cases),
            now=sandboxes.find(connection, sandbox).clock.now(),
            clock=system_now(),
        )


def _only(matches: Sequence[Match], cases: Sequence[QueuedCase], places: Sequence[SearchPlace], number: str) -> str:
    """The address of the one case, match or place that was found; a case is preferred to its messages and papers. Empty
    where there are several."""
    if places:
        return (
            link(places[0].endpoint, **{places[0].takes: number})
            if len(places) == 1 and not matches and not cases
            else ""
        )
    lists = {match.about or match.id for match in matches if match.category in {"declaration", "request"}}
    if len(cases) == 1 and lists <= {cases[0].declaration_id}:
        return page_of(cases[0])
    return target(matches[0]) if len(matches) == 1 and not cases else ""


def note(document_id: int) -> str:
    """Show a transport note: its parts, its parcels, its timeline."""
    with reading(ports().window.engine) as connection:
        story = of_note(connection, requested_sandbox(connection), document_id)
        return render_template("console/note.html", story=story, papers=[part.paper for part in story.parts])


def order(order_no: str) -> str | Response:
    """Redirect to the list of an order number, or show its documents if no list was declared."""
    flow = request.args.get("flow", "")
    with reading(ports().window.engine) as connection:
        story = of_order(connection, requested_sandbox(connection), order_no, flow=flow if flow in FLOWS else "")
        if story.head is not None:
            return redirect(link("console.declaration", declaration_id=story.head.id), 303)
        return _show_undeclared(story)


def _show_undeclared(story: Story) -> str:
    """Show the documents of an order without a list, about which nothing can be decided."""
    return render_template(
        "console/story.html",
        story=story,
        possible=acts.possible,
        decided=acts.DECIDED,
        lives=LIFECYCLE_OF,
        proposal=None,
        proposed={},
    )


def message(message_id: int) -> str:
    """Show a message, the part that the address asks for: findings, documents and their receipts."""
    with reading(ports().window.engine) as connection:
        story = arrivals.of_message(connection, requested_sandbox(connection), message_id)
    part = message_parts.part_of(story, number_of_page())
    return render_template("console/message.html", story=part.story, part=part, near=pages_near(*part[:2]))


def _address_of_case(match: Match) -> str:
    """The address of what an agency numbers itself: its own page, or that of all of its kind."""
    with reading(ports().window.engine) as connection:
        own = address_of(connection, requested_sandbox(connection), (match.kind, str(match.id)))
    page = page_of_kind(match.kind)
    return own or (link(f"console.{page}") if page else "")


def target(match: Match) -> str:
    """Return the address of a match's page."""
    if match.kind == "refund_claim" and match.category == "paper":
        return link("console.refund", number=match.label.removeprefix(f"{phrases.kind(match.kind).en} "))
    if match.kind == "forex_report" and match.category == "paper":
        return link("console.exchange_report", number=match.label.removeprefix(f"{phrases.kind(match.kind).en} "))
    if match.category in {"message", "paper"}:
        return link("console.message", message_id=match.id)
    if match.category == "case":
        return _address_of_case(match)
    if match.category == "declaration" or match.about:
        return link("console.declaration", declaration_id=match.about or match.id)
    if match.category == "note":
        return link("console.note", document_id=match.id)
    return link("console.order", order_no=match.order_no, flow=match.flow) if match.order_no else ""
