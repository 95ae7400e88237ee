"""The queue of cases that wait for officers, and decisions about many cases at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, g, jsonify, redirect, render_template, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from single_window.accounts import filters
from single_window.cases import bulk, bulk_decisions, queue, waiting_sentences
from single_window.cases.bulk_hindrances import act_sets, hindrances_of_cases, second_eyes_of_cases
from single_window.cases.bulk_reasons import fitting_sets, own_of
from single_window.cases.case_pages import next_page
from single_window.cases.declarations.pages import FLOWS
from single_window.cases.queue_beside import back_on_day, grouped, keep_filter, kept_filter, on_top
from single_window.console import bulk_results
from single_window.frame.desks import desks_of
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.numbered_pages import number_of_page, pages_near
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.speech import link, named_sandbox, requested_sandbox, say
from single_window.language.reason_titles import title
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.store import case_queue
from single_window.store.case_queue import VIEWS, QueuedCase
from single_window.store.desks import desks
from single_window.store.engine import reading, writing
from single_window.store.questioning import ASK
from single_window.store.queue_order import ORDERS

MOST_KINDS = 4
"""Kinds of cases of which several are decided on one page of the queue, at most."""


def register(blueprint: Blueprint) -> None:
    """Add the page and the forms."""
    add_page(blueprint, "/review", "review", show)
    add_page(blueprint, "/review/changes", "review_changes", changes)
    add_page(blueprint, "/review/questions", "review_questions", questions)
    blueprint.add_url_rule("/review/next", "take_next", take_next, methods=["POST"])
    blueprint.add_url_rule("/review/filters", "save_filter", save_filter, methods=["POST"])
    blueprint.add_url_rule("/review/cases", "change_cases", change_cases, methods=["POST"])


def show(refused: Words | None = None) -> str:
    """Show a page of the waiting cases, those due first at the top unless another order is chosen, filtered by desk,
    view, flow, reason and words. The filter is kept for the queue beside cases and for the case that is taken next."""
    chosen = {name: request.values.get(name, "").strip() for name in filters.NAMES}
    if current_person().has_account:
        keep_filter(chosen)
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        wanted = queue.queue_query(connection, sandbox, current_person(), **chosen)
        by_desk = None if wanted.office else g.waiting
        after, number = request.values.get("after", ""), number_of_page()
        page = queue.queue_page(connection, sandbox, wanted, after, by_desk=by_desk, number=number)
        others = {} if page.views[""] else queue.desks_of_other_sandboxes(connection, sandbox, wanted)
        own = filters.filters_of(connection, current_person().name) if current_person().has_account else []
        back = () if after or number > 1 else back_on_day(connection, sandbox, wanted)
        page = page._replace(cases=on_top(back, page.cases))
        outcomes = bulk_results.kept(sandbox)
        why = waiting_sentences.rows_of(connection, sandbox, page.cases)
        in_bulk = _bulk_values(connection, sandbox, page)
        decided = case_queue.of_keys(connection, sandbox, [outcome.key for outcome in outcomes if outcome.done])
    return render_template(
        "console/review.html",
        **_choices(),
        page=page,
        why=why,
        outcomes=outcomes,
        refused=refused,
        groups=grouped(page.cases, page.now, chosen["sort"], back),
        at=number,
        near=pages_near(number, page.pages),
        by_key={outcome.key: outcome for outcome in outcomes},
        **in_bulk,
        decided=decided,
        chosen=chosen,
        nothing=request.args.get("nothing", ""),
        most_together=queue.MOST_TOGETHER,
        filters=own,
        others=others,
    )


def _bulk_values(connection: Connection, sandbox: str, page: queue.QueuePage) -> dict[str, Any]:
    """Forms by which several cases of a page are decided at once, and the acts that each case allows."""
    person = current_person()
    forms, left_out = most_listed(bulk.forms(connection, sandbox, page.cases, person), page.cases)
    offered = {f"{form.subject}.{action}" for form in forms for action in form.acts}
    hindrances = hindrances_of_cases(connection, sandbox, page.cases, person, page.clock)
    acts = act_sets(hindrances, offered, second_eyes_of_cases(page.cases, person))
    codes = (
        waiting_sentences.codes_of(connection, sandbox, page.cases) if forms else {case.key: () for case in page.cases}
    )
    asked = [form.subject for form in forms if form.asking is not None]
    fits = fitting_sets(codes, {form.subject: form.choices for form in forms}, asked)
    asks_own = {subject for subject in asked if any(f"{subject}.{own_of(ASK)}" in told.split() for told in fits.sets)}
    return {
        "bulk": forms,
        "left_out": left_out,
        "bulk_acts": acts,
        "fits": fits,
        "asks_own": asks_own,
        "own_of": own_of,
        "tick": bulk.tick,
    }


def most_listed(
    forms: Sequence[bulk.BulkForm], cases: Sequence[QueuedCase]
) -> tuple[Sequence[bulk.BulkForm], Sequence[bulk.BulkForm]]:
    """Return the forms of the kinds with the most listed cases, in their order, and the others: a page has the acts of
    so many kinds only, so that it stays light."""
    listed = Counter(case.subject for case in cases)
    most = sorted(forms, key=lambda form: -listed[form.subject])[:MOST_KINDS]
    return [form for form in forms if form in most], [form for form in forms if form not in most]


def _choices() -> dict[str, Any]:
    """Values by which the reader can narrow and order the queue."""
    return {
        "desks": [desk for desk in desks().values() if desk.is_in(g.options)],
        "views": VIEWS,
        "own": desks_of(current_person()),
        "flows": FLOWS,
        "orders": ORDERS,
        "reason_title": title,
        "filled": filled,
    }


def filled(query: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters of an address that say something."""
    return {name: text for name, text in query.items() if text}


