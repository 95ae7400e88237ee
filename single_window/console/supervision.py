"""The supervisors' page: waiting cases and their ages, officers' decisions, refusals, inspection results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from flask import Blueprint, Response, abort, redirect, render_template, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from declarations.calendar import day_of
from single_window.accounts import rights
from single_window.cases import monthly, queue, reassigning, supervision
from single_window.cases.case_pages import page_of
from single_window.cases.supervision import AGES, DeskBacklog, Officer, Refusals
from single_window.clock import system_now
from single_window.frame.desks import scope_of
from single_window.frame.http.ports import ports
from single_window.frame.pages import plots
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.plots import Plot
from single_window.frame.pages.speech import given_day, label, link, requested_sandbox, say
from single_window.store import case_figures, sandboxes
from single_window.store.case_figures import Inspected, Scope
from single_window.store.desks import desks
from single_window.store.engine import reading

MAX_OFFICERS = 20
"""Maximum number of officers in a plot: those who decided most."""


def register(blueprint: Blueprint) -> None:
    """Add the page and its pictures."""
    blueprint.add_url_rule("/supervision", "supervision", show, methods=["GET"])
    blueprint.add_url_rule("/supervision/cases", "reassign", reassign, methods=["POST"])
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
    drawn = {
        "waiting": plot_waiting(overview.waiting),
        "hours": plot_hours(overview.arrived, overview.decided),
        "officers": plot_officers(overview.officers.each),
        "reasons": plot_reasons(overview.refusals),
        "companies": plot_companies(overview.refusals),
        "inspected": plot_inspected(overview.inspected),
    }
    return render_template(
        "console/supervision.html",
        overview=overview,
        ages=AGES,
        plots=drawn,
        late=late,
        page_of=page_of,
        origin=origin,
        clock=system_now(),
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


def picture(name: str) -> Response:
    """Return one of the page's plots; 404 for an unknown name."""
    if name not in PLOTS:
        abort(404)
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        now = sandboxes.find(connection, sandbox).clock.now()
        plot = PLOTS[name](connection, sandbox, scope_of(current_person()), _requested_day() or day_of(now), now)
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


def plot_waiting(waiting: Sequence[DeskBacklog]) -> Plot:
    """Return the plot of the waiting cases at each desk, stacked by age."""
    names = [say(desks()[row.desk].words) for row in waiting]
    texts = [
        f"{name} {row.all} ({', '.join(_age_texts(row))})" for name, row in zip(names, waiting, strict=True) if row.all
    ]
    return Plot(
        _words_of("waiting_by_age", texts),
        names,
        {label(f"age_{age}"): [row.by_age[place] for row in waiting] for place, age in enumerate(AGES)},
        True,
        True,
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


def plot_officers(officers: Sequence[Officer]) -> Plot:
    """Return the plot of the decisions of the most active officers, carried out or not."""
    shown = sorted(officers, key=lambda officer: (-officer.decided - officer.refused, officer.name))[:MAX_OFFICERS]
    series: Mapping[str, Sequence[int]] = {
        label("decided_count"): [officer.decided for officer in shown],
        label("refused_by_gateway"): [officer.refused for officer in shown],
    }
    texts = [
        f"{officer.name}: {label('decided_count')} {officer.decided}, {label('refused_by_gateway')} {officer.refused}"
        for officer in shown
    ]
    return Plot(_words_of("officers", texts), [officer.name for officer in shown], series, True)


def plot_reasons(refusals: Refusals) -> Plot:
    """Return the plot of refusals by reason; long reasons are shortened."""
    return _plot_ranking("refused_by_reason", "without_reason", refusals.by_reason)


def plot_companies(refusals: Refusals) -> Plot:
    """Return the plot of refusals by company."""
    return _plot_ranking("refused_by_company", "without_company", refusals.by_company)


def plot_inspected(inspected: Sequence[Inspected]) -> Plot:
    """Return the plot of inspection results, for lists chosen by the risk draw and by officers."""
    names = [label(origin(row)) for row in inspected]
    series = {
        label("sound_lists"): [row.sound for row in inspected],
        label("detained_lists"): [row.detained for row in inspected],
        label("sent_back_lists"): [row.sent_back for row in inspected],
    }
    texts = [
        f"{name}: {label('inspected_lists')} {row.lists}, {label('hits')} {row.hits}"
        for name, row in zip(names, inspected, strict=True)
    ]
    return Plot(_words_of("hit_rate", texts), names, series, True, True)


def origin(row: Inspected) -> str:
    """Return the label for how these lists were chosen."""
    return "chosen_by_draw" if row.drawn else "chosen_by_officer"


def _plot_ranking(name: str, unknown: str, rows: Sequence[tuple[str, int]]) -> Plot:
    names = [f"{place}. {plots.shorten(text or label(unknown))}" for place, (text, _) in enumerate(rows, 1)]
    texts = [f"{text} {count}" for text, (_, count) in zip(names, rows, strict=True)]
    return Plot(_words_of(name, texts), names, {label("refusals_ranked"): [count for _, count in rows]}, lying=True)


def _age_texts(row: DeskBacklog) -> list[str]:
    """Describe the cases of a desk by age, without empty groups."""
    counted = [f"{label(f'age_{age}')}: {count}" for age, count in zip(AGES, row.by_age, strict=True) if count]
    return [*counted, *([f"{label('view_overdue')}: {row.overdue}"] if row.overdue else [])]


def _words_of(name: str, texts: Sequence[str]) -> str:
    return f"{label(name)}: {'; '.join(texts) or label('none')}"


def _requested_day() -> date | None:
    return given_day(request.args.get("day", ""))


PLOTS: Mapping[str, Callable[[Connection, str, Scope, date, int], Plot]] = {
    "waiting": lambda connection, sandbox, scope, day, now: plot_waiting(
        supervision.waiting(connection, sandbox, scope, now)
    ),
    "hours": lambda connection, sandbox, scope, day, now: plot_hours(
        *supervision.by_hour(connection, sandbox, scope, day)
    ),
    "officers": lambda connection, sandbox, scope, day, now: plot_officers(
        supervision.of_officers(connection, sandbox, scope, day).each
    ),
    "reasons": lambda connection, sandbox, scope, day, now: plot_reasons(
        supervision.newest_refusals(connection, sandbox, scope)
    ),
    "companies": lambda connection, sandbox, scope, day, now: plot_companies(
        supervision.newest_refusals(connection, sandbox, scope)
    ),
    "inspected": lambda connection, sandbox, scope, day, now: plot_inspected(
        case_figures.inspection_results(connection, sandbox, scope)
    ),
}
"""Name -> function that queries the data of one plot and returns it."""
