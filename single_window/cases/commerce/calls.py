"""HTTP calls about market supervision and commerce: licences as of a day, months of pilot zones, cases."""

from __future__ import annotations

from datetime import date
from typing import Any

from apiflask import Schema
from apiflask.fields import Date, String
from apiflask.validators import Length, Regexp
from flask import Response

from declarations.calendar import day_of
from declarations.commerce.zone_reports import month_before
from gateways.commerce.months import zone_of
from single_window.cases.commerce.answers import LicenceOut, ZoneMonthOut
from single_window.cases.commerce.queries import COMMERCE_CASE_READER, licence_out, month_out
from single_window.frame.http.calls import READ_OFFICERS_PAPERS, Calls
from single_window.frame.http.cases import CasesIn, add_cases, reading_sandbox
from single_window.frame.http.documentation import answer
from single_window.frame.http.problems import json_response
from single_window.store import sandboxes
from single_window.store.law_books import law_of

blueprint = Calls("commerce", __name__, rights=READ_OFFICERS_PAPERS, tag="commerce")


class LicenceIn(Schema):
    """The day as of which a licence is asked for."""

    day = Date(load_default=None, allow_none=True, metadata={"description": "default: the sandbox's today"})


class ZoneMonthIn(Schema):
    """A month of a pilot zone."""

    zone = String(load_default="青岛", validate=Length(1, 60), metadata={"description": "its city"})
    month = String(
        load_default="",
        validate=Regexp(r"^(20[0-9]{2}(0[1-9]|1[0-2]))?$"),
        metadata={"description": "yyyyMM; default: the month before the sandbox's today"},
    )


@blueprint.get("/commerce/licences/<number>")
@blueprint.input(LicenceIn, location="query", arg_name="asked")
@blueprint.doc(responses={200: answer("its state on the day, and all that was recorded", LicenceOut)})
def licence(number: str, asked: dict[str, Any]) -> Response:
    """Show a company's licence as of a day.

    By its credit code: the state that the register has for the day, and every record with its corrections. A company of
    which the register says nothing has no state: that is not `open`."""
    with reading_sandbox() as (connection, sandbox):
        day: date = asked["day"] or day_of(sandboxes.find(connection, sandbox).clock.now())
        return json_response(licence_out(connection, sandbox, number.upper()[:18], day))


@blueprint.get("/commerce/months")
@blueprint.input(ZoneMonthIn, location="query", arg_name="asked")
@blueprint.doc(responses={200: answer("told beside counted", ZoneMonthOut)})
def month(asked: dict[str, Any]) -> Response:
    """Show a month of a pilot zone.

    All revisions as its company told them and as customs counted them, the first row that differs, and the rows of the
    last of each side by side."""
    with reading_sandbox() as (connection, sandbox):
        today = day_of(sandboxes.find(connection, sandbox).clock.now())
        wanted = asked["month"] or month_before(today.replace(day=1))
        zone = zone_of(asked["zone"], wanted, law_of(connection, sandbox)) or asked["zone"]
        return json_response(month_out(connection, sandbox, zone, wanted))


add_cases(blueprint, COMMERCE_CASE_READER, CasesIn)
