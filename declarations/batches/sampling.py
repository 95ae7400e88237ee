"""Sampling of batches: the number of lists to inspect, and what their inspection decides for all: dated
(`batches.sampling`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from declarations.parameters import Parameters
from declarations.parameters.tables.clearance import Sampling
from declarations.reasons import Reason

RELEASE, RELEASE_IN_PART, REVIEW = "release", "release_in_part", "review"
"""What a sample decides, by the actions of the lifecycle `batch`."""
NO_SAMPLE = "19001"
ALL_PASSED = "19002"
ACCEPTED = "19003"
TOO_MANY = "19004"
HELD = "19005"
RELEASED_WITH_BATCH = "19006"
INSPECTED_WITH_BATCH = "19007"


class SamplingPlan(NamedTuple):
    """A sampling plan: the share of a batch's lists, the least number of them, and the share of batches that are
    sampled at all."""

    size: int
    sample: int
    at_least: int
    spot_check: Decimal
    parameters: tuple[str, ...]


class SamplingVerdict(NamedTuple):
    """The decision that follows from inspecting the samples: the action, the keys that stay held, and why."""

    action: str
    held: tuple[str, ...]
    reason: Reason


def plan(size: int, day: date, parameters: Parameters) -> SamplingPlan:
    """The plan for a batch of a size declared on a day; raises `NoValue` before batches were known.

    A batch larger than the table goes to is sampled as the largest of it.
    """
    value = parameters.on("batches.sampling", day)
    table = value.read(Sampling)
    sample = next((samples for lists, samples, _ in table.plan if size <= lists), table.plan[-1][1])
    return SamplingPlan(size, min(size, sample), min(size, table.at_least), table.spot_check, (value.id,))


def acceptance(samples: int, day: date, parameters: Parameters) -> int:
    """The number of failures that a sample of a size bears: as the largest plan that it reaches, none below the
    smallest.

    One that lane, grade and goods made larger than any plan bears the same share of failures as the largest plan.
    """
    plans = parameters.on("batches.sampling", day).read(Sampling).plan
    _, largest, accepted = plans[-1]
    if samples > largest:
        return accepted * samples // largest
    return max((accepted for _, needed, accepted in plans if needed <= samples), default=0)


def verdict(batch_no: str, samples: int, failed: Sequence[str], day: date, parameters: Parameters) -> SamplingVerdict:
    """Decide a batch of which `failed` (keys) of so many samples failed. `day`: that of the batch's declaration, whose
    plan applied.

    None failed: the batch is released; up to the acceptance number: those that failed are held, the rest is released;
    more: every list of the batch is inspected.
    """
    held, accepted = tuple(sorted(failed)), acceptance(samples, day, parameters)
    values = {"batch_no": batch_no, "samples": str(samples), "failed": str(len(held)), "accepted": str(accepted)}
    used = (parameters.on("batches.sampling", day).id,)
    if not held:
        return SamplingVerdict(RELEASE, (), Reason(ALL_PASSED if samples else NO_SAMPLE, values, used))
    if len(held) <= accepted:
        return SamplingVerdict(RELEASE_IN_PART, held, Reason(ACCEPTED, values, used))
    return SamplingVerdict(REVIEW, held, Reason(TOO_MANY, values, used))
