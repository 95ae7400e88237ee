"""Draws a plan of spot checks again from what is stored, as an auditor does, and names the first difference."""

from __future__ import annotations

from sqlalchemy import Connection, select

from declarations.commitments import is_committed
from declarations.spot_checks import drawing
from declarations.spot_checks.drawing import SampledUnit
from declarations.spot_checks.plans import read_terms
from gateways.spot_checks.plans import stops_parcels
from gateways.spot_checks.repository import SpotCheckPlan
from single_window.auditing.redrawing import draw_again, universe_of
from single_window.cases.spot_checks.answers import RedrawOut
from single_window.store.agency_tables.spot_checks import spot_check_sample


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
        units = list(universe_of(connection, sandbox, plan, terms, plan.closes_at))
    again = [unit.key for unit in draw_again(plan, plan.secret, terms, units)]
    drawn = [row.key for row in sampled]
    return RedrawOut(
        plan_no=plan.plan_no,
        committed=is_committed(plan.commitment, plan.secret),
        units=len(units),
        drawn=len(drawn),
        redrawn=len(again),
        difference=drawing.first_difference(drawn, (key for key in again if key not in others)),
    )
