"""Draws the samples of a batch. The inputs of the draw are stored with each member, so that it can be repeated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from declarations import risk
from declarations.batches.draw import INSPECTION as INSPECTED
from declarations.batches.draw import BatchList as Drawing
from declarations.batches.draw import DrawnSample, draw_samples, lot_of
from declarations.parameters import Parameters
from gateways.customs.batches.batch_place import BatchMember
from gateways.customs.batches.joining import GREEN
from gateways.customs.batches.repository import BatchDesk
from gateways.customs.profiled import profile_of
from gateways.customs.repository import CustomsCompany, Declaration

INSPECTION = INSPECTED


def batch_list_of(
    declaration: Declaration, facts: Any, company: CustomsCompany | None, desk: BatchDesk
) -> dict[str, Any]:
    """Return the inputs of a member's draw: the lane it would get without a batch, its merchant's grade, its goods."""
    grade = company.credit_grade if company else ""
    counted = risk.grade_on(desk.day, grade, desk.law)
    hit = risk.is_drawn_for_inspection(
        desk.seed, declaration.ebc_code, declaration.order_no, risk.inspection_rate_of(counted, desk.day, desk.law)
    )
    return {
        "lane": INSPECTION if hit or profile_of(declaration, company, desk, facts) else GREEN,
        "grade": counted,
        "goods": sorted({line.gcode for line in facts.lines}),
    }


class DrawnBatch(NamedTuple):
    """The lot as which a batch was drawn, and its samples."""

    lot: str
    drawn: DrawnSample


def draw_batch(
    seed: str, members: Iterable[BatchMember], day: date, parameters: Parameters, lot: str = ""
) -> DrawnBatch:
    """Draw the samples of a batch declared on `day`, from the inputs stored with its members; `lot`: what it was drawn
    as, where that is not the lot of its members."""
    lists = [
        Drawing(member.key, member.draw["lane"], member.draw["grade"], tuple(member.draw["goods"]))
        for member in members
        if "lane" in member.draw
    ]
    lot = lot or lot_of(drawing.key for drawing in lists)
    return DrawnBatch(lot, draw_samples(seed, lot, lists, day, parameters))


def choose_samples(members: Sequence[BatchMember], draw: DrawnSample) -> list[BatchMember]:
    """Mark the sampled members with the reason and the number of their draw; return them."""
    by_key = {member.key: member for member in members}
    chosen = []
    for sample in draw.samples:
        member = by_key[sample.key]
        member.state = "sample"
        member.draw = {**member.draw, "why": sample.why, "number": sample.number}
        chosen.append(member)
    return chosen
