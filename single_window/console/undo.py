"""Takes decisions of a moment ago back, and tells every page which of them its visitor can take back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from flask import Blueprint, g, redirect, render_template, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from single_window.cases import own_decisions, taking_back
from single_window.cases.bulk_decisions import DecisionResult
from single_window.cases.case_pages import page_of
from single_window.cases.taking_back import RecentDecision
from single_window.clock import system_now
from single_window.console import queue_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.speech import link, requested_sandbox
from single_window.language import phrases
from single_window.language.acts import act_words
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.refused import NotFound, row_id
from single_window.store import case_queue, deferred
from single_window.store.case_queue import Key
from single_window.store.decisions import find_decision
from single_window.store.engine import reading


class UndoOffer(NamedTuple):
    """Decisions that were taken together and can be taken back together. `seconds`: how long that is still possible,
    rounded up; `until`: the machine's instant of its end; `goods`: those of the only case."""

    decisions: Sequence[RecentDecision]
    words: Words
    seconds: int
    until: int
    goods: str = ""

    @property
    def about(self) -> str:
        """The goods and the label of the only case, or the number of cases."""
        if len(self.decisions) > 1:
            return f"× {len(self.decisions)}"
        return own_decisions.named(self.goods, self.decisions[0].label)


class ToldDecision(NamedTuple):
    """A decision of the visitor of which a page tells what came of it: the act, and the case that it was about."""

    words: Words
    about: str


def register(blueprint: Blueprint) -> None:
    """Add the form, and the functions for templates."""
    blueprint.add_url_rule("/undo", "undo", undo, methods=["POST"])
    blueprint.context_processor(page_words)


def page_words() -> dict[str, Any]:
    """Return the functions that templates call: `undo_offers()`, `decided_just_now(subject, id)`, and
    `told_decision(parameter)`."""
    return {"undo_offers": undo_offers, "decided_just_now": decided_just_now, "told_decision": told_decision}


def undo_offers() -> Sequence[UndoOffer]:
    """Return what the visitor can take back now, the newest first; nothing on a page of no sandbox."""
    if not (sandbox := g.get("sandbox", "")):
        return ()
    now = system_now()
    with reading(ports().window.engine) as connection:
        own = taking_back.undoable(connection, sandbox, current_person(), now)
        goods = _goods_of(connection, sandbox, [decided.key for decided in own])
    return [
        _offer(list(together), until, now, goods) for until, together in groupby(own, lambda decided: decided.until)
    ]


def _offer(together: Sequence[RecentDecision], until: int, now: int, goods: Mapping[Key, str]) -> UndoOffer:
    return UndoOffer(together, together[0].words, -(-(until - now) // 1_000), until, goods.get(together[0].key, ""))


def _goods_of(connection: Connection, sandbox: str, keys: Sequence[Key]) -> Mapping[Key, str]:
    """The goods of each case that has any."""
    return {key: case.goods for key, case in case_queue.of_keys(connection, sandbox, keys).items()}


def told_decision(parameter: str) -> ToldDecision | None:
    """Return the decision that a parameter of the address names, if the visitor made or settled it; else None."""
    number = request.args.get(parameter, "")
    if request.method != "GET" or not number.isdecimal() or len(number) > 18 or not (sandbox := g.get("sandbox", "")):
        return None
    with reading(ports().window.engine) as connection:
        decided = find_decision(connection, sandbox, int(number))
        if decided is None or current_person().name not in {decided.by, decided.second}:
            return None
        goods = _goods_of(connection, sandbox, [(decided.subject, decided.subject_id)])
        about = own_decisions.named("".join(goods.values()), taking_back.label_of(connection, sandbox, decided))
    return ToldDecision(act_words(decided.action, decided.subject), about)


def decided_just_now(subject: str, subject_id: int | str) -> Words | None:
    """Return who has decided what about a subject, while that can still be taken back or is being carried out, so that
    its page offers no act; None if there is no such decision, or if the visitor is offered to take it back."""
    with reading(ports().window.engine) as connection:
        decided = deferred.about(connection, g.get("sandbox", ""), subject, subject_id)
    if decided is None or (decided.by == current_person().name and decided.not_before > system_now()):
        return None
    return deferred.already_decided(decided).words


def undo() -> str | tuple[str, int] | Response:
    """Take back the named decisions, and show the case of the only one, or the queue. A refusal names what undoes the
    decision."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
    numbers = [row_id(number, sandbox) for number in request.form.getlist("decision")][: deferred.MOST]
    if len(numbers) != 1:
        return queue_page.told(
            sandbox, [_undo_one(sandbox, number) for number in numbers], again=str(numbers[0]) if numbers else ""
        )
    try:
        taken = taking_back.take_back(ports().window, sandbox, numbers[0], current_person())
    except Refusal as refused:
        here = link("console.review")
        return render_template("console/refused.html", refused=refused.words, here=here, back="queue"), 409
    target = _page_of(sandbox, (taken.subject, taken.subject_id))
    return redirect(f"{target}{'&' if '?' in target else '?'}took={taken.id}&undone={taken.action}", 303)


def _undo_one(sandbox: str, number: int) -> DecisionResult:
    """Take one of several decisions back; the result for the queue."""
    try:
        taken = taking_back.take_back(ports().window, sandbox, number, current_person())
    except Refusal as refused:
        return DecisionResult(("", ""), str(number), False, refused.words)
    except NotFound:
        return DecisionResult(("", ""), str(number), False, phrases.phrase("label", "no_such_decision"))
    with reading(ports().window.engine) as connection:
        label = taking_back.label_of(connection, sandbox, taken)
    return DecisionResult((taken.subject, taken.subject_id), label, True, phrases.phrase("label", "taken_back"))


def _page_of(sandbox: str, key: Key) -> str:
    """The page of a case, or the queue if it does not wait any more."""
    with reading(ports().window.engine) as connection:
        case = case_queue.find(connection, sandbox, key)
    return page_of(case) if case is not None else link("console.review")
