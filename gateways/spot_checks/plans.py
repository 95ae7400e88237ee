"""Opens plans of spot checks: a plan commits itself to a secret before anything is drawn, and reveals it at its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from declarations.calendar import end_of_term
from declarations.commitments import commitment_of
from declarations.reasons import Reason
from declarations.spot_checks.drawing import raised_strata, write_raised
from declarations.spot_checks.plans import FLOW, STOPPING, PlanTerms, read_terms
from gateways.holds import Held
from gateways.recurring import Recurring, daily
from gateways.spot_checks import AGENCY
from gateways.spot_checks.repository import SpotCheckDesk, SpotCheckPlan
from gateways.topics.spot_checks import PlanDrawDue

EACH_NIGHT = Recurring(daily(hour=1))
"""When is drawn: an hour after the day has ended, so that all its releases are committed."""
STOPPED_BY_PLAN = "23111"
OPEN_PLANS = 20
"""The most plans that may run at the same time."""


def open_plan(text: str, who: str, desk: SpotCheckDesk) -> SpotCheckPlan:
    """Open a plan of these terms, which draws each night until it closes, unless customs stops its goods."""
    terms = read_terms(text)
    plan_no = f"SP{desk.day:%Y%m%d}{len(desk.repository.open_plans()) + 1:02d}"
    while plan_no in desk.repository.plans_of([plan_no]):
        plan_no = f"SP{desk.day:%Y%m%d}{int(plan_no[-2:]) + 1:02d}"
    days = terms.days or int(desk.value_today("spot_checks.plan_days").amount)
    plan = SpotCheckPlan(
        id=desk.repository.new_id(),
        plan_no=plan_no,
        terms=text,
        basis=terms.basis,
        universe=terms.universe,
        commitment=commitment_of(desk.plan_secret(AGENCY.name, plan_no)),
        opened_at=desk.now,
        closes_at=end_of_term(desk.now, days),
        opened_by=who,
        raised=_raised(desk),
    )
    desk.repository.put_plan(plan)
    if stops_parcels(terms):
        for goods in terms.scope.goods:
            desk.hold(Held.DRAWN, goods, plan_no, stopped_by(plan, terms), plan.closes_at)
    desk.recur(PlanDrawDue(plan.id, desk.now), EACH_NIGHT)
    return plan


def _raised(desk: SpotCheckDesk) -> dict[str, str]:
    """The factors of rates and sizes by chapter and origin: where samples of plans that have ended failed."""
    factor = desk.value_today("spot_checks.raised_after_failure").amount
    return {key: str(value) for key, value in raised_strata(desk.repository.failed_strata(), factor).items()}


def factors_of(plan: SpotCheckPlan) -> Mapping[str, Decimal]:
    """Return the factors of a plan's rate or size by chapter and origin."""
    return {stratum: Decimal(factor) for stratum, factor in plan.raised.items()}


def stops_parcels(terms: PlanTerms) -> bool:
    """True if customs stops lists with the goods of a plan until their samples are tested."""
    return terms.universe == FLOW and terms.basis in STOPPING


def stopped_by(plan: SpotCheckPlan, terms: PlanTerms) -> Reason:
    """Return the reason for which customs stops a list: the plan, its share and origin, and where the share is raised,
    as `read_raised` reads it."""
    values = {"plan": plan.plan_no, "title": terms.title, "rate": str(terms.rate), "origin": terms.scope.origin}
    if plan.raised:
        values["raised"] = write_raised(factors_of(plan))
    return Reason(STOPPED_BY_PLAN, values)


def close_plans(plans: Iterable[SpotCheckPlan], desk: SpotCheckDesk) -> None:
    """Reveal the secrets of plans, so that everybody can draw again."""
    for plan in plans:
        plan.secret = desk.plan_secret(AGENCY.name, plan.plan_no)
        desk.repository.put_plan(plan)
