"""Foreign exchange: reports of banks and payment institutions, and what came of them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from apiflask import APIBlueprint
from flask import Response

from declarations.calendar import utc_text
from declarations.money import plain
from gateways.forex.repository import Leg, Report
from single_window.api import guard
from single_window.api.declarations import in_words
from single_window.api.documentation import RefusedOut, answer
from single_window.api.forex_documentation import ForexReportOut, ForexReportsIn, ForexReportsOut
from single_window.api.ports import ports
from single_window.api.problems import json_response, problem
from single_window.api.shapes import history, instants, paged, state_words
from single_window.cases import forex
from single_window.store.engine import reading
from single_window.store.law_books import law_of

blueprint = APIBlueprint("forex", __name__, tag="forex")
_PLAIN = (
    "id",
    "cop_no",
    "reporter_code",
    "ebc_code",
    "direction",
    "settlement",
    "currency",
    "legs",
    "value_on",
    "keep_until",
    "state",
)
_AMOUNTS = ("amount", "usd", "rmb")
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
    return paged("reports", found, asked["limit"], _shown)


@blueprint.get("/forex/reports/<number>")
@blueprint.doc(responses={200: answer("the report, its legs and what has happened to it", ForexReportOut), **_REFUSED})
def show(number: str) -> Response:
    """Where a report of foreign exchange stands.

    `number` is its copNo (of several the newest) or its id."""
    at, sandbox = ports(), guard.sandbox_name()
    with reading(at.window.engine) as connection:
        one = forex.found(connection, sandbox, number)
        if one is None:
            at.window.sandbox(sandbox)
            raise problem("no-such-forex-report", sandbox=sandbox, number=number)
        legs = forex.legs(connection, one)
        restored = forex.restored(connection, one, law_of(connection, sandbox))
        told = forex.history(connection, sandbox, one)
    return json_response(
        {
            **_shown(one),
            "of_legs": [_leg(leg) for leg in legs],
            "history": history(told),
            "restored": [{**record._asdict(), "amount": plain(record.amount)} for record in restored],
        }
    )


def _shown(one: Report) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in _PLAIN},
        **{name: plain(getattr(one, name)) for name in _AMOUNTS},
        **state_words(one.state, "forex_report"),
        **instants(one, "filed_at", "decided_at"),
        "reasons": [in_words(reason) for reason in one.reasons],
        "links": {"self": f"/api/v1/forex/reports/{one.id}"},
    }


def _leg(leg: Leg) -> dict[str, Any]:
    return {**asdict(leg), **{name: plain(getattr(leg, name)) for name in _AMOUNTS}, "at": utc_text(leg.at)}
