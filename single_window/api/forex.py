"""Foreign exchange: reports of banks and payment institutions, and what came of them."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from gateways.forex.repository import Report
from single_window.api import guard
from single_window.api.answers import history_out
from single_window.api.documentation import RefusedOut, answer
from single_window.api.forex_documentation import (
    ForexReportOut,
    ForexReportsIn,
    ForexReportsOut,
    LegOut,
    RestoredLegOut,
)
from single_window.api.ports import ports
from single_window.api.problems import json_response, problem
from single_window.api.shapes import page
from single_window.cases import forex
from single_window.store.engine import reading
from single_window.store.law_books import law_of

blueprint = APIBlueprint("forex", __name__, tag="forex")
_REFUSED = {404: answer("no such report or sandbox", RefusedOut)}


@blueprint.get("/forex/reports")
@blueprint.input(ForexReportsIn, location="query", arg_name="asked")
@blueprint.doc(responses={200: answer("reports of the sandbox, newest first", ForexReportsOut)})
def listed(asked: dict[str, Any]) -> Response:
    """List reports of foreign exchange.

    Newest first; `state` and `merchant` narrow them."""
    at, sandbox = ports(), guard.sandbox_name()
    at.window.sandbox(sandbox)
    with reading(at.window.engine) as connection:
        found = forex.listed(
            connection, sandbox, asked["state"], asked["merchant"], asked["before"], asked["limit"] + 1
        )
    reports, following = page(found, asked["limit"])
    return json_response(ForexReportsOut(reports=tuple(map(_report, reports)), next=following))


@blueprint.get("/forex/reports/<number>")
@blueprint.doc(responses={200: answer("the report, its legs and what has happened to it", ForexReportOut), **_REFUSED})
def show(number: str) -> Response:
    """Where a report of foreign exchange stands.

    `number` is its copNo (of several the newest) or its id."""
    at, sandbox = ports(), guard.sandbox_name()
    with reading(at.window.engine) as connection:
        report = forex.found(connection, sandbox, number)
        if report is None:
            at.window.sandbox(sandbox)
            raise problem("no-such-forex-report", sandbox=sandbox, number=number)
        legs = forex.legs(connection, report)
        restored = forex.restored(connection, report, law_of(connection, sandbox))
        lines = forex.history(connection, sandbox, report)
    return json_response(
        _report(
            report,
            of_legs=tuple(map(LegOut.of, legs)),
            restored=tuple(map(RestoredLegOut.of, restored)),
            history=history_out(lines),
        )
    )


def _report(report: Report, **further: Any) -> ForexReportOut:
    return ForexReportOut.of(report, links={"self": f"/api/v1/forex/reports/{report.id}"}, **further)
