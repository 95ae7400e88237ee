"""Spot checks: a plan must have drawn what its secret draws, no more and no less; what waits for samples must wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, select

from declarations.commitments import is_committed
from declarations.money import SCALE
from declarations.spot_checks.drawing import BY_INSPECTION, SampledUnit, sample_no_of
from declarations.spot_checks.plans import STOCK, PlanTerms, read_terms
from gateways.spot_checks import AGENCY
from gateways.spot_checks.plans import stops_parcels
from gateways.spot_checks.repository import SpotCheckPlan, SpotSample
from single_window.auditing import sampled_goods
from single_window.auditing.ledger import Ledger, LedgerDifference
from single_window.auditing.redrawing import draw_again, universe_of
from single_window.language.words import Words
from single_window.store import plan_secrets
from single_window.store.agency_tables.spot_checks import spot_check_plan, spot_check_sample
from single_window.store.gateways.spot_checks import PLANS, SAMPLES
from single_window.store.records import Records
from single_window.store.tables import deadline, delivery

WORDS = Words("质量安全抽查", "spot checks")
NOT_COMMITTED, NOT_DRAWN, NOT_SAMPLED = "secret that is not committed to", "sample not drawn", "drawn without a sample"
NEVER_AGAIN, NO_PLAN, MISNAMED = "draws no more", "samples of no plan", "sample of another number"
DRAW = "deadline.spot_check_draw"
GROUPS: Mapping[str, frozenset[str]] = {
    "out": sampled_goods.OUT,
    "passed": frozenset({"qualified"}),
    "failed": frozenset({"unqualified", "retesting", "retest_overdue", "confirmed"}),
    "measures": frozenset({"measure_ordered", "overdue"}),
    "ended": frozenset({"closed", "excused", "seller_suspended"}),
}
"""Name of a sum → the states of the samples that it counts; each state is in one of them."""


def audit_ledger(connection: Connection, sandbox: str) -> Ledger:
    """Draw every plan again by its secret, and compare what that draws with the samples; see that lists and lots wait
    for the samples that hold them, and that verdicts are those of the reports."""
    plans = _all(connection, PLANS, spot_check_plan, sandbox)
    samples: Sequence[SpotSample] = _all(connection, SAMPLES, spot_check_sample, sandbox)
    counted = Counter(name for sample in samples for name, states in GROUPS.items() if sample.state in states)
    sums = {"drawn": len(samples) * SCALE, **{name: counted[name] * SCALE for name in GROUPS}}
    differences = (*_of_plans(connection, sandbox, plans, samples), *sampled_goods.check(connection, sandbox, samples))
    return Ledger("spot_check", WORDS, len(samples), sums, differences)


def _all(connection: Connection, records: Records[Any], table: Table, sandbox: str) -> list[Any]:
    chosen = records.select().where(table.c.sandbox == sandbox).order_by(table.c.id)
    return list(map(records.make, connection.execute(chosen).all()))


def _of_plans(
    connection: Connection, sandbox: str, plans: Sequence[SpotCheckPlan], samples: Sequence[SpotSample]
) -> Iterator[LedgerDifference]:
    of_plan: dict[str, list[SpotSample]] = {plan.plan_no: [] for plan in plans}
    for sample in samples:
        of_plan.setdefault(sample.plan_no, []).append(sample)
    sampled = {sample.key for sample in samples}
    for plan in plans:
        secret = plan.secret or plan_secrets.find(connection, sandbox, AGENCY.name, plan.plan_no)
        if not is_committed(plan.commitment, secret):
            yield LedgerDifference(plan.plan_no, NOT_COMMITTED, SCALE, 0)
        else:
            yield from _of_plan(connection, sandbox, plan, secret, of_plan[plan.plan_no], sampled)
    for plan_no in sorted(of_plan.keys() - {plan.plan_no for plan in plans} - {BY_INSPECTION}):
        yield LedgerDifference(plan_no, NO_PLAN, len(of_plan[plan_no]) * SCALE, 0)


def _of_plan(
    connection: Connection,
    sandbox: str,
    plan: SpotCheckPlan,
    secret: str,
    samples: Sequence[SpotSample],
    sampled: set[str],
) -> Iterator[LedgerDifference]:
    """Compare a plan's samples with what its secret draws. A unit that another plan had drawn before is no difference.

    A plan that stops parcels is checked by its samples alone: customs draws for it as lists come in."""
    terms = read_terms(plan.terms)
    drawn = _drawn_until(connection, sandbox, plan, terms)
    if drawn is None:
        yield LedgerDifference(plan.plan_no, NEVER_AGAIN, 0, SCALE)
    again = set()
    if drawn and not stops_parcels(terms):
        universe = universe_of(connection, sandbox, plan, terms, drawn)
        again = {unit.key for unit in draw_again(plan, secret, terms, universe)}
    for key in sorted(again - sampled):
        yield LedgerDifference(f"{plan.plan_no} {key}", NOT_SAMPLED, 0, SCALE)
    units = [SampledUnit(sample.key, sample.gcode, *sample.stratum.split("|")[1:]) for sample in samples]
    known = again if terms.universe == STOCK else {unit.key for unit in draw_again(plan, secret, terms, units)}
    for sample in samples:
        if sample.key not in known:
            yield LedgerDifference(f"{plan.plan_no} {sample.key}", NOT_DRAWN, SCALE, 0)
        if sample.sample_no != sample_no_of(plan.plan_no, sample.key):
            yield LedgerDifference(f"{sample.sample_no} {sample.key}", MISNAMED, SCALE, 0)


def _drawn_until(connection: Connection, sandbox: str, plan: SpotCheckPlan, terms: PlanTerms) -> int | None:
    """The instant before which all released lists were drawn from; 0 while a draw is on its way, None if there will be
    no other though the plan is open."""
    if plan.secret or terms.universe == STOCK:
        return plan.closes_at
    of_draw = (deadline.c.sandbox == sandbox, deadline.c.kind == DRAW, deadline.c.state == "open")
    for subject in connection.execute(select(deadline.c.subject).where(*of_draw)).scalars():
        plan_id, since, *_ = msgspec.json.decode(subject)
        if plan_id == plan.id:
            return int(since)
    on_its_way = select(delivery.c.id).where(delivery.c.sandbox == sandbox, delivery.c.topic == DRAW)
    return 0 if connection.execute(on_its_way.limit(1)).first() else None
