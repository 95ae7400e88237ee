"""HTTP calls about foreign exchange: reports of banks and payment institutions, the directory, the rates."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import String
from apiflask.validators import OneOf, Regexp
from flask import Response
from sqlalchemy import Connection

from declarations.calendar import day_of
from declarations.forex.rates import fixing_day_of
from declarations.money import scaled_from_text
from single_window.cases.exchange import queries as exchange
from single_window.cases.exchange.answers import (
    EnterpriseOut,
    EnterprisesOut,
    RatesOut,
    YearOut,
)
from single_window.cases.exchange.decisions import CLASSES, set_class
from single_window.cases.exchange.queries import FOREX_REPORT_CASES
from single_window.frame.http import guard
from single_window.frame.http.callers import officer
from single_window.frame.http.calls import READ, Calls
from single_window.frame.http.cases import CasesOfMerchantIn, Described, add_cases, reading_sandbox
from single_window.frame.http.documentation import ACCOUNT, answer, refused
from single_window.frame.http.moments import day_field
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.store.engine import reading
from single_window.store.law_books import law_of


class ClassIn(Schema):
    """The class of an enterprise."""

    forex_class = String(required=True, data_key="class", validate=OneOf(CLASSES))
    quota = String(
        load_default=None,
        allow_none=True,
        validate=Regexp(r"^\d{1,12}(\.\d{1,2})?$"),
        metadata={"description": "US dollars a year of class B; not given: the stored quota stays"},
    )


class RatesIn(Schema):
    """The day of the rates."""

    day = day_field("not given: today of the sandbox")


blueprint = Calls("forex", __name__, rights=READ)
_REFUSED = {404: refused("no such report or sandbox")}


add_cases(
    blueprint,
    FOREX_REPORT_CASES,
    CasesOfMerchantIn,
    Described(
        listed="reports of the sandbox, newest first",
        shown="the report with its legs and its history",
        number="`number` is its copNo (the newest report if several have it) or its id.",
        missing="report",
    ),
)


@blueprint.get("/forex/enterprises")
@blueprint.doc(responses={200: answer("by code", EnterprisesOut), 404: refused("no such sandbox")})
def enterprises() -> Response:
    """List the directory of enterprises.

    Enterprises registered for foreign exchange of trade, each with its class."""
    with reading_sandbox() as (connection, sandbox):
        listed = exchange.enterprises(connection, sandbox)
    return json_response(EnterprisesOut(enterprises=tuple(map(EnterpriseOut.of, listed))))


@blueprint.get("/forex/enterprises/<code>")
@blueprint.doc(
    responses={
        200: answer("the enterprise and its years", EnterprisesOut),
        404: refused("no such enterprise or sandbox"),
    }
)
def enterprise(code: str) -> Response:
    """Show an enterprise of the directory.

    With its totals for each calendar year, in US dollars."""
    with reading_sandbox() as (connection, sandbox):
        return json_response(_enterprise(connection, sandbox, code))


@blueprint.put("/forex/enterprises/<code>", rights=("act_as_officer", "decide_exchange"))
@blueprint.input(ClassIn, arg_name="body")
@blueprint.doc(security=ACCOUNT, responses={200: answer("the entry in the directory", EnterprisesOut), **_REFUSED})
def put_class(code: str, body: dict[str, Any]) -> Response:
    """Put an enterprise into a class.

    An enterprise that is not in the directory is entered from today."""
    at, sandbox, who = ports(), guard.sandbox_name(), officer("forex_enterprise")
    quota = None if body["quota"] is None else scaled_from_text(body["quota"])
    set_class(at.window, sandbox, code, body["forex_class"], who, quota)
    with reading(at.window.engine) as connection:
        return json_response(_enterprise(connection, sandbox, code))


@blueprint.get("/forex/rates")
@blueprint.input(RatesIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("by currency", RatesOut), 404: refused("no such sandbox")})
def rates(query: dict[str, Any]) -> Response:
    """List the customs rates of a day.

    Each with its source; `fixed_on` is the day of the previous month whose rates apply."""
    at, sandbox = ports(), guard.sandbox_name()
    day = query["day"] or day_of(at.window.now(sandbox))
    with reading(at.window.engine) as connection:
        law = law_of(connection, sandbox)
    fixing = fixing_day_of(day, law)
    listed = RatesOut(
        day=day.isoformat(),
        fixed_on=fixing.day.isoformat(),
        provisional=fixing.provisional,
        rates=tuple(exchange.rates(day, law)),
    )
    return json_response(listed)


def _enterprise(connection: Connection, sandbox: str, code: str) -> EnterprisesOut:
    known = exchange.enterprise(connection, sandbox, code)
    if known is None:
        raise problem("no-such-enterprise", sandbox=sandbox, number=code)
    years = tuple(map(YearOut.of, exchange.list_years(connection, sandbox, code)))
    return EnterprisesOut(enterprises=(EnterpriseOut.of(known),), years=years)
