"""HTTP calls for quality: the checks of a month, drawing them, and drawing them again."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import String
from apiflask.validators import Length
from flask import Response

from single_window.cases.monthly import Month, month_of
from single_window.cases.quality.answers import QualityAuditOut, QualityDrawOut, QualityOut
from single_window.cases.quality.figures import audit_of, current_month, quality_of
from single_window.frame.http import guard
from single_window.frame.http.calls import Calls
from single_window.frame.http.cases import reading_sandbox
from single_window.frame.http.documentation import ACCOUNT, answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response
from single_window.language.refusal import Refusal
from single_window.work import quality_checking
from single_window.work.quality_checking import MonthSpan

blueprint = Calls("quality", __name__, rights=("supervise",))
_REFUSED = {404: refused("no such sandbox"), 422: refused("no such month")}


class QualityMonthIn(Schema):
    """A month."""

    month = String(
        load_default="",
        validate=Length(0, 7),
        metadata={"description": "as 2026-11; empty: that of the sandbox's today"},
    )


@blueprint.get("/quality")
@blueprint.input(QualityMonthIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("the checks of the month", QualityOut), **_REFUSED})
def show(query: dict[str, Any]) -> Response:
    """Show how well cases were decided.

    Closed cases that were drawn at random and decided again by a second officer, blind: agreement by desk, reason and
    lane with intervals, and the second decisions. Nobody is named."""
    month = _month(query["month"])
    with reading_sandbox() as (connection, sandbox):
        return json_response(quality_of(ports().window, connection, sandbox, month))


@blueprint.post("/quality", rights=("plan_quality",))
@blueprint.input(QualityMonthIn, arg_name="body")
@blueprint.doc(security=ACCOUNT, responses={200: answer("what was added", QualityDrawOut), **_REFUSED})
def draw(body: dict[str, Any]) -> Response:
    """Draw the checks of a month.

    Of the cases that were closed since the last draw. However often it is called, the same cases are drawn."""
    month, sandbox = _month(body["month"]), guard.sandbox_name()
    ports().window.sandbox(sandbox)
    added = quality_checking.draw(ports().window, sandbox, MonthSpan(*month))
    return json_response(QualityDrawOut(month=month.name, added=added))


@blueprint.get("/quality/audit")
@blueprint.input(QualityMonthIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("the month drawn again", QualityAuditOut), **_REFUSED})
def audit(query: dict[str, Any]) -> Response:
    """Draw a month again.

    From the log, by the month's secret, beside the checks that are stored."""
    month = _month(query["month"])
    with reading_sandbox() as (connection, sandbox):
        return json_response(audit_of(ports().window, connection, sandbox, month))


def _month(text: str) -> Month:
    sandbox = guard.sandbox_name()
    month = month_of(text or current_month(ports().window, sandbox))
    if month is None:
        raise Refusal("parameter_day", day=text[:40])
    return month
