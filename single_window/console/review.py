"""The queue of what waits for officers, and what they decide about lists and requests: one by one, or many at once.

The case page offers what lifecycle and flow allow. Its form says which version it showed: who decides on what somebody
has moved on meanwhile is told so, and nothing is filed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flask import Blueprint, jsonify, redirect, render_template, request
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response

from declarations.lifecycle import LIFECYCLE_OF
from declarations.money import plain
from single_window.accounts.rights import Lacking
from single_window.api.ports import ports
from single_window.cases import acts, queue, stories
from single_window.cases.stories import LARGEST_ID, Match, NotFound
from single_window.console import proof, reasons
from single_window.console.cases import onward, page_of
from single_window.console.decisions import awaited, not_carried_out
from single_window.console.persons import person
from single_window.console.speech import asked_sandbox, link
from single_window.language import words
from single_window.language.words import Words
from single_window.store import tables
from single_window.store.case_queue import VIEWS, Key
from single_window.store.decisions import Decided
from single_window.store.desks import desks
from single_window.store.engine import reading

FLOWS = ("I", "E")
KEYS = {"conclude": "c", "release": "e", "reject": "j", "review": "v", "inspect": "i", "send_back": "b",
        "suspend": "u", "detain": "d", "close": "l", "approve": "p", "take_back": "t"}
"""Keys of the decisions."""
BULK = {"declaration": ("conclude", "release", "reject", "inspect", "review"),
        "request": ("approve", "reject")}
"""What may be decided about many at once."""


class Outcome(NamedTuple):
    """What became of one of many decisions."""

    key: Key
    label: str
    done: bool
    words: Words


def register(blueprint: Blueprint) -> None:
    """Add the page and the forms."""
    blueprint.add_url_rule("/review", "review", show, methods=["GET"])
    blueprint.add_url_rule("/review/changes", "review_changes", changes, methods=["GET"])
    blueprint.add_url_rule("/review/next", "take_next", take_next, methods=["POST"])
    blueprint.add_url_rule("/review/cases", "change_cases", change_cases, methods=["POST"])
    blueprint.add_url_rule("/declarations/<int:number>/decision", "decide_list", decide_list, methods=["POST"])
    blueprint.add_url_rule("/requests/<int:number>/decision", "decide_request", decide_request, methods=["POST"])


def show(outcomes: Sequence[Outcome] = (), refused: Words | None = None) -> str:
    """What waits, due first: of one's desks or of one, in a view, of a flow, with words in it."""
    chosen = {name: request.values.get(name, "").strip() for name in ("desk", "view", "flow", "words")}
    with reading(ports().window.engine) as connection:
        sandbox = asked_sandbox(connection)
        asked = queue.wanted(connection, sandbox, person(), **chosen)
        found = queue.shown(connection, sandbox, asked, request.values.get("after", ""))
    return render_template("console/review.html", found=found, asked=asked, desks=desks().values(), views=VIEWS,
                           own=queue.desks_of(person()), flows=FLOWS, outcomes=outcomes, refused=refused, plain=plain,
                           bulk=_bulk(chosen["desk"]), choices=reasons.choices, page_of=page_of, chosen=chosen,
                           nothing=request.args.get("nothing", ""))


def changes() -> Response:
    """How many cases wait at each desk, for a page that is looked at for long."""
    with reading(ports().window.engine) as connection:
        sandbox = asked_sandbox(connection)
        asked = queue.wanted(connection, sandbox, person(), request.args.get("desk", ""))
        found = queue.shown(connection, sandbox, asked, most=1)
    return jsonify({"waiting": found.views[""], "desks": dict(found.by_desk)})


def take_next() -> Response:
    """Take the case that is due first, and go to its page; back to the queue where nothing is free."""
    with reading(ports().window.engine) as connection:
        sandbox = asked_sandbox(connection)
    taken = queue.take_next(ports().window, sandbox, person(), request.form.get("desk", ""))
    return redirect(page_of(taken) if taken else link("console.review", nothing="1"), 303)


def change_cases() -> str | tuple[str, int] | Response:
    """Hold, let go, or decide about all cases that were ticked; what cannot be done is told row by row."""
    form, window = request.form, ports().window
    with reading(window.engine) as connection:
        sandbox = asked_sandbox(connection)
    keys = [(subject, number) for subject, _, number in (text.partition("~") for text in form.getlist("case"))]
    keys = keys[:queue.MOST]
    act = form.get("act", "")
    if act == "hold":
        queue.hold(window, sandbox, person(), keys)
    elif act == "let_go":
        queue.let_go(window, sandbox, person(), keys)
    else:
        return show(_decide_many(sandbox, keys, act))
    return redirect(link("console.review", **{name: form[name] for name in ("desk", "view", "flow", "words")
                                              if form.get(name)}), 303)


