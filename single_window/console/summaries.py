"""The pages of summaries: requests, months that wait, one with its declarations and history. Nothing is done here."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from declarations.lifecycle import lifecycles
from declarations.money import plain
from declarations.summary.shapes import MergedLine
from gateways.customs.summaries.repository import Made
from single_window.api.ports import ports
from single_window.cases import summaries
from single_window.cases.stories import LARGEST_ID, NotFound
from single_window.console.speech import asked_sandbox
from single_window.language import words
from single_window.store.engine import reading

MOST, DECLARATIONS = 50, 20


def register(blueprint: Blueprint) -> None:
    """Add the pages."""
    blueprint.add_url_rule("/summaries", "summaries", every, methods=["GET"])
    blueprint.add_url_rule("/summaries/<path:number>", "summary", show, methods=["GET"])


def every() -> str:
    """Months that wait, the most urgent first, and requests, newest first."""
    state, before = request.args.get("state", ""), min(request.args.get("before", 0, int), LARGEST_ID)
    window = ports().window
    with reading(window.engine) as connection:
        sandbox = asked_sandbox(connection)
        found = summaries.listed(connection, sandbox, state, before=max(0, before), most=MOST + 1)
        due = [] if before else summaries.due(connection, sandbox, window.now(sandbox), window.parameters)
    return render_template(
        "console/summaries.html",
        listed=found[:MOST],
        due=due,
        state=state,
        states=tuple(lifecycles()["summary"].states),
        after=found[MOST - 1].id if len(found) > MOST else 0,
    )


def show(number: str) -> str:
    """One request: counts, declarations page by page, history."""
    after = min(max(0, request.args.get("after", 0, int)), LARGEST_ID)
    with reading(ports().window.engine) as connection:
        sandbox = asked_sandbox(connection)
        one = summaries.found(connection, sandbox, number)
        if one is None:
            raise NotFound(number, sandbox)
        told = summaries.history(connection, sandbox, one)
        made = summaries.made(connection, one.id, after, DECLARATIONS + 1)
    return render_template(
        "console/summary.html",
        summary=one,
        told=told,
        made=made[:DECLARATIONS],
        lines=_lines,
        plain=plain,
        said=words.said,
        event=words.event,
        left_out=sum(one.left_out.values()),
        after=made[DECLARATIONS - 1].number if len(made) > DECLARATIONS else 0,
    )


def _lines(made: Made) -> list[MergedLine]:
    return [MergedLine(*line) for line in made.lines]
