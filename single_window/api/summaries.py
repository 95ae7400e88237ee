"""Summaries of exports: requests and what came of them, where a list stands, which months wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apiflask import APIBlueprint
from flask import Response
from msgspec import UNSET
from sqlalchemy import Connection

from declarations.summary.shapes import MergedLine
from gateways.customs.summaries.repository import Made, Summary
from single_window.api import guard
from single_window.api.answers import history_out
from single_window.api.documentation import RefusedOut, answer
from single_window.api.ports import ports
from single_window.api.problems import json_response, problem
from single_window.api.shapes import page
from single_window.api.summary_documentation import (
    DueIn,
    DueOut,
    DuesOut,
    MadesOut,
    PageIn,
    SummariesIn,
    SummariesOut,
    SummaryDeclarationOut,
    SummaryLineOut,
    SummaryOut,
    WhereOut,
)
from single_window.cases import summaries
from single_window.cases.histories import HistoryLine
from single_window.store.engine import reading

blueprint = APIBlueprint("summaries", __name__, tag="summaries")
_REFUSED = {404: answer("no such summary, list or sandbox", RefusedOut)}


@blueprint.get("/summaries")
@blueprint.input(SummariesIn, location="query", arg_name="asked")
@blueprint.doc(responses={200: answer("summaries of the sandbox, newest first", SummariesOut)})
def listed(asked: dict[str, Any]) -> Response:
    """List summary requests.

    Newest first; `state` and `merchant` narrow them."""
    at, sandbox = ports(), guard.sandbox_name()
    at.window.sandbox(sandbox)
    with reading(at.window.engine) as connection:
        found = summaries.listed(
            connection, sandbox, asked["state"], asked["merchant"], asked["before"], asked["limit"] + 1
        )
    shown, following = page(found, asked["limit"])
    return json_response(SummariesOut(summaries=tuple(map(_summary, shown)), next=following))


@blueprint.get("/summaries/due")
@blueprint.input(DueIn, location="query", arg_name="asked")
@blueprint.doc(responses={200: answer("months with lists that wait", DuesOut)})
def due(asked: dict[str, Any]) -> Response:
    """List months that wait.

    Merchants' months with closed lists that are in no summary, the most urgent first."""
    at, sandbox = ports(), guard.sandbox_name()
    now = at.window.now(sandbox)
    with reading(at.window.engine) as connection:
        found = summaries.due(connection, sandbox, now, at.window.parameters, asked["merchant"])
    return json_response(DuesOut(due=tuple(map(DueOut.of, found))))


@blueprint.get("/summaries/lists/<invt_no>")
@blueprint.doc(responses={200: answer("where it stands", WhereOut), **_REFUSED})
def where(invt_no: str) -> Response:
    """Where an export list stands.

    In lines of a summary, claimed for one, counted only, or not summarised yet."""
    at, sandbox = ports(), guard.sandbox_name()
    with reading(at.window.engine) as connection:
        found = summaries.where(connection, sandbox, invt_no, at.window.parameters)
    if found is None:
        at.window.sandbox(sandbox)
        raise problem("no-such-summary", sandbox=sandbox, number=invt_no)
    return json_response(WhereOut.of(found))


@blueprint.get("/summaries/<number>")
@blueprint.doc(responses={200: answer("the summary and what has happened to it", SummaryOut), **_REFUSED})
def show(number: str) -> Response:
    """Where a summary stands.

    `number` is its sumNo or copNo (of several the newest)."""
    at, sandbox = ports(), guard.sandbox_name()
    with reading(at.window.engine) as connection:
        summary = _found(connection, sandbox, number)
        lines = summaries.history(connection, sandbox, summary)
    return json_response(_summary(summary, lines))


@blueprint.get("/summaries/<number>/declarations")
@blueprint.input(PageIn, location="query", arg_name="asked")
@blueprint.doc(responses={200: answer("its declarations, in their order", MadesOut), **_REFUSED})
def declarations(number: str, asked: dict[str, Any]) -> Response:
    """The declarations of a summary.

    Page by page: give `next` as `after`."""
    at, sandbox = ports(), guard.sandbox_name()
    with reading(at.window.engine) as connection:
        summary = _found(connection, sandbox, number)
        found = summaries.made(connection, summary.id, asked["after"], asked["limit"] + 1)
    shown, following = page(found, asked["limit"], by="number")
    return json_response(MadesOut(declarations=tuple(map(_declaration, shown)), next=following))


def _found(connection: Connection, sandbox: str, number: str) -> Summary:
    summary = summaries.found(connection, sandbox, number)
    if summary is None:
        ports().window.sandbox(sandbox)
        raise problem("no-such-summary", sandbox=sandbox, number=number)
    return summary


def _summary(summary: Summary, lines: Sequence[HistoryLine] | None = None) -> SummaryOut:
    """A summary; with the lines of its history where one is asked for."""
    links = {"self": f"/api/v1/summaries/{summary.sum_no or summary.cop_no}"}
    return SummaryOut.of(summary, links=links, history=UNSET if lines is None else history_out(lines))


def _declaration(made: Made) -> SummaryDeclarationOut:
    lines = tuple(SummaryLineOut.of(MergedLine(*line)) for line in made.lines)
    return SummaryDeclarationOut.of(made, month=made.month[:7], lines=lines)
