"""The console's read-only pages of summaries: requests, months with waiting lists, one request with its
declarations."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from sqlalchemy import Connection

from declarations.money import amount_text
from declarations.summary.shapes import MergedLine
from gateways.customs.summaries.repository import MadeDeclaration
from single_window.cases.summaries import queries as summaries
from single_window.cases.summaries.due import months_due
from single_window.cases.summaries.queries import SUMMARY_CASES
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.case_lists import CaseList
from single_window.frame.pages.speech import given_number, link, requested_sandbox
from single_window.frame.typed import history_out
from single_window.language import phrases
from single_window.refused import demand_found
from single_window.store.engine import reading

PAGE_SIZE = 20


def _due(connection: Connection, sandbox: str) -> dict[str, Any]:
    window = ports().window
    return {"due": months_due(connection, sandbox, window.now(sandbox), window.parameters)}


SUMMARY_LIST = CaseList(
    SUMMARY_CASES,
    "summaries",
    lambda summary: link("console.summary", number=summary.sum_no or f"{summary.agent_code}|{summary.cop_no}"),
    template="console/summaries.html",
    further=_due,
)


def register(blueprint: Blueprint) -> None:
    """Add the pages."""
    add_page(blueprint, "/summaries", "summaries", SUMMARY_LIST.page)
    add_page(blueprint, "/summaries/<path:number>", "summary", show)


def show(number: str) -> str:
    """Show one request: counts, a page of declarations, history."""
    after = given_number("after")
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        summary = demand_found(summaries.find_summary(connection, sandbox, number), number, sandbox)
        past = history_out(summaries.history(connection, sandbox, summary))
        made = summaries.list_declarations(connection, summary.id, after, PAGE_SIZE + 1)
    return render_template(
        "console/summary.html",
        summary=summary,
        past=past,
        made=made[:PAGE_SIZE],
        lines=_lines,
        plain=amount_text,
        reason_words=phrases.of_reason,
        left_out=sum(summary.left_out.values()),
        after=made[PAGE_SIZE - 1].number if len(made) > PAGE_SIZE else 0,
    )


def _lines(made: MadeDeclaration) -> list[MergedLine]:
    return [MergedLine(*line) for line in made.lines]
