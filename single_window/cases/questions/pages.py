"""The page on which a company reads what officers ask it, and answers with words and files.

It has no account: the browser sends the company's key as the password of HTTP Basic, under any name. As in calls, a
window that serves its own machine asks nobody, unless keys are required. The page shows nothing else of the window.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from single_window.accounts.people import OPERATOR, Person
from single_window.cases.questions.answering import MAX_ANSWER, SentFile, Way, answer
from single_window.cases.subjects import DECISION_KINDS
from single_window.frame.http import callers, guard, key_access
from single_window.frame.http.calls import EVERYBODY, add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.speech import link
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.refused import LARGEST_ID, NotFound
from single_window.store import questions, sandboxes
from single_window.store.engine import reading

BROWSER = {"WWW-Authenticate": 'Basic realm="single window: any name, and your key as the password", charset="UTF-8"'}
MOST, MOST_ANSWERED = 50, 10
"""Maximum numbers of questions that the page shows: those that wait for an answer, and those answered last."""


class AskedCompany(NamedTuple):
    """The company that answers on the page: in which sandbox, and the mailboxes whose questions he sees; None: all."""

    sandbox: str
    mailboxes: Sequence[str] | None
    person: Person


def register(blueprint: Blueprint) -> None:
    """Add the page and its form."""
    add_page(blueprint, "/company", "company", show, EVERYBODY)
    add_page(blueprint, "/company/requests/<int:number>", "company_answer", give, EVERYBODY, method="POST")


def show() -> str:
    """Show the questions that wait for the company's answer, and those that it answered last."""
    return _page(_identify())


def give(number: int) -> tuple[str, int] | Response:
    """Take the answer of the form; raises `NotFound` for a question to others."""
    who, form = _identify(), request.form
    with reading(ports().window.engine) as connection:
        asked = questions.find(connection, who.sandbox, number) if number <= LARGEST_ID else None
    if asked is None or (who.mailboxes is not None and asked.mailbox not in who.mailboxes):
        raise NotFound(str(number), who.sandbox)
    chosen = [file for file in request.files.getlist("files") if file.filename]
    sent = [SentFile(file.filename or "", file.mimetype, file.read()) for file in chosen]
    try:
        answer(ports().window, who.sandbox, number, form.get("text", ""), sent, who.person, Way.PAGE)
    except Refusal as refused:
        return _page(who, number, refused.words, form), 422
    return redirect(link("console.company", answered=number), 303)


def _page(
    who: AskedCompany, about: int = 0, refused: Words | None = None, typed: Mapping[str, Any] = MappingProxyType({})
) -> str:
    with reading(ports().window.engine) as connection:
        return render_template(
            "console/company.html",
            own_sandbox=who.sandbox,
            mailboxes=who.mailboxes or (),
            waiting=questions.answerable(connection, who.sandbox, who.mailboxes, MOST + 1),
            most=MOST,
            answered=questions.page(connection, who.sandbox, who.mailboxes, most=MOST_ANSWERED, state="answered"),
            at_question=about,
            noun_of=lambda subject: DECISION_KINDS[subject].noun,
            refused=refused,
            typed=typed,
            max_answer=MAX_ANSWER,
        )


def _identify() -> AskedCompany:
    """The holder of the key that came with the request. Raises `Problem` (401, 403, 404, 429)."""
    token, named = _token(), request.args.get("sandbox", "")
    if token is None:
        if not callers.is_local():
            raise callers.no_credentials(BROWSER)
        sandbox = named or guard.DEFAULT_SANDBOX
        with reading(ports().window.engine) as connection:
            sandboxes.find(connection, sandbox)
        return AskedCompany(sandbox, None, OPERATOR)
    g.api_key = key = key_access.verify_key(token, BROWSER)
    key_access.demand(key, (callers.SEND,))
    sandbox = named or key.home
    if not ports().window.keyring.reaches(key, sandbox):
        raise key_access.unknown_sandbox(key, sandbox)
    return AskedCompany(sandbox, key_access.senders(), key.person)


def _token() -> str | None:
    given = request.authorization
    if given is not None and given.type == "basic":
        return given.password or ""
    return key_access.presented_key()
