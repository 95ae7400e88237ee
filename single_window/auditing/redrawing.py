"""Draws plans of spot checks again from what is stored, as an auditor does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, select

from declarations.spot_checks import drawing
from declarations.spot_checks.drawing import SampledUnit
from declarations.spot_checks.plans import STOCK, PlanTerms
from gateways.spot_checks.drawing import LISTS_AT_ONCE, unit_of
from gateways.spot_checks.plans import factors_of
from gateways.spot_checks.repository import SpotCheckPlan
from single_window.store.agency_tables.spot_checks import spot_check_universe
from single_window.store.gateways.sampled_lists import released_goods


def universe_of(
    connection: Connection, sandbox: str, plan: SpotCheckPlan, terms: PlanTerms, until: int
) -> Iterator[SampledUnit]:
    """The units that a plan draws from: its lots of stock, or lines of lists released before the instant `until`."""
    if terms.universe == STOCK:
        kept = connection.execute(select(spot_check_universe.c.units).where(spot_check_universe.c.plan_id == plan.id))
        yield from (SampledUnit._make(line.split("\t")) for line in (kept.scalar() or "").splitlines())
        return
    after = 0
    while lists := released_goods(connection, sandbox, plan.opened_at, until, after, LISTS_AT_ONCE):
        yield from (unit_of(listed, line) for listed in lists for line in listed.facts.lines)
        after = lists[-1].id


def draw_again(plan: SpotCheckPlan, secret: str, terms: PlanTerms, units: Iterable[SampledUnit]) -> list[SampledUnit]:
    """Those of these units that a plan draws by a secret."""
    if terms.universe == STOCK:
        return drawing.draw_universe(secret, plan.plan_no, units, drawing.raised_sizes(terms.size, factors_of(plan)))
    return drawing.draw_flow(secret, plan.plan_no, units, terms.rate, terms.scope, factors_of(plan))
