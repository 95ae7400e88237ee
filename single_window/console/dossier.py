"""The dossier of a case as one file: its page without queue, forms, scripts and links, then what the page leaves out,
then the proof of its rows in the log of decisions. Making one is a row of the log."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

import structlog
from flask import Blueprint, Response, current_app, g, render_template, request
from lxml import html
from lxml.html import HtmlElement
from markupsafe import Markup
from sqlalchemy import Connection

from single_window.accounts import rights
from single_window.accounts.people import Person
from single_window.answers import dossiers
from single_window.cases import dossier_facts
from single_window.cases.dossier_facts import DossierFacts, Key
from single_window.cases.subjects import DECISION_KINDS, values
from single_window.console.log import role_words, shown_state
from single_window.frame.decision_kinds import Subject
from single_window.frame.files import clean_name, disposition
from single_window.frame.http.ports import ports
from single_window.frame.pages.decision_forms import DecisionPage
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.speech import language, requested_sandbox
from single_window.refused import NotFound
from single_window.store import decision_log, log_proofs, sandboxes
from single_window.store.engine import reading, writing

log = structlog.get_logger(__name__)
DROPPED = ("script", "form", "button", "input", "nav", "dialog", "style", "iframe", "object", "template")
"""Elements of a page that a file on paper does not have."""
TOLD_LATER = frozenset({"notes", "files"})
"""Sections of a page that a dossier has in full after it."""
OF_WORK = frozenset({"next", "hand-on"})
"""Sections of a page that are for whoever works on the case, and tell nothing of what became of it."""
KEPT_ATTRIBUTES = frozenset(
    {"class", "id", "lang", "title", "scope", "colspan", "rowspan", "role", "viewBox", "d", "x", "y", "width", "height"}
    | {"cx", "cy", "r", "x1", "x2", "y1", "y2", "rx", "aria-label", "points", "viewbox", "open"}
)


class Made(NamedTuple):
    """A dossier that was made: the file's name and content."""

    name: str
    file: bytes


def register(blueprint: Blueprint) -> None:
    """Add the form of the button on the pages of cases."""
    blueprint.add_url_rule("/dossiers/<subject>/<path:number>", "dossier", send, methods=["POST"])


def send(subject: str, number: str) -> Response:
    """Send the dossier of a case, to be saved."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        found = subject_of(connection, sandbox, subject, number)
    return as_response(make(sandbox, found, current_person(), language()))


def as_response(made: Made) -> Response:
    """The answer with a dossier: a file to be saved, which no browser shows as a page of the window."""
    return Response(
        made.file, content_type="text/html; charset=utf-8", headers={"Content-Disposition": disposition(made.name)}
    )


def subject_of(connection: Connection, sandbox: str, subject: str, number: str) -> Subject:
    """The case that a number, or its id, names; raises `NotFound` for an unknown one and for a proposal, which has none
    of its own."""
    kind = DECISION_KINDS.get(subject)
    if kind is None or kind.settle is not None:
        raise NotFound(number, sandbox)
    return kind.find(connection, sandbox, number)


def make(sandbox: str, subject: Subject, who: Person, language: str) -> Made:
    """Make the dossier of a case in a language, and log it. Raises `Lacking`."""
    engine = ports().window.engine
    with reading(engine) as connection:
        dossier_facts.demand_right(connection, sandbox, subject, who)
        now = sandboxes.find(connection, sandbox).clock.now()
        keys = dossier_facts.keys_of(connection, sandbox, subject)
        facts = dossier_facts.gather(connection, sandbox, keys, now)
    with _asked(sandbox, language, who, "/"):
        address = _address_of(subject)
    with _asked(sandbox, language, who, address or "/"):
        text = _rendered(sandbox, subject, who, facts, now, _parts(_view()) if address else (Markup(), Markup()))
    return Made(clean_name(f"dossier-{subject.label}.html"), _with_proof(sandbox, subject, keys, who, now, text))


def _with_proof(sandbox: str, subject: Subject, keys: Collection[Key], who: Person, now: int, text: bytes) -> bytes:
    """The file, once the log has the hash of its text."""
    own: Key = (str(subject.kind), str(subject.id))
    with writing(ports().window.engine) as connection:
        decision_log.append_notes(
            connection, sandbox, [own], decision_log.DOSSIER_MADE, (who.name, who.role), dossiers.hash_of(text), now
        )
        proved = log_proofs.proof_of(connection, sandbox, keys)
    log.info("dossier.made", sandbox=sandbox, subject=own[0], subject_id=own[1], by=who.name)
    return dossiers.with_proof(text, proved)


def _address_of(subject: Subject) -> str:
    """The address of the page of a case; empty if its kind has none."""
    pages = (page for page in values("pages", DecisionPage) if page.name == str(subject.kind))
    return next((page.address(subject) for page in pages), "")


@contextmanager
def _asked(sandbox: str, language: str, who: Person, address: str) -> Iterator[None]:
    """A request of a person for a page, within which it is rendered."""
    query = {} if "?" in address else {"query_string": {"sandbox": sandbox, "lang": language}}
    with current_app.test_request_context(address, **query):
        g.person = who
        yield


def _view() -> str:
    """The page of the current request, if its person may reach it."""
    endpoint = request.endpoint or ""
    rights.demand_page(current_person(), endpoint)
    return str(current_app.view_functions[endpoint](**(request.view_args or {})))


def _parts(page: str) -> tuple[Markup, Markup]:
    """Head and body of a case's page as they stand on paper."""
    content = html.document_fromstring(page).get_element_by_id("content")
    head, body = content.find_class("head"), content.find_class("body")
    return tuple(Markup(_on_paper(part)) for part in (head, body or [content]))  # type: ignore[return-value]


def _on_paper(parts: Sequence[HtmlElement]) -> str:
    """Elements of a page with all that is folded open, without what can be pressed, followed or loaded."""
    for part in parts:
        for element in list(part.iter()):
            if element is part:
                continue
            if not isinstance(element.tag, str) or element.tag in DROPPED or _is_left_out(element):
                element.drop_tree()
            elif element.tag == "a":
                element.tag = "span"
            elif element.tag == "details":
                element.set("open", "")
        for element in part.iter():
            for name in set(element.attrib) - KEPT_ATTRIBUTES:
                del element.attrib[name]
    return "".join(html.tostring(part, encoding="unicode") for part in parts)


def _is_left_out(element: HtmlElement) -> bool:
    """True of what a page hides, of what is for work on a case, and of what a dossier tells in full after the page."""
    is_told_later = element.get("id") in TOLD_LATER | OF_WORK or not {"newest", "noprint"}.isdisjoint(element.classes)
    return is_told_later or element.get("hidden") is not None


def _rendered(
    sandbox: str, subject: Subject, who: Person, facts: DossierFacts, now: int, page: tuple[Markup, Markup]
) -> bytes:
    """Everything of the file before its proof."""
    return render_template(
        "console/dossier.html",
        style=_style(),
        noun=DECISION_KINDS[str(subject.kind)].noun,
        subject=subject,
        who=who,
        facts=facts,
        now=now,
        head=page[0],
        body=page[1],
        role_words=role_words,
        shown_state=shown_state,
    ).encode()


@cache
def _style() -> Markup:
    """The sheets of a dossier, which it carries in itself, with the one that they import."""
    folder = Path(__file__).with_name("static")
    tokens, *sheets = (folder.joinpath(name).read_text("utf-8") for name in ("tokens.css", "desk.css", "dossier.css"))
    return Markup(tokens + "".join(sheets).replace('@import url("tokens.css");', ""))
