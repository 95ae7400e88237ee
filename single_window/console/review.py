"""The queue of cases that wait for officers, and decisions about many cases at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flask import Blueprint, g, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response

from declarations.money import amount_text
from single_window.accounts import filters
from single_window.accounts.rights import Lacking
from single_window.cases import queue
from single_window.cases.case_pages import keep_filter, kept_filter, page_of
from single_window.cases.declarations.pages import FLOWS
from single_window.cases.subjects import DECISION_KINDS
from single_window.frame import deciding
from single_window.frame.decision_kinds import Requested
from single_window.frame.desks import desks_of
from single_window.frame.http.ports import ports
from single_window.frame.pages.decision_forms import await_answer, reason_choices, reason_of_form, refusal_words
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.speech import act_words, link, named_sandbox, requested_sandbox
from single_window.language import phrases
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.refused import NotFound
from single_window.store.case_queue import VIEWS, Key
from single_window.store.decisions import DecisionState, StoredDecision
from single_window.store.desks import NEVER, desks
from single_window.store.engine import reading, writing


class DecisionResult(NamedTuple):
    """The outcome of one of many decisions."""

    key: Key
    label: str
    done: bool
    words: Words


def register(blueprint: Blueprint) -> None:
    """Add the page and the forms."""
    blueprint.add_url_rule("/review", "review", show, methods=["GET"])
    blueprint.add_url_rule("/review/changes", "review_changes", changes, methods=["GET"])
    blueprint.add_url_rule("/review/next", "take_next", take_next, methods=["POST"])
    blueprint.add_url_rule("/review/filters", "save_filter", save_filter, methods=["POST"])
    blueprint.add_url_rule("/review/cases", "change_cases", change_cases, methods=["POST"])


def show(outcomes: Sequence[DecisionResult] = (), refused: Words | None = None) -> str:
    """Show the waiting cases, those due first at the top, filtered by desk, view, flow and words."""
    chosen = {name: request.values.get(name, "").strip() for name in filters.NAMES}
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        wanted = queue.queue_query(connection, sandbox, current_person(), **chosen)
        page = queue.queue_page(
            connection, sandbox, wanted, request.values.get("after", ""), by_desk=None if wanted.office else g.waiting
        )
        others = {} if page.views[""] else queue.desks_of_other_sandboxes(connection, sandbox, wanted)
        own = filters.filters_of(connection, current_person().name) if current_person().has_account else {}
    return render_template(
        "console/review.html",
        page=page,
        desks=desks().values(),
        views=VIEWS,
        own=desks_of(current_person()),
        flows=FLOWS,
        outcomes=outcomes,
        refused=refused,
        plain=amount_text,
        never=NEVER,
        bulk=_bulk_acts_of_desk(chosen["desk"]),
        choices=reason_choices,
        page_of=page_of,
        chosen=chosen,
        nothing=request.args.get("nothing", ""),
        filters=own,
        others=others,
    )


def save_filter() -> Response:
    """Save the current filter under a name, or delete a saved one; then show the queue with it."""
    form, chosen = request.form, {name: request.form.get(name, "").strip() for name in filters.NAMES}
    with writing(ports().window.engine) as connection:
        if form.get("act") == "forget":
            filters.forget(connection, current_person().name, form.get("name", ""))
        elif current_person().has_account:
            filters.save(connection, current_person().name, form.get("name", ""), chosen)
    return redirect(link("console.review", **{name: text for name, text in chosen.items() if text}), 303)


def changes() -> Response:
    """Return the number of waiting cases at each desk as JSON, for updates of an open page."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        wanted = queue.queue_query(connection, sandbox, current_person(), request.args.get("desk", ""))
        page = queue.queue_page(connection, sandbox, wanted, limit=1)
    return jsonify({"waiting": page.views[""], "desks": dict(page.by_desk)})


def take_next() -> Response:
    """Take the case that is due first within the queue's filter, and redirect to its page, or to the queue if none is
    free. The filter is kept for the following cases."""
    with reading(ports().window.engine) as connection:
        sandbox = named_sandbox(connection)
    if "filtered" in request.form:
        keep_filter({name: request.form.get(name, "").strip() for name in filters.NAMES})
    taken = queue.take_next(ports().window, sandbox, current_person(), kept_filter())
    return redirect(page_of(taken) if taken else link("console.review", nothing="1", **kept_filter()), 303)


def change_cases() -> str | tuple[str, int] | Response:
    """Hold, release, or decide about all ticked cases; failures are reported for each case."""
    form, window = request.form, ports().window
    with reading(window.engine) as connection:
        sandbox = requested_sandbox(connection)
    keys = [(subject, number) for subject, _, number in (text.partition("~") for text in form.getlist("case"))]
    keys = keys[: queue.MAX_CASES]
    act = form.get("act", "")
    if act == "hold":
        queue.hold_cases(window, sandbox, current_person(), keys)
    elif act == "let_go":
        queue.release_cases(window, sandbox, current_person(), keys)
    else:
        return show(_decide_many(sandbox, keys, act))
    return redirect(link("console.review", **{name: form[name] for name in filters.NAMES if form.get(name)}), 303)


def _bulk_acts_of_desk(desk: str) -> dict[str, Words]:
    """Return the acts that are possible for several cases at a desk, with their names."""
    subjects = desks()[desk].subjects if desk in desks() else {"declaration": ()}
    return {action: _words_of_action(subject, action) for subject in subjects for action in _bulk_acts_of(subject)}


def _bulk_acts_of(subject: str) -> Sequence[str]:
    return DECISION_KINDS[subject].bulk if subject in DECISION_KINDS else ()


def _words_of_action(subject: str, action: str) -> Words:
    return act_words(action) if subject == "request" else DECISION_KINDS[subject].words_of(action, subject)


def _decide_many(sandbox: str, keys: Sequence[Key], act: str) -> list[DecisionResult]:
    """Store one decision for each case, then wait for all of them."""
    filed: list[tuple[Key, str, int]] = []
    outcomes: list[DecisionResult] = []
    for key in keys:
        label = key[1]
        try:
            with reading(ports().window.engine) as connection:
                subject = DECISION_KINDS[key[0]].by_id(connection, sandbox, key[1])
            label, why = subject.label, reason_of_form(subject.kind, act, request.form)
            decided = deciding.decide(
                ports().window,
                sandbox,
                DECISION_KINDS[key[0]],
                subject,
                Requested(act, why, subject.version),
                current_person(),
            )
            filed.append((key, label, decided.decision))
        except (NotFound, KeyError):
            outcomes.append(DecisionResult(key, label, False, phrases.phrase("label", "moved_on")))
        except Refusal as refused:
            outcomes.append(DecisionResult(key, label, False, refused.words))
        except Lacking as lacking:
            outcomes.append(DecisionResult(key, label, False, lacking.words))
    for key, label, number in filed:
        outcomes.append(_result_of(key, label, await_answer(sandbox, number)))
    return outcomes


def _result_of(key: Key, label: str, decided: StoredDecision) -> DecisionResult:
    name = {
        DecisionState.DONE: "carried_out",
        DecisionState.PROPOSED: "now_proposed",
        DecisionState.DECLINED: "decline_proposal",
    }
    note = phrases.phrase("label", name.get(decided.state, "decision_filed"))
    return DecisionResult(key, label, not decided.refused, refusal_words(decided) if decided.refused else note)
