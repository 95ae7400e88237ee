"""Draws the samples of a batch. The inputs of the draw are stored with each member, so that it can be repeated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from declarations import risk
from declarations.batches.draw import INSPECTION as INSPECTED
from declarations.batches.draw import BatchList as Drawing
from declarations.batches.draw import DrawnSample, draw_samples
from declarations.parameters import Parameters
from gateways.customs.batches.joining import GREEN
from gateways.customs.batches.places import BatchMember
from gateways.customs.batches.repository import BatchDesk
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
        "lane": INSPECTION if hit else GREEN,
        "grade": counted,
        "goods": sorted({line.gcode for line in facts.lines}),
    }


def draw_batch(
    seed: str, batch_no: str, members: Iterable[BatchMember], day: date, parameters: Parameters
) -> DrawnSample:
    """Draw the samples of a batch declared on `day`, from the inputs stored with its members."""
    return draw_samples(
        seed,
        batch_no,
        [
            Drawing(member.key, member.draw["lane"], member.draw["grade"], tuple(member.draw["goods"]))
            for member in members
            if "lane" in member.draw
        ],
        day,
        parameters,
    )


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