def save_filter() -> Response:
    """Save the current filter under a name, for all officers if it is shared, or delete a saved one; then show the
    queue with it."""
    form, chosen = request.form, {name: request.form.get(name, "").strip() for name in filters.NAMES}
    with writing(ports().window.engine) as connection:
        if form.get("act") == "forget":
            filters.forget(connection, current_person().name, form.get("name", ""))
        elif current_person().has_account:
            filters.save(connection, current_person().name, form.get("name", ""), chosen, "shared" in form)
    return redirect(link("console.review", **filled(chosen)), 303)


def changes() -> Response:
    """Return the number of waiting cases at each desk as JSON, for updates of an open page."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        wanted = queue.queue_query(connection, sandbox, current_person(), request.args.get("desk", ""))
        page = queue.queue_page(connection, sandbox, wanted, limit=1)
    return jsonify({"waiting": page.views[""], "desks": dict(page.by_desk)})


def questions() -> Response | tuple[Response, int]:
    """Return the questions that fit what the cases of ticked boxes wait for, as JSON: value of a box → the question as
    its declarant reads it, and in the reader's language."""
    try:
        cases = bulk.ticked(request.args.getlist("case"))[: queue.MAX_CASES]
    except Refusal:
        return jsonify({}), 422
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        found = bulk_decisions.own_questions(connection, sandbox, cases)
    return jsonify({value: {"text": words.zh, "meaning": say(words)} for value, words in found.items()})


def take_next() -> Response:
    """Take the case that is due first within the queue's filter, and redirect to its page, or to the queue if none is
    free. The filter is kept for the following cases."""
    with reading(ports().window.engine) as connection:
        sandbox = named_sandbox(connection)
    if "filtered" in request.form:
        keep_filter({name: request.form.get(name, "").strip() for name in filters.NAMES})
    return redirect(next_page(sandbox), 303)


def change_cases() -> Response | tuple[str, int]:
    """Hold, release, or decide about all ticked cases, or about all of the filter, whose number is confirmed; failures
    are reported for each case."""
    form, window = request.form, ports().window
    with reading(window.engine) as connection:
        sandbox = requested_sandbox(connection)
    try:
        cases = bulk.ticked(form.getlist("case"))[: queue.MAX_CASES]
    except Refusal as refused:
        return show(refused.words), 422
    if confirmed := form.get("whole", 0, int):
        try:
            cases = _whole_filter(sandbox, confirmed)
        except Refusal as refused:
            return show(refused.words), 409
    keys = [case.key for case in cases]
    act = form.get("act", "")
    act = form.get("armed", "") if act == "armed" else act
    if act == "hold":
        queue.hold_cases(window, sandbox, current_person(), keys)
    elif act == "let_go":
        queue.release_cases(window, sandbox, current_person(), keys)
    else:
        return told(sandbox, bulk_decisions.decide_many(window, sandbox, cases, act, form, current_person()))
    return redirect(link("console.review", **_filter_of_address()), 303)


def _whole_filter(sandbox: str, confirmed: int) -> list[bulk.Ticked]:
    with reading(ports().window.engine) as connection:
        wanted = queue.queue_query(connection, sandbox, current_person(), **_filter_of_address())
        found = queue.whole_filter(connection, sandbox, wanted, confirmed)
    return bulk.ticked([bulk.tick(case) for case in found])


def told(sandbox: str, results: Sequence[bulk_decisions.DecisionResult], **more: str) -> Response:
    """Redirect to the queue, in its filter, which tells what came of a decision about many cases. `more`: further
    parameters of its address."""
    chosen = _filter_of_address() or kept_filter()
    return redirect(link("console.review", results=bulk_results.keep(sandbox, results), **more, **chosen), 303)


def _filter_of_address() -> dict[str, str]:
    return filled({name: request.args.get(name, "") for name in filters.NAMES})
