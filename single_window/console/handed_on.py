"""Tells an officer once, on the page that he sees next, what he has just done with a case besides deciding it."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Blueprint, g, request, session

from single_window.cases import own_decisions
from single_window.cases.assignment import ESCALATE, GIVE, PUT_OFF, Wanted
from single_window.cases.case_pages import address_of
from single_window.frame.http.ports import ports
from single_window.language import phrases
from single_window.language.words import Words
from single_window.store.case_queue import Key
from single_window.store.engine import reading

KEPT = "handed"
"""The name in the session: sandbox, subject, id, action, and the day or who has it now."""


class HandedOn(NamedTuple):
    """A case that was put off, skipped, let go, handed to a supervisor or given to an officer. `detail`: the day or who
    has it now; `address`: of its page, empty if it has none."""

    words: Words
    detail: str
    about: str
    address: str


def register(blueprint: Blueprint) -> None:
    """Add the function for templates."""
    blueprint.context_processor(page_words)


def page_words() -> dict[str, Any]:
    """Return what templates call: `handed_on()`."""
    return {"handed_on": handed_on}


def remember(sandbox: str, key: Key, wanted: Wanted) -> None:
    """Keep what was done with a case until the next page of the sandbox is shown."""
    detail = {PUT_OFF: str(wanted.until or ""), ESCALATE: wanted.to, GIVE: wanted.to}.get(wanted.action, "")
    session[KEPT] = [sandbox, *key, wanted.action, detail]


def handed_on() -> HandedOn | None:
    """Return what the visitor did last with a case besides deciding it, once; None if there is nothing to tell."""
    if request.method != "GET" or KEPT not in session or session[KEPT][0] != g.get("sandbox", ""):
        return None
    sandbox, subject, subject_id, action, detail = session.pop(KEPT)
    key = (subject, subject_id)
    with reading(ports().window.engine) as connection:
        about = own_decisions.name_of(connection, sandbox, key)
        return HandedOn(phrases.phrase("handed_on", action), detail, about, address_of(connection, sandbox, key))
