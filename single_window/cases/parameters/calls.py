"""HTTP calls for dated values: the law of a sandbox, including its own changes."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from flask import Response

from declarations.parameters import NoValue, Parameter, Parameters, UnknownParameter
from declarations.parameters.changing import SANDBOX_ONLY
from single_window.cases.parameters.answers import ParameterOut, ParametersOut, parameter_out
from single_window.frame.http.calls import Calls
from single_window.frame.http.cases import reading_sandbox
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.moments import day_field
from single_window.frame.http.problems import json_response, problem
from single_window.store.law_books import law_of


class ParameterIn(Schema):
    """The day to select."""

    on = day_field("only the value in force on this day")


blueprint = Calls(
    "parameters", __name__, rights=("read_receipts", "send_messages", "act_as_officer", "see_cases"), tag="rules"
)


@blueprint.get("/parameters")
@blueprint.doc(responses={200: answer("all parameters", ParametersOut), 404: refused("no such sandbox")})
def listed() -> Response:
    """List dated values.

    Limits, rates and periods, by name. Request one by its name for its values with their legal sources."""
    return json_response(ParametersOut(parameters=tuple(map(parameter_out, _told(_law())))))


@blueprint.get("/parameters/<name>")
@blueprint.input(ParameterIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        200: answer("the parameter with all values, or the value of the day", ParameterOut),
        404: refused("no such parameter or sandbox, or no value on the day"),
    },
)
def show(name: str, query: dict[str, Any]) -> Response:
    """Show a dated value.

    Every change with its legal source; values changed for the sandbox are included, with who changed them."""
    try:
        parameter = _law().parameter("" if name.startswith(SANDBOX_ONLY) else name)
        values = parameter.values if query["on"] is None else (parameter.on(query["on"]),)
    except (UnknownParameter, NoValue) as none:
        raise problem("no-such-parameter", reason=none, path="name", found=name) from None
    return json_response(parameter_out(parameter, values))


def _told(law: Parameters) -> list[Parameter]:
    """Return what participants may know: no risk profiles, which supervisors see (`cases.profiles`)."""
    return [parameter for parameter in law.describe() if not parameter.name.startswith(SANDBOX_ONLY)]


def _law() -> Parameters:
    with reading_sandbox() as (connection, sandbox):
        return law_of(connection, sandbox)
