"""HTTP calls about pest checks: samples and plans."""

from __future__ import annotations

from flask import Response

from single_window.cases.pest_checks.answers import PlanOut, PlansOut
from single_window.cases.pest_checks.queries import SAMPLE_CASES, list_plans
from single_window.frame.http.calls import READ, Calls
from single_window.frame.http.cases import CasesOfMerchantIn, add_cases, reading_sandbox
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.problems import json_response

blueprint = Calls("pest_checks", __name__, rights=READ, tag="pest-checks")


@blueprint.get("/pest-checks/plans")
@blueprint.doc(responses={200: answer("newest first", PlansOut), 404: refused("no such sandbox")})
def plans() -> Response:
    """List plans of pest checks.

    Each with the hash of its secret, and the secret once it has ended."""
    with reading_sandbox() as (connection, sandbox):
        return json_response(PlansOut(plans=tuple(map(PlanOut.of, list_plans(connection, sandbox)))))


add_cases(blueprint, SAMPLE_CASES, CasesOfMerchantIn)
