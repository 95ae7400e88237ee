"""HTTP calls about spot checks: samples and plans, and the public list of failures."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import String
from apiflask.validators import Length
from flask import Response

from single_window.cases.spot_checks.answers import RedrawOut, SpotCheckPlansOut, SpotCheckPreviewOut
from single_window.cases.spot_checks.previews import preview_plan
from single_window.cases.spot_checks.public_list import FAILURES
from single_window.cases.spot_checks.queries import SPOT_SAMPLE_CASES, list_spot_check_plans, show_plans
from single_window.cases.spot_checks.redraw import redraw
from single_window.frame.http.calls import READ, Calls
from single_window.frame.http.cases import CasesOfMerchantIn, add_cases, reading_sandbox
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.frame.http.public_lists import add_public_list

blueprint = Calls("spot_checks", __name__, rights=READ, tag="spot-checks")


@blueprint.get("/spot-checks/plans")
@blueprint.doc(responses={200: answer("newest first", SpotCheckPlansOut), 404: refused("no such sandbox")})
def plans() -> Response:
    """List plans of spot checks.

    Each with the hash of its secret, the secret once it has ended, and of random ones the share that failed."""
    with reading_sandbox() as (connection, sandbox):
        return json_response(SpotCheckPlansOut(plans=show_plans(connection, sandbox)))


class PlanTermsIn(Schema):
    """The terms of a plan that is not open yet."""

    plan = String(
        required=True,
        validate=Length(1, 500),
        metadata={"description": "its terms, as: title=儿童玩具; goods=9503; rate=0.05"},
    )


@blueprint.get("/spot-checks/preview", rights=("act_as_officer", "see_cases"))
@blueprint.input(PlanTermsIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        200: answer("what the plan would draw", SpotCheckPreviewOut),
        404: refused("no such sandbox"),
        422: refused("the terms are no plan's; the answer says which of them, and what it may be"),
    }
)
def preview(query: dict[str, Any]) -> Response:
    """Preview a plan before it is opened.

    How many samples a day it would draw on the lists of the last 30 days, or at once of the lots in stock, and what it
    can find. Nothing is stored."""
    with reading_sandbox() as (connection, sandbox):
        previewed = preview_plan(connection, ports().window, sandbox, query["plan"])
    return json_response(previewed)


@blueprint.get("/spot-checks/plans/<plan_no>/redraw", rights=("act_as_officer", "see_cases"))
@blueprint.doc(
    responses={
        200: answer("the plan drawn again", RedrawOut),
        404: refused("no such plan"),
        409: refused("its secret is not revealed"),
    }
)
def redraw_plan(plan_no: str) -> Response:
    """Draw a plan again from what is stored.

    `committed` says whether its secret is the one that it committed itself to, `difference` names the first unit that
    only one of the two draws has."""
    with reading_sandbox() as (connection, sandbox):
        known = {plan.plan_no: plan for plan in list_spot_check_plans(connection, sandbox)}
        plan = known.get(plan_no)
        if plan is None:
            raise problem("no-such-case", sandbox=sandbox, number=plan_no, zh="抽查计划", en="plan of spot checks")
        if not plan.secret:
            raise problem("plan-not-closed", number=plan_no)
        drawn = redraw(connection, sandbox, plan)
    return json_response(drawn)


add_public_list(blueprint, FAILURES, "failures")
# the company of the goods, and the platform that is told of a measure
add_cases(blueprint, SPOT_SAMPLE_CASES, CasesOfMerchantIn, parties=lambda sample: (sample.ebc_code, sample.ebp_code))