def _bulk(desk: str) -> tuple[str, ...]:
    """What may be decided about many at the desk that is looked at."""
    subjects = desks()[desk].subjects if desk in desks() else {"declaration": ()}
    return tuple(dict.fromkeys(action for subject in subjects for action in BULK.get(subject, ())))


def _decide_many(sandbox: str, keys: Sequence[Key], act: str) -> list[Outcome]:
    """File one decision for each case, then wait for all of them."""
    filed: list[tuple[Key, str, int]] = []
    told: list[Outcome] = []
    for key in keys:
        try:
            with reading(ports().window.engine) as connection:
                subject = _subject(connection, sandbox, key)
            why = reasons.given(subject.what, act, request.form)
            decided = acts.act_on(ports().window, sandbox, subject, act, why, person())
            filed.append((key, subject.label, decided.decision))
        except NotFound:
            told.append(Outcome(key, key[1], False, words.phrase("label", "moved_on")))
        except acts.ReasonNeeded:
            told.append(Outcome(key, subject.label, False, words.phrase("label", "reason_needed")))
        except (acts.ActNotAllowed, Lacking) as refused:
            told.append(Outcome(key, subject.label, False, Words(str(refused), str(refused))))
    for key, label, number in filed:
        told.append(_outcome(key, label, awaited(sandbox, number)))
    return told


def _outcome(key: Key, label: str, decided: Decided) -> Outcome:
    said = words.phrase("label", "carried_out" if decided.done else "decision_filed")
    return Outcome(key, label, decided.done, not_carried_out(decided) if decided.refused else said)


def _subject(connection: Connection, sandbox: str, key: Key) -> Match:
    """The list or request of a case; raises `NotFound`."""
    find = {"declaration": stories.of_list, "request": stories.of_request}.get(key[0])
    found = find(connection, sandbox, int(key[1])) if find and key[1].isdecimal() and len(key[1]) < 19 else None
    if found is None:
        raise NotFound(key[1], sandbox)
    return found


def decide_list(number: int) -> tuple[str, int] | Response:
    """Decide about a list, then show it."""
    with reading(ports().window.engine) as connection:
        sandbox = asked_sandbox(connection)
        subject = stories.of_list(connection, sandbox, min(number, LARGEST_ID))
    if subject is None:
        raise NotFound(number, sandbox)
    return _decide(sandbox, subject, subject.id)


def decide_request(number: int) -> tuple[str, int] | Response:
    """Decide about a cancellation or return, then show the list that it is about."""
    with reading(ports().window.engine) as connection:
        sandbox = asked_sandbox(connection)
        subject = stories.of_request(connection, sandbox, min(number, LARGEST_ID))
        about = connection.execute(select(tables.request.c.declaration_id).where(
            tables.request.c.sandbox == sandbox, tables.request.c.id == min(number, LARGEST_ID))).scalar()
    if subject is None or not about:
        raise NotFound(number, sandbox)
    return _decide(sandbox, subject, about)


def _decide(sandbox: str, subject: Match, about: int) -> tuple[str, int] | Response:
    form = request.form
    why = reasons.given(subject.what, form.get("act", ""), form)
    seen = (form.get("state", subject.state), form.get("version", subject.version, int))
    if seen != (subject.state, subject.version):
        return case(about, words.phrase("label", "moved_on")), 409
    try:
        filed = acts.act_on(ports().window, sandbox, subject, form.get("act", ""), why, person())
    except acts.ReasonNeeded:
        return case(about, words.phrase("label", "reason_needed")), 400
    except acts.ActNotAllowed as refused:
        return case(about, Words(str(refused), str(refused))), 409
    if (answered := awaited(sandbox, filed.decision)).refused:
        return case(about, not_carried_out(answered)), 409
    return onward(sandbox, (subject.what, str(subject.id)), filed.action,
                  link("console.declaration", declaration_id=about, filed=filed.action))


def case(declaration_id: int, refused: Words | None = None, revealed: int = 0) -> str:
    """One list: documents, evidence, timeline, receipts, tax, what may be decided and what else may happen.

    `revealed` is the id of the document whose identity numbers are shown in full.
    """
    with reading(ports().window.engine) as connection:
        sandbox = asked_sandbox(connection)
        told = stories.of_declaration(connection, sandbox, declaration_id)
        holder = queue.holder(connection, sandbox, ("declaration", str(declaration_id)))
        return render_template("console/story.html", story=told, possible=acts.possible, decided=acts.DECIDED,
                               lives=LIFECYCLE_OF, keys=KEYS, refused=refused, holder=holder, choices=reasons.choices,
                               typed=request.form if refused else {}, revealed=revealed,
                               **proof.beside(connection, sandbox, declaration_id),
                               filed=request.args.get("filed", "") if request.method == "GET" else "")
