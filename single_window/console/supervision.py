"""The supervisors' page: waiting cases and their ages, officers' decisions, refusals, inspection results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from flask import Blueprint, Response, abort, redirect, render_template, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from declarations.calendar import day_of
from single_window.accounts import rights
from single_window.cases import monthly, queue, reassigning, supervision, waiting_sentences
from single_window.cases.case_pages import page_of
from single_window.cases.supervision import AGES
from single_window.clock import system_now
from single_window.console import away
from single_window.frame.desks import scope_of
from single_window.frame.http.ports import ports
from single_window.frame.pages import plots
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.plots import Plot
from single_window.frame.pages.speech import given_day, label, link, requested_sandbox
from single_window.language.refusal import Refusal
from single_window.store import sandboxes
from single_window.store.case_figures import Inspected, Scope
from single_window.store.engine import reading
from single_window.store.participants import company_names


def register(blueprint: Blueprint) -> None:
    """Add the page and its pictures."""
    blueprint.add_url_rule("/supervision", "supervision", show, methods=["GET"])
    blueprint.add_url_rule("/supervision/cases", "reassign", reassign, methods=["POST"])
    blueprint.add_url_rule("/supervision/distribution", "distribute", distribute, methods=["POST"])
    blueprint.add_url_rule("/supervision/statistics.csv", "statistics", statistics, methods=["GET"])
    blueprint.add_url_rule("/supervision/<name>.svg", "supervision_plot", picture, methods=["GET"])


def show() -> str:
    """Show the statistics of the sandbox, and of the requested day (default: today)."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        scope = scope_of(current_person())
        overview = supervision.overview(connection, sandbox, scope, _requested_day())
        late = supervision.overdue_first(connection, sandbox, scope, overview.now)
        people = reassigning.officers(connection) if rights.allows(current_person(), reassigning.RIGHT) else []
        names = company_names(connection, sandbox, {code for code, _ in overview.refusals.by_company if code})
        may_mark = rights.allows(current_person(), reassigning.RIGHT)
        marked = away.away(connection, away.SUPERVISION, day_of(overview.now)) if may_mark else None
        why = waiting_sentences.rows_of(connection, sandbox, late)
    happened = any(overview.arrived) or any(overview.decided)
    drawn = {"hours": plot_hours(overview.arrived, overview.decided)} if happened else {}
    return render_template(
        "console/supervision.html",
        overview=overview,
        ages=AGES,
        names=names,
        plots=drawn,
        late=late,
        why=why,
        page_of=page_of,
        origin=origin,
        clock=system_now(),
        away=marked,
        distributed=request.args.get("distributed", ""),
        given=request.args.get("given", None, int),
        left=request.args.get("left", 0, int),
        people=[officer for officer in people if any(reassigning.may_take(officer, case) for case in late)],
    )


def reassign() -> AnyResponse:
    """Assign the ticked cases to an account, or distribute them over the officers of their desks."""
    form, window = request.form, ports().window
    with reading(window.engine) as connection:
        sandbox = requested_sandbox(connection)
    keys = [(subject, number) for subject, _, number in (text.partition("~") for text in form.getlist("case"))]
    keys = keys[: queue.MAX_CASES]
    if form.get("act") == "give":
        given = reassigning.give_cases(window, sandbox, current_person(), keys, form.get("to", ""))
    elif form.get("act") == "spread":
        given = reassigning.spread_out(window, sandbox, current_person(), keys)
    else:
        abort(400)
    return redirect(link("console.supervision", given=len(given), left=len(keys) - len(given)), 303)


def distribute() -> tuple[str, int] | AnyResponse:
    """Distribute what waits at a desk as the form requests, and show who got how many."""
    form, window = request.form, ports().window
    with reading(window.engine) as connection:
        sandbox = requested_sandbox(connection)
    most = form.get("most", reassigning.MOST_DISTRIBUTED, int)
    company, together = form.get("company", "").strip()[:40], form.get("together") == "yes"
    try:
        given = reassigning.distribute(
            window, sandbox, current_person(), form.get("desk", ""), most=most, company=company, together=together
        )
    except Refusal as refused:
        here = link("console.supervision")
        return render_template("console/refused.html", refused=refused.words, here=here, back="supervision"), 422
    told = ", ".join(f"{name} {count}" for name, count in given.items()) or "0"
    return redirect(f"{link('console.supervision', distributed=told)}#distribute", 303)


def picture(name: str) -> Response:
    """Return one of the page's plots; 404 for an unknown name."""
    if name not in PLOTS:
        abort(404)
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        day = _requested_day() or day_of(sandboxes.find(connection, sandbox).clock.now())
        plot = PLOTS[name](connection, sandbox, scope_of(current_person()), day)
    return plots.svg_response(plots.draw_svg(plot))


def statistics() -> Response:
    """Return the statistics of the requested month (default: this month) as CSV; 400 for an invalid month."""
    text = request.args.get("month", "")
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        present = monthly.month_around(day_of(sandboxes.find(connection, sandbox).clock.now()))
        month = monthly.month_of(text) if text else present
        if month is None:
            abort(400)
        rows = supervision.of_month(connection, sandbox, scope_of(current_person()), month)
    return Response(
        monthly.csv_text(rows),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename=decisions-{month.name}.csv"},
    )


def plot_hours(arrived: Sequence[int], decided: Sequence[int]) -> Plot:
    """Return the plot of arrivals and decisions for each hour."""
    series = {label("arrivals"): arrived, label("decisions"): decided}
    texts = [
        f"{name} {sum(counts)} ({label('most_in_hour')} {counts.index(max(counts))}: {max(counts)})"
        for name, counts in series.items()
        if any(counts)
    ]
    return Plot(_words_of("arrivals_and_decisions", texts), [str(hour) for hour in range(len(arrived))], series)


def origin(row: Inspected) -> str:
    """Return the label for how these lists were chosen."""
    return "chosen_by_draw" if row.drawn else "chosen_by_officer"


def _words_of(name: str, texts: Sequence[str]) -> str:
    return f"{label(name)}: {'; '.join(texts) or label('none')}"


def _requested_day() -> date | None:
    return given_day(request.args.get("day", ""))


PLOTS: Mapping[str, Callable[[Connection, str, Scope, date], Plot]] = {
    "hours": lambda connection, sandbox, scope, day: plot_hours(*supervision.by_hour(connection, sandbox, scope, day)),
}
"""Name -> function that queries the data of one plot and returns it."""
