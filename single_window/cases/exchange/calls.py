"""Foreign exchange: reports of banks and payment institutions, and what came of them."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from single_window.cases.exchange.answers import FOREX_REPORT, ForexReportOut, ForexReportsOut
from single_window.frame.http.cases import CasesOfMerchantIn, listed_cases, shown_case
from single_window.frame.http.documentation import answer, refused

blueprint = APIBlueprint("forex", __name__, tag="forex")
_REFUSED = {404: refused("no such report or sandbox")}


@blueprint.get("/forex/reports")
@blueprint.input(CasesOfMerchantIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("reports of the sandbox, newest first", ForexReportsOut)})
def listed(query: dict[str, Any]) -> Response:
    """List reports of foreign exchange.

    Newest first; `state` and `merchant` narrow them."""
    return listed_cases(FOREX_REPORT, query)


@blueprint.get("/forex/reports/<number>")
@blueprint.doc(responses={200: answer("the report, its legs and what has happened to it", ForexReportOut), **_REFUSED})
def show(number: str) -> Response:
    """Where a report of foreign exchange stands.

    `number` is its copNo (of several the newest) or its id."""
    return shown_case(FOREX_REPORT, number)
