"""Draws samples from the lists that were released, day by day, and takes them."""

from __future__ import annotations

from collections.abc import Sequence

from declarations import pest_checks
from declarations.calendar import DAY
from declarations.commitments import commitment_of
from declarations.documents.inventory import InventoryLine
from declarations.parameters.tables.shape import Shares
from gateways.pest_checks import AGENCY
from gateways.pest_checks.outcomes import apply_step
from gateways.pest_checks.repository import GoodsSample, ListToCheck, PestCheckDesk, Plan
from gateways.recurring import Recurring, daily
from gateways.topics.pest_checks import DrawDue, SampleReported, SampleSent

LISTS_AT_ONCE = 500
"""Lists that one delivery draws from."""
EACH_NIGHT = Recurring(daily(hour=1))
"""When is drawn: an hour after the day has ended, so that all its releases are committed."""


def open_pest_plan(desk: PestCheckDesk) -> Plan:
    """Open a plan: it commits itself to a secret, and draws each night until it closes."""
    plan_no = f"PC{desk.day:%Y%m%d}"
    closes_at = desk.now + int(desk.value_today("pest_checks.plan_days").amount) * DAY
    commitment = commitment_of(desk.plan_secret(AGENCY.name, plan_no))
    plan = Plan(desk.repository.new_id(), plan_no, commitment, desk.now, closes_at)
    desk.repository.put_plan(plan)
    desk.recur(DrawDue(plan.id, desk.now), EACH_NIGHT)
    return plan


def handle_draws(draws: Sequence[DrawDue], desk: PestCheckDesk) -> None:
    """Draw from the lists released since the last draw, then await the next night; the last draw reveals the secret."""
    plans = desk.repository.plans([draw.plan_id for draw in draws])
    for draw in draws:
        plan, until = plans[draw.plan_id], draw.due
        lists = desk.repository.released_lists(draw.since, min(until, plan.closes_at), draw.after, LISTS_AT_ONCE)
        _draw(plan, lists, desk)
        if len(lists) == LISTS_AT_ONCE:
            desk.send(draw._replace(after=lists[-1].id))
        elif until < plan.closes_at:
            desk.recur(DrawDue(plan.id, until, due=draw.due), EACH_NIGHT)
        else:
            plan.secret = desk.plan_secret(AGENCY.name, plan.plan_no)
            desk.repository.put_plan(plan)


def _draw(plan: Plan, lists: Sequence[ListToCheck], desk: PestCheckDesk) -> None:
    secret = desk.plan_secret(AGENCY.name, plan.plan_no) if lists else ""
    rates = desk.value_today("pest_checks.rates").table_as(Shares)
    units = {
        pest_checks.unit_key(listed.facts.ebc_code, listed.facts.order_no, line.gnum): (listed, line)
        for listed in lists
        for line in listed.facts.lines
    }
    drawn = [unit for unit, (_, line) in units.items() if pest_checks.is_drawn(secret, unit, line.gcode, rates)]
    known = desk.repository.drawn(drawn)
    for unit in drawn:
        if unit not in known:
            _take(plan, unit, *units[unit], desk)


def _take(plan: Plan, unit: str, listed: ListToCheck, line: InventoryLine, desk: PestCheckDesk) -> None:
    """Take a sample: its record, the notice to the merchant, and the way to the laboratory."""
    sample_no = pest_checks.sample_no_of(plan.plan_no, unit)
    sample = GoodsSample(
        id=desk.repository.new_id(),
        sample_no=sample_no,
        key=unit,
        state="drawn",
        plan_no=plan.plan_no,
        order_no=listed.facts.order_no,
        invt_no=listed.invt_no,
        ebc_code=listed.facts.ebc_code,
        gnum=line.gnum,
        gcode=line.gcode,
        gname=line.gname,
        seal_no=f"F{sample_no[-10:]}",
        taken_at=desk.now,
    )
    apply_step(sample, "take", desk)
    desk.send(SampleSent(sample.id, sample_no))


def handle_reports(reports: Sequence[SampleReported], desk: PestCheckDesk) -> None:
    """Take the laboratory's reports; a sample that failed waits for an officer."""
    samples = desk.repository.samples([report.sample_id for report in reports])
    for report in reports:
        sample = samples[report.sample_id]
        if sample.state == "at_lab":  # a second report changes nothing
            sample.reported_at = desk.now
            apply_step(sample, "fail" if report.failed else "pass", desk, by="plant_laboratory")
