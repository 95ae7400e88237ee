"""Draws a plan of spot checks again from what is stored, as an auditor does, and names the first difference."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from declarations.commitments import is_committed
from declarations.spot_checks import drawing
from declarations.spot_checks.drawing import SampledUnit
from declarations.spot_checks.plans import STOCK, PlanTerms, read_terms
from gateways.spot_checks.drawing import LISTS_AT_ONCE, factors_of, unit_of
from gateways.spot_checks.plans import stops_parcels
from gateways.spot_checks.repository import SpotCheckPlan
from single_window.cases.spot_checks.answers import RedrawOut
from single_window.store.agency_tables.spot_checks import spot_check_sample, spot_check_universe
from single_window.store.gateways.sampled_lists import released_goods


def redraw(connection: Connection, sandbox: str, plan: SpotCheckPlan) -> RedrawOut:
    """Draw a plan that has revealed its secret again.

    A plan that stopped parcels is checked by its samples: each must be drawn again. A unit that another plan had drawn
    before is no difference."""
    terms = read_terms(plan.terms)
    column = spot_check_sample.c
    of_plan = select(column.key, column.gcode, column.stratum).where(column.sandbox == sandbox)
    sampled = connection.execute(of_plan.where(column.plan_no == plan.plan_no)).all()
    others = {row.key for row in connection.execute(of_plan.where(column.plan_no != plan.plan_no))}
    if stops_parcels(terms):
        units = [SampledUnit(row.key, row.gcode, *row.stratum.split("|")[1:]) for row in sampled]
    else:
        units = list(_units(connection, sandbox, plan, terms))
    again = [unit.key for unit in _drawn(plan, terms, units)]
    drawn = [row.key for row in sampled]
    return RedrawOut(
        plan_no=plan.plan_no,
        committed=is_committed(plan.commitment, plan.secret),
        units=len(units),
        drawn=len(drawn),
        redrawn=len(again),
        difference=drawing.first_difference(drawn, (key for key in again if key not in others)),
    )


def _units(connection: Connection, sandbox: str, plan: SpotCheckPlan, terms: PlanTerms) -> Iterable[SampledUnit]:
    if terms.universe == STOCK:
        kept = connection.execute(select(spot_check_universe.c.units).where(spot_check_universe.c.plan_id == plan.id))
        yield from (SampledUnit._make(line.split("\t")) for line in (kept.scalar() or "").splitlines())
        return
    after = 0
    while lists := released_goods(connection, sandbox, plan.opened_at, plan.closes_at, after, LISTS_AT_ONCE):
        yield from (unit_of(listed, line) for listed in lists for line in listed.facts.lines)
        after = lists[-1].id


def _drawn(plan: SpotCheckPlan, terms: PlanTerms, units: list[SampledUnit]) -> list[SampledUnit]:
    if terms.universe == STOCK:
        return drawing.draw_universe(plan.secret, plan.plan_no, units, {"": terms.size})
    return drawing.draw_flow(plan.secret, plan.plan_no, units, terms.rate, terms.scope, factors_of(plan))
