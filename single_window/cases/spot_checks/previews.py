"""The samples that a plan of spot checks would draw if it were opened now, and what it can find. Nothing is drawn
for it: the draw by the plan's secret cannot be foreseen, only how many units it takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from math import prod
from typing import NamedTuple

from sqlalchemy import Connection

from declarations.calendar import DAY, day_of
from declarations.profile_rules import BadProfile
from declarations.spot_checks import drawing
from declarations.spot_checks.drawing import SampledUnit
from declarations.spot_checks.plans import FLOW, STOCK, PlanTerms, read_terms
from declarations.spot_checks.power import chance_of_acceptance, smallest_sample
from gateways.spot_checks.drawing import LISTS_AT_ONCE, unit_of, universe_of
from gateways.spot_checks.plans import factors_of, stops_parcels
from gateways.spot_checks.repository import ReleasedGoods
from single_window.cases.spot_checks.answers import PlanPowerOut, SpotCheckPreviewOut, raised_out
from single_window.context import Context
from single_window.language.refusal import Refusal
from single_window.store.gateways.spot_checks import StoredSpotCheckRepository
from single_window.store.law_books import law_of

DAYS = 30
LISTS = 50_000
"""Lists that a preview reads at most, oldest first."""
BAD_SHARES = (0.01, 0.001)
"""Shares of bad goods for which is said what a plan finds."""


class Drawn(NamedTuple):
    """The units that a plan could draw from, how many samples it is to be expected to draw, and how many more it would
    draw if older plans did not draw the same units, which stay theirs."""

    lists: int
    units: int
    samples: float
    shared: float = 0.0


class _Share(NamedTuple):
    """A plan that draws each unit of its scope by its share; `raised`: chapter and origin → factor of it."""

    terms: PlanTerms
    raised: Mapping[str, Decimal]

    def of(self, unit: SampledUnit) -> float:
        """The probability with which the plan draws a unit."""
        if not self.terms.scope.covers(unit):
            return 0.0
        return float(drawing.raised_rate(self.terms.rate, unit, self.raised))


def terms_of(text: str) -> PlanTerms:
    """Return the terms of a plan as they are written; raises `Refusal` for what is none."""
    try:
        return read_terms(text)
    except BadProfile as bad:
        raise Refusal(f"profile_{bad.complaint}", **bad.values) from None


def preview_plan(connection: Connection, context: Context, sandbox: str, text: str) -> SpotCheckPreviewOut:
    """Return what a plan of these terms would draw: of stock at once, of a flow on a day as in the last 30 days."""
    terms, now = terms_of(text), context.now(sandbox)
    repository = StoredSpotCheckRepository(connection, sandbox, context.numbering)
    factor = law_of(connection, sandbox).on("spot_checks.raised_after_failure", day_of(now)).amount
    raised = drawing.raised_strata(repository.failed_strata(), factor)
    if terms.universe == STOCK:
        drawn = _of_stock(repository, terms, raised)
    else:
        older = () if stops_parcels(terms) else tuple(_open_shares(repository))
        drawn = _of_flow(_released(repository, now), _Share(terms, raised), older)
    return SpotCheckPreviewOut(
        universe=terms.universe,
        days=DAYS,
        lists=drawn.lists,
        units=drawn.units,
        samples=round(drawn.samples, 2),
        a_day=round(drawn.samples / (1 if terms.universe == STOCK else DAYS), 2),
        shared=round(drawn.shared, 2),
        raised=raised_out(raised, terms),
        whole=drawn.lists < LISTS,
        finds=tuple(_power(share, drawn) for share in BAD_SHARES) if drawn.units else (),
    )


def _released(repository: StoredSpotCheckRepository, now: int) -> Iterator[ReleasedGoods]:
    """The import lists released in the last days."""
    after, read = 0, 0
    while read < LISTS and (lists := repository.released_goods(now - DAYS * DAY, now + 1, after, LISTS_AT_ONCE)):
        yield from lists
        after, read = lists[-1].id, read + len(lists)


def _open_shares(repository: StoredSpotCheckRepository) -> Iterator[_Share]:
    """The plans that are open and draw from released lists; what they draw is theirs, for they are older."""
    for plan in repository.open_plans():
        terms = read_terms(plan.terms)
        if terms.universe == FLOW and not stops_parcels(terms):
            yield _Share(terms, factors_of(plan))


def _of_flow(lists: Iterator[ReleasedGoods], wanted: _Share, older: Sequence[_Share]) -> Drawn:
    """Each line is drawn by its share, unless an older plan draws it; of a list that is stopped one sample is taken."""
    read, units, samples, shared = 0, 0, 0.0, 0.0
    for listed in lists:
        read += 1
        covered = [unit for line in listed.facts.lines if wanted.terms.scope.covers(unit := unit_of(listed, line))]
        units += len(covered)
        shares = [wanted.of(unit) for unit in covered]
        if stops_parcels(wanted.terms):
            samples += 1 - prod(1 - share for share in shares)
            continue
        left = [share * prod(1 - plan.of(unit) for plan in older) for share, unit in zip(shares, covered, strict=True)]
        samples, shared = samples + sum(left), shared + sum(shares) - sum(left)
    return Drawn(read, units, samples, shared)


def _of_stock(repository: StoredSpotCheckRepository, terms: PlanTerms, raised: Mapping[str, Decimal]) -> Drawn:
    """The first lots of each stratum are drawn; those that were drawn before among them are not drawn again."""
    lots = {drawing.lot_key(lot.ems_no, lot.item_record_no): lot for lot in repository.lots()}
    units = universe_of(lots, terms)
    before = set(repository.drawn([unit.key for unit in units]))
    strata, known = Counter(unit.stratum for unit in units), Counter(u.stratum for u in units if u.key in before)
    sizes = drawing.raised_sizes(terms.size, raised)
    wanted = {stratum: min(sizes.get(stratum, terms.size), of) for stratum, of in strata.items()}
    shared = sum(wanted[stratum] * known[stratum] / strata[stratum] for stratum in strata)
    return Drawn(0, strata.total(), sum(wanted.values()) - shared, shared)


def _power(share: float, drawn: Drawn) -> PlanPowerOut:
    bad = min(drawn.units, max(1, round(drawn.units * share)))
    needed, missed = smallest_sample(drawn.units, bad), chance_of_acceptance(round(drawn.samples), 0, share)
    return PlanPowerOut(bad_share=share, needed=needed, missed=round(missed, 4))
