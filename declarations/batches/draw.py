"""Draws the samples of a batch from its lists: by lane, by the merchant's credit grade, by goods, then by number.

Every draw is a hash of seed, purpose, lot and business key (`risk.draw_number`), so an auditor can repeat it from
stored data. The lot is a hash of the members' business keys: neither their order nor the serial number that a batch was
given has an influence.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import NamedTuple

from declarations.batches.sampling import SamplingPlan, plan_sampling
from declarations.parameters import Parameters
from declarations.parameters.tables.shape import Shares
from declarations.risk import DRAW_RANGE, ORDINARY, draw_number, grade_on, inspection_rate_of

INSPECTION = "inspection"
LANE, GRADE, GOODS, SIZE = "lane", "grade", "goods", "size"
"""Why a list is a sample: its own lane, its merchant's grade, its goods, or to reach the sample size."""
SPOT_CHECK, OF_GRADE, OF_GOODS, OF_SIZE = "batch-spot-check", "batch-grade", "batch-goods", "batch-sample"
"""The purposes of the draws."""


class BatchList(NamedTuple):
    """A list of a batch: business key ("ebcCode|orderNo"), lane (empty: not drawn), credit grade of the merchant, and
    goods codes of its lines."""

    key: str
    lane: str = ""
    grade: str = ""
    goods: tuple[str, ...] = ()


class Sample(NamedTuple):
    """A sample: key, why it was drawn, and its drawn number (0 to 9,999; None for LANE)."""

    key: str
    why: str
    number: int | None = None


class DrawnSample(NamedTuple):
    """The samples in the order of keys, the plan, whether the batch was spot-checked, and the ids of the dated
    values."""

    samples: tuple[Sample, ...]
    plan: SamplingPlan
    is_spot_checked: bool
    parameter_ids: tuple[str, ...]


def lot_of(keys: Iterable[str]) -> str:
    """Return the lot of the lists with these business keys: the same for the same lists, in any order."""
    return sha256("\n".join(sorted(keys)).encode()).hexdigest()


def draw_samples(seed: str, lot: str, members: Iterable[BatchList], day: date, parameters: Parameters) -> DrawnSample:
    """Return the samples of a batch declared on `day`, drawn as `lot` (`lot_of` its members); raises `NoValue` before
    the law had batches."""
    sorted_members = sorted(members)
    sampling_plan = plan_sampling(len(sorted_members), day, parameters)
    parameter_ids = (
        *sampling_plan.parameter_ids,
        parameters.on("inspection.rates", day).id,
        parameters.on("batches.goods", day).id,
    )
    shares = _Shares(day, parameters)
    forced_samples = [sample for member in sorted_members if (sample := _force_sample(seed, lot, member, shares))]
    is_spot_checked = draw_number(seed, SPOT_CHECK, lot) < sampling_plan.spot_check * DRAW_RANGE
    sample_size = sampling_plan.sample if is_spot_checked else sampling_plan.at_least
    forced_keys = {sample.key for sample in forced_samples}
    other_members = [member for member in sorted_members if member.key not in forced_keys]
    filled_samples = _fill_up(seed, lot, other_members, max(0, sample_size - len(forced_samples)), shares)
    return DrawnSample(
        tuple(sorted([*forced_samples, *filled_samples], key=lambda sample: sample.key)),
        sampling_plan,
        is_spot_checked,
        parameter_ids,
    )


class _Shares:
    """The inspection shares of grades and goods on a day, cached."""

    def __init__(self, day: date, parameters: Parameters) -> None:
        self._day, self._parameters = day, parameters
        self._goods = parameters.on("batches.goods", day).table_as(Shares)
        self._grades: dict[str, Decimal] = {}
        self.ordinary = inspection_rate_of(ORDINARY, day, parameters)

    def share_of_grade(self, grade: str) -> Decimal:
        if grade not in self._grades:
            self._grades[grade] = inspection_rate_of(
                grade_on(self._day, grade, self._parameters), self._day, self._parameters
            )
        return self._grades[grade]

    def share_of_goods(self, codes: Iterable[str]) -> Decimal:
        return max((self._goods.get(code[:4], Decimal(0)) for code in codes), default=Decimal(0))


def _force_sample(seed: str, lot: str, member: BatchList, shares: _Shares) -> Sample | None:
    """The member as a sample if its lane, a grade worse than ordinary or its goods select it, at any batch size."""
    if member.lane == INSPECTION:
        return Sample(member.key, LANE)
    key = f"{lot}|{member.key}"
    share = shares.share_of_grade(member.grade)
    if share > shares.ordinary and (number := draw_number(seed, OF_GRADE, key)) < share * DRAW_RANGE:
        return Sample(member.key, GRADE, number)
    share = shares.share_of_goods(member.goods)
    if share and (number := draw_number(seed, OF_GOODS, key)) < share * DRAW_RANGE:
        return Sample(member.key, GOODS, number)
    return None


def _fill_up(seed: str, lot: str, members: Iterable[BatchList], count: int, shares: _Shares) -> list[Sample]:
    """The `count` members with the lowest draws, each divided by its grade's inspection rate to favour good grades."""
    if not count:
        return []
    drawn_numbers = [(draw_number(seed, OF_SIZE, f"{lot}|{member.key}"), member) for member in members]
    drawn_numbers.sort(key=lambda drawn: (drawn[0] / shares.share_of_grade(drawn[1].grade), drawn[1].key))
    return [Sample(member.key, SIZE, number) for number, member in drawn_numbers[:count]]
