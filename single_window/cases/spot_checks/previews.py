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
from declarations.spot_checks.plans import STOCK, PlanTerms, read_terms
from declarations.spot_checks.power import chance_of_acceptance, smallest_sample
from gateways.spot_checks.drawing import LISTS_AT_ONCE, unit_of, universe_of
from gateways.spot_checks.plans import stops_parcels
from gateways.spot_checks.repository import ReleasedGoods
from single_window.cases.spot_checks.answers import PlanPowerOut, SpotCheckPreviewOut
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
    """The units that a plan could draw from, and how many samples it is to be expected to draw."""

    lists: int
    units: int
    samples: float


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
    if terms.universe == STOCK:
        drawn = _of_stock(repository, terms)
    else:
        factor = law_of(connection, sandbox).on("spot_checks.raised_after_failure", day_of(now)).amount
        raised = {stratum.rpartition("|")[0]: factor for stratum in repository.failed_strata()}
        drawn = _of_flow(_released(repository, now), terms, raised)
    return SpotCheckPreviewOut(
        universe=terms.universe,
        days=DAYS,
        lists=drawn.lists,
        units=drawn.units,
        samples=round(drawn.samples, 2),
        a_day=round(drawn.samples / (1 if terms.universe == STOCK else DAYS), 2),
        whole=drawn.lists < LISTS,
        finds=tuple(_power(share, drawn) for share in BAD_SHARES) if drawn.units else (),
    )


def _released(repository: StoredSpotCheckRepository, now: int) -> Iterator[ReleasedGoods]:
    """The import lists released in the last days."""
    after, read = 0, 0
    while read < LISTS and (lists := repository.released_goods(now - DAYS * DAY, now + 1, after, LISTS_AT_ONCE)):
        yield from lists
        after, read = lists[-1].id, read + len(lists)


def _of_flow(lists: Iterator[ReleasedGoods], terms: PlanTerms, raised: Mapping[str, Decimal]) -> Drawn:
    """Each line is drawn by its share; of a list that is stopped one sample is taken."""
    read, units, samples = 0, 0, 0.0
    for listed in lists:
        read += 1
        covered = [unit for line in listed.facts.lines if terms.scope.covers(unit := unit_of(listed, line))]
        units += len(covered)
        shares = _shares(covered, terms, raised)
        samples += 1 - prod(1 - share for share in shares) if stops_parcels(terms) else sum(shares)
    return Drawn(read, units, samples)


def _shares(units: Sequence[SampledUnit], terms: PlanTerms, raised: Mapping[str, Decimal]) -> list[float]:
    factors = {} if stops_parcels(terms) else raised
    return [float(min(Decimal(1), terms.rate * factors.get(unit.goods_stratum, Decimal(1)))) for unit in units]


def _of_stock(repository: StoredSpotCheckRepository, terms: PlanTerms) -> Drawn:
    lots = {drawing.lot_key(lot.ems_no, lot.item_record_no): lot for lot in repository.lots()}
    strata = Counter(unit.stratum for unit in universe_of(lots, terms))
    return Drawn(0, strata.total(), sum(min(terms.size, members) for members in strata.values()))


def _power(share: float, drawn: Drawn) -> PlanPowerOut:
    bad = min(drawn.units, max(1, round(drawn.units * share)))
    needed, missed = smallest_sample(drawn.units, bad), chance_of_acceptance(round(drawn.samples), 0, share)
    return PlanPowerOut(bad_share=share, needed=needed, missed=round(missed, 4))
