"""HTTP calls about summaries of exports: requests with their results, the summary of a list, months with waiting
lists."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Integer, String
from apiflask.validators import Length, Range
from flask import Response

from single_window.cases.summaries import due as months
from single_window.cases.summaries import queries as summaries
from single_window.cases.summaries.answers import (
    SUMMARY_KIND,
    DuesOut,
    MadesOut,
    SummariesOut,
    SummaryOut,
    WhereOut,
    declaration_out,
)
from single_window.cases.summaries.queries import SUMMARY_CASES
from single_window.frame.http import guard
from single_window.frame.http.calls import READ, Calls
from single_window.frame.http.cases import CasesOfMerchantIn, PartsIn, listed_cases, missing, shown_case
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response
from single_window.frame.kinds import page
from single_window.store.engine import reading


class SummaryPageIn(Schema):
    """The declarations or lists of a summary to return."""

    after = Integer(load_default=0, validate=Range(0, 2**62))
    limit = Integer(load_default=100, validate=Range(1, 1_000))


class DueIn(Schema):
    """The merchant whose months to list."""

    merchant = String(load_default="", validate=Length(0, 18))


blueprint = Calls("summaries", __name__, rights=READ)
_REFUSED = {404: refused("no such summary, list or sandbox")}


@blueprint.get("/summaries")
@blueprint.input(CasesOfMerchantIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("summaries of the sandbox, newest first", SummariesOut)})
def listed(query: dict[str, Any]) -> Response:
    """List summary requests.

    Newest first; `state` and `merchant` narrow them."""
    return listed_cases(SUMMARY_CASES, query)


@blueprint.get("/summaries/due")
@blueprint.input(DueIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("months with waiting lists", DuesOut)})
def due(query: dict[str, Any]) -> Response:
    """List months with waiting lists.

    Merchants' months with closed lists that are in no summary, the most urgent first."""
    at, sandbox = ports(), guard.sandbox_name()
    now = at.window.now(sandbox)
    with reading(at.window.engine) as connection:
        dues = months.months_due(connection, sandbox, now, at.window.parameters, query["merchant"])
    return json_response(DuesOut(due=tuple(dues)))


@blueprint.get("/summaries/lists/<invt_no>")
@blueprint.doc(responses={200: answer("the summary of the list", WhereOut), **_REFUSED})
def where(invt_no: str) -> Response:
    """Show the summary of an export list.

    It is part of a summary, claimed for one, counted in statistics only, or waiting."""
    at, sandbox = ports(), guard.sandbox_name()
    with reading(at.window.engine) as connection:
        place = summaries.find_list(connection, sandbox, invt_no, at.window.parameters)
    if place is None:
        raise missing(SUMMARY_KIND, sandbox, invt_no)
    return json_response(place)


@blueprint.get("/summaries/<number>")
@blueprint.input(PartsIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("the summary with its history", SummaryOut), **_REFUSED})
def show(number: str, query: dict[str, Any]) -> Response:
    """Show a summary.

    `number` is its sumNo or copNo (the newest if several have it)."""
    return shown_case(SUMMARY_CASES, number, **query)


@blueprint.get("/summaries/<number>/declarations")
@blueprint.input(SummaryPageIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("its declarations, in their order", MadesOut), **_REFUSED})
def declarations(number: str, query: dict[str, Any]) -> Response:
    """List the declarations of a summary.

    In pages: give `next` as `after`."""
    at, sandbox = ports(), guard.sandbox_name()
    with reading(at.window.engine) as connection:
        summary = summaries.find_summary(connection, sandbox, number)
        if summary is None:
            raise missing(SUMMARY_KIND, sandbox, number)
        rows = summaries.list_declarations(connection, summary.id, query["after"], query["limit"] + 1)
    shown, following = page(rows, query["limit"], by="number")
    return json_response(MadesOut(declarations=tuple(map(declaration_out, shown)), next=following))
