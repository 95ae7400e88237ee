"""Summaries of exports: requests and what came of them, where a list stands, which months wait."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response
from sqlalchemy import Connection

from declarations.money import plain
from declarations.summary.shapes import MergedLine
from gateways.customs.summaries.repository import Made, Summary
from single_window.api import guard
from single_window.api.declarations import in_words
from single_window.api.documentation import RefusedOut, answer
from single_window.api.ports import ports
from single_window.api.problems import json_response, problem
from single_window.api.shapes import history, instants, paged, state_words
from single_window.api.summary_documentation import (
    DueIn,
    DuesOut,
    MadesOut,
    PageIn,
    SummariesIn,
    SummariesOut,
    SummaryOut,
    WhereOut,
)
from single_window.cases import summaries
from single_window.store.engine import reading

blueprint = APIBlueprint("summaries", __name__, tag="summaries")
_PLAIN = (
    "id",
    "sum_no",
    "cop_no",
    "customs_code",
    "agent_code",
    "ebc_code",
    "state",
    "phase",
    "lists",
    "months",
    "left_out",
    "declarations",
    "goods_lines",
    "results",
)
_AMOUNTS = frozenset({"quantity", "amount", "unit_price", "gross", "net"})
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
    return paged("summaries", found, asked["limit"], _shown)


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
    return json_response({"due": [one._asdict() for one in found]})


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
    return json_response(found._asdict())


@blueprint.get("/summaries/<number>")
@blueprint.doc(responses={200: answer("the summary and what has happened to it", SummaryOut), **_REFUSED})
def show(number: str) -> Response:
    """Where a summary stands.

    `number` is its sumNo or copNo (of several the newest)."""
    at, sandbox = ports(), guard.sandbox_name()
    with reading(at.window.engine) as connection:
        one = _found(connection, sandbox, number)
        told = summaries.history(connection, sandbox, one)
    return json_response({**_shown(one), "history": history(told)})


@blueprint.get("/summaries/<number>/declarations")
@blueprint.input(PageIn, location="query", arg_name="asked")
@blueprint.doc(responses={200: answer("its declarations, in their order", MadesOut), **_REFUSED})
def declarations(number: str, asked: dict[str, Any]) -> Response:
    """The declarations of a summary.

    Page by page: give `next` as `after`."""
    at, sandbox = ports(), guard.sandbox_name()
    with reading(at.window.engine) as connection:
        one = _found(connection, sandbox, number)
        found = summaries.made(connection, one.id, asked["after"], asked["limit"] + 1)
    return paged("declarations", found, asked["limit"], _made, by="number")


def _found(connection: Connection, sandbox: str, number: str) -> Summary:
    one = summaries.found(connection, sandbox, number)
    if one is None:
        ports().window.sandbox(sandbox)
        raise problem("no-such-summary", sandbox=sandbox, number=number)
    return one


def _shown(one: Summary) -> dict[str, Any]:
    at = instants(one, "since", "until", "filed_at", "accepted_at", "done_at")
    return {
        **{name: getattr(one, name) for name in _PLAIN},
        **state_words(one.state, "summary"),
        **at,
        "reasons": [in_words(reason) for reason in one.reasons],
        "links": {"self": f"/api/v1/summaries/{one.sum_no or one.cop_no}"},
    }


def _made(one: Made) -> dict[str, Any]:
    lines = [MergedLine(*line)._asdict() for line in one.lines]
    shown = [{name: plain(value) if name in _AMOUNTS else value for name, value in line.items()} for line in lines]
    return {
        "number": one.number,
        "month": one.month[:7],
        "decl_seq_no": one.decl_seq_no,
        "entry_id": one.entry_id,
        "head": one.head,
        "lines": shown,
        "gross": plain(one.gross),
        "net": plain(one.net),
        "sources": one.sources,
    }
