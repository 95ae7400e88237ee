"""Draws samples by plans: from lists released each day, from lots of account books, from lists that were stopped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from declarations.documents.inventory import InventoryLine
from declarations.spot_checks import drawing
from declarations.spot_checks.drawing import BY_INSPECTION, SampledUnit
from declarations.spot_checks.judgement import FAILED, PASSED
from declarations.spot_checks.plans import FLOW, PlanTerms, read_terms
from gateways.spot_checks import AGENCY
from gateways.spot_checks.outcomes import notify_sampling
from gateways.spot_checks.plans import EACH_NIGHT, close_plans, factors_of, stops_parcels
from gateways.spot_checks.repository import ReleasedGoods, SpotCheckDesk, SpotCheckPlan, SpotSample, StockLot
from gateways.spot_checks.sampling import ONE, seal_of, take
from gateways.topics.customs import InspectionFailed, InspectionPassed
from gateways.topics.spot_checks import ListStopped, PlanDrawDue

LISTS_AT_ONCE = 500
"""Lists that one delivery draws from."""
BOUGHT, BONDED, AT_SITE = "O", "W", "S"
"""Places of a sample: bought online, taken in a bonded warehouse, taken at the site of inspection."""
LETS_PASS = frozenset({"excused", "closed"})
"""States in which a sample without a verdict does not stop its list any more."""


class DrawnBy(NamedTuple):
    """The drawer of a sample that no plan has drawn: the number and the basis that its paper names."""

    plan_no: str
    basis: str


INSPECTION = DrawnBy(BY_INSPECTION, "T")


def handle_draws(draws: Sequence[PlanDrawDue], desk: SpotCheckDesk) -> None:
    """Draw from what was released since the last draw, then await the next night; the last draw closes the plan."""
    plans = desk.repository.plans([draw.plan_id for draw in draws])
    for draw in draws:
        plan, until = plans[draw.plan_id], draw.due
        terms = read_terms(plan.terms)
        lists: Sequence[ReleasedGoods] = ()
        if terms.universe == FLOW and not stops_parcels(terms):
            lists = desk.repository.released_goods(draw.since, min(until, plan.closes_at), draw.after, LISTS_AT_ONCE)
            draw_flow(plan, terms, lists, desk)
        if len(lists) == LISTS_AT_ONCE:
            desk.send(draw._replace(after=lists[-1].id))
        elif until < plan.closes_at:
            desk.recur(PlanDrawDue(plan.id, until, due=draw.due), EACH_NIGHT)
        else:
            close_plans([plan], desk)


def draw_flow(plan: SpotCheckPlan, terms: PlanTerms, lists: Sequence[ReleasedGoods], desk: SpotCheckDesk) -> None:
    """Take what a plan draws of released lists. A unit that several plans draw is the oldest one's, so that it does not
    matter which of them draws first."""
    if not lists:
        return
    lines = {unit_of(listed, line): (listed, line) for listed in lists for line in listed.facts.lines}
    drawn = _drawn_of(plan, terms, lines, desk)
    known = set(desk.repository.drawn([unit.key for unit in drawn]))
    if drawn:
        known |= _drawn_by_older(plan, {unit: lines[unit][0].released_at for unit in drawn}, desk)
    for unit in drawn:
        if unit.key not in known:
            listed, line = lines[unit]
            notify_sampling(sample_of_line(plan, unit, listed, line, BOUGHT, desk), desk)


def _drawn_of(
    plan: SpotCheckPlan, terms: PlanTerms, units: Iterable[SampledUnit], desk: SpotCheckDesk
) -> list[SampledUnit]:
    secret = desk.plan_secret(AGENCY.name, plan.plan_no)
    return drawing.draw_flow(secret, plan.plan_no, units, terms.rate, terms.scope, factors_of(plan))


def _drawn_by_older(plan: SpotCheckPlan, released: Mapping[SampledUnit, int], desk: SpotCheckDesk) -> set[str]:
    """The keys of the units, given with the instants of their release, that plans which were opened before this one
    have drawn or are still to draw."""
    older = takewhile(lambda one: one.id != plan.id, desk.repository.open_plans())
    return {
        unit.key
        for one, terms in ((one, read_terms(one.terms)) for one in older)
        if terms.universe == FLOW and not stops_parcels(terms)
        for unit in _drawn_of(one, terms, (unit for unit, at in released.items() if at < one.closes_at), desk)
    }


def unit_of(listed: ReleasedGoods, line: InventoryLine) -> SampledUnit:
    """Return a line of a list as a unit that may be drawn."""
    key = drawing.line_key(listed.facts.ebc_code, listed.facts.order_no, line.gnum)
    return SampledUnit(key, line.gcode, line.country, listed.grade)


def sample_of_line(
    plan: SpotCheckPlan | DrawnBy,
    unit: SampledUnit,
    listed: ReleasedGoods,
    line: InventoryLine,
    place: str,
    desk: SpotCheckDesk,
) -> SpotSample:
    """Return the sample of a line that a plan draws."""
    return SpotSample(
        id=desk.repository.new_id(),
        sample_no=drawing.sample_no_of(plan.plan_no, unit.key),
        key=unit.key,
        state="drawn",
        plan_no=plan.plan_no,
        basis=plan.basis,
        place=place,
        stratum=unit.stratum,
        ebc_code=listed.facts.ebc_code,
        gcode=line.gcode,
        gname=line.gname,
        unit=line.unit,
        qty=line.qty,
        drawn_at=desk.now,
        due_at=0,
        law="",
        declaration_id=listed.id,
        order_no=listed.facts.order_no,
        invt_no=listed.invt_no,
        gnum=line.gnum,
    )


def draw_stock(plan: SpotCheckPlan, terms: PlanTerms, desk: SpotCheckDesk) -> None:
    """Draw a plan's lots from all account books as they stand now: the first of each stratum by rank."""
    lots = {drawing.lot_key(lot.ems_no, lot.item_record_no): lot for lot in desk.repository.lots()}
    units = universe_of(lots, terms)
    secret = desk.plan_secret(AGENCY.name, plan.plan_no)
    desk.repository.put_universe(plan.id, units)
    drawn = drawing.draw_universe(secret, plan.plan_no, units, drawing.raised_sizes(terms.size, factors_of(plan)))
    known = desk.repository.drawn([unit.key for unit in drawn])
    for unit in sorted(drawn):  # ranks would say how the lots were drawn before the plan has ended
        if unit.key not in known:
            notify_sampling(_sample_of_lot(plan, unit, lots[unit.key], desk), desk)


