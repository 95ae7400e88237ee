"""Questions about spot checks: draws, powers, reports of laboratories, terms of plans. Texts in and out."""

from __future__ import annotations

from decimal import Decimal

from declarations.profile_rules import BadProfile
from declarations.spot_checks import drawing, judgement, power
from declarations.spot_checks.drawing import PlanScope, SampledUnit
from declarations.spot_checks.judgement import ReportedItem
from declarations.spot_checks.plans import read_terms
from tests.law.comparing import codes, or_none
from tests.law.imported import law
from tests.law.rows import day


def lots_drawn(secret: str, plan: str, units: str, size: str) -> str:
    """Return the units that a plan of stock draws; `units`: key:code:origin, separated by spaces."""
    known = [SampledUnit(*unit.split(":")) for unit in units.split()]
    return " ".join(unit.key for unit in drawing.draw_universe(secret, plan, known, {"": int(size)}))


def lines_drawn(secret: str, plan: str, units: str, rate: str, goods: str, origin: str, raised: str) -> str:
    """Return the units that a plan of a flow draws; `raised`: chapter|origin where the rate is doubled."""
    known = [SampledUnit(*unit.split(":")) for unit in units.split()]
    scope = PlanScope(tuple(goods.split()), origin)
    factors = {raised: Decimal(2)} if raised else {}
    return " ".join(unit.key for unit in drawing.draw_flow(secret, plan, known, Decimal(rate), scope, factors))


def smallest_sample(universe: str, bad: str) -> str:
    """Return the smallest sample that meets a bad unit with 95 %."""
    return str(power.smallest_sample(int(universe), int(bad)))


def accepted_samples(size: str, most: str, share: str) -> str:
    """Return the probability that a sample of this size has at most so many bad units."""
    return f"{power.chance_of_acceptance(int(size), int(most), float(share)):.4f}"


def laboratory_report(verdict: str, lines: str, seals: str, laboratory: str, on: str) -> str:
    """Return the reasons against a report; `lines`: limit:value:verdict; `seals`: the sample's and the report's."""
    told = [line.split(":") for line in lines.split()]
    reported = [ReportedItem("铅", "S", limit, value, "mg/kg", found) for limit, value, found in told]
    one, other = seals.split()
    return " ".join(codes(judgement.check_report(verdict, reported, (one, other), laboratory, day(on), law())))


def tested_items(goods: str, on: str) -> str:
    """Return the items that are tested of goods, with the most that is allowed."""
    return " ".join(f"{item.item}≤{item.most}" for item in judgement.items_of(goods, day(on), law()))


def plan_terms(text: str) -> str:
    """Return the terms of a plan as they are understood."""

    def found() -> str:
        terms = read_terms(text)
        scope = f"{','.join(terms.scope.goods) or '*'} {terms.scope.origin or '*'}"
        return f"{terms.kind} {terms.basis} {terms.universe} {scope} {terms.rate} {terms.size} {terms.days}"

    return or_none(BadProfile, found)