def universe_of(lots: Mapping[str, StockLot], terms: PlanTerms) -> list[SampledUnit]:
    """Return the lots that a plan of stock may draw, by their keys, as units. A book knows no origin and no seller."""
    units = [SampledUnit(key, lot.gcode) for key, lot in lots.items()]
    return [unit for unit in units if terms.scope.covers(unit)] if any(terms.scope) else units


def _sample_of_lot(plan: SpotCheckPlan, unit: SampledUnit, lot: StockLot, desk: SpotCheckDesk) -> SpotSample:
    return SpotSample(
        id=desk.repository.new_id(),
        sample_no=drawing.sample_no_of(plan.plan_no, unit.key),
        key=unit.key,
        state="drawn",
        plan_no=plan.plan_no,
        basis=plan.basis,
        place=BONDED,
        stratum=unit.stratum,
        ebc_code=lot.area_code,
        gcode=lot.gcode,
        gname=lot.gname,
        unit=lot.unit,
        qty=lot.available,
        drawn_at=desk.now,
        due_at=0,
        law="",
        ems_no=lot.ems_no,
        item_record_no=lot.item_record_no,
    )


def handle_stopped(stopped: Sequence[ListStopped], desk: SpotCheckDesk) -> None:
    """Take a sample of each list that customs stopped for a plan, at the site; that of an inspection is taken already.

    A unit that was drawn before is not drawn again: its verdict, or none against it, is the result of the list's
    inspection. A line that an amendment has removed stops nothing."""
    plans = desk.repository.plans_of({stop.plan_no for stop in stopped})
    lists = desk.repository.lists({stop.declaration_id for stop in stopped})
    lines = [_line_of(stop, lists.get(stop.declaration_id)) for stop in stopped]
    known = set(desk.repository.drawn({unit.key for _, _, unit in filter(None, lines)}))
    for stop, found in zip(stopped, lines, strict=True):
        if found is None:
            desk.send(InspectionPassed(stop.declaration_id))
            continue
        listed, line, unit = found
        if unit.key in known:
            _tell_known(stop, unit, desk)
        elif stop.plan_no == BY_INSPECTION:
            sample = sample_of_line(INSPECTION, unit, listed, line, AT_SITE, desk)
            take(sample, seal_of(sample), min(ONE, line.qty), desk)
        else:
            notify_sampling(sample_of_line(plans[stop.plan_no], unit, listed, line, AT_SITE, desk), desk)
        known.add(unit.key)


def _line_of(
    stop: ListStopped, listed: ReleasedGoods | None
) -> tuple[ReleasedGoods, InventoryLine, SampledUnit] | None:
    """The list that is stopped with its line as a unit; None if the line is gone."""
    line = next((line for line in listed.facts.lines if line.gnum == stop.gnum), None) if listed else None
    return None if listed is None or line is None else (listed, line, unit_of(listed, line))


def pass_list(sample: SpotSample, desk: SpotCheckDesk) -> None:
    """Tell customs that the list of a sample passed, unless that of another plan is still out or has failed."""
    others = desk.repository.beside(sample) if sample.place == AT_SITE else ()
    out = [one for one in others if one.place == AT_SITE and one.verdict != PASSED]
    if sample.place == AT_SITE and all(one.state in LETS_PASS and one.verdict != FAILED for one in out):
        desk.send(InspectionPassed(sample.declaration_id))


def _tell_known(stop: ListStopped, unit: SampledUnit, desk: SpotCheckDesk) -> None:
    """Tell customs the verdict about a unit that was drawn before; a sample of the list that is out tells it itself."""
    number = drawing.sample_no_of(stop.plan_no, unit.key)
    ids = desk.repository.sample_ids([number])
    sample = desk.repository.samples(ids.values()).get(ids.get(number, 0))
    if sample is None:
        desk.send(InspectionPassed(stop.declaration_id))
    elif sample.verdict == PASSED:
        pass_list(sample, desk)
    elif sample.verdict == FAILED:
        desk.send(InspectionFailed(stop.declaration_id))
