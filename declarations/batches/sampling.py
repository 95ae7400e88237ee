"""Sampling of batches: the number of lists to inspect, and the decision by their results (`batches.sampling`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from declarations.parameters import Parameters
from declarations.parameters.tables.clearance import Sampling
from declarations.reasons import Reason

RELEASE, RELEASE_IN_PART, REVIEW = "release", "release_in_part", "review"
"""Decisions about a batch: actions of the lifecycle `batch`."""
NO_SAMPLE = "19001"
ALL_PASSED = "19002"
ACCEPTED = "19003"
TOO_MANY = "19004"
HELD = "19005"
INSPECTED_WITH_BATCH = "19007"


class SamplingPlan(NamedTuple):
    """The plan for a batch of `size` lists: `sample` lists if it is spot-checked, else `at_least`; `spot_check` is the
    share of batches that are spot-checked."""

    size: int
    sample: int
    at_least: int
    spot_check: Decimal
    parameter_ids: tuple[str, ...]


class SamplingVerdict(NamedTuple):
    """The decision by the results of the samples: the action, the keys of lists to hold, the reason."""

    action: str
    held: tuple[str, ...]
    reason: Reason


def plan_sampling(size: int, day: date, parameters: Parameters) -> SamplingPlan:
    """Return the plan for a batch of `size` lists declared on a day; raises `NoValue` before the law had batches.

    Above the table's largest size, the plan of that size applies.
    """
    value = parameters.on("batches.sampling", day)
    table = value.table_as(Sampling)
    sample = next((samples for max_lists, samples, _ in table.plan if size <= max_lists), table.plan[-1][1])
    return SamplingPlan(size, min(size, sample), min(size, table.at_least), table.spot_check, (value.id,))


def acceptance_number_of(samples: int, day: date, parameters: Parameters) -> int:
    """Return the acceptance number: the maximum of failed samples for a release.

    It is that of the largest plan that the number of samples reaches, 0 below the smallest. Above the largest plan,
    which draws by lane, grade and goods may exceed, it grows in proportion.
    """
    plans = parameters.on("batches.sampling", day).table_as(Sampling).plan
    _, largest_plan_samples, acceptance_number = plans[-1]
    if samples > largest_plan_samples:
        return acceptance_number * samples // largest_plan_samples
    return max(
        (acceptance_number for _, plan_samples, acceptance_number in plans if plan_samples <= samples), default=0
    )


def decide_batch(
    batch_no: str, samples: int, failed: Sequence[str], day: date, parameters: Parameters
) -> SamplingVerdict:
    """Decide a batch by its number of samples and the keys of those that failed; `day` is the batch's declaration day.

    None failed: the batch is released. Up to the acceptance number: the failed lists are held, the others released.
    More: every list of the batch is inspected.
    """
    held_keys, acceptance_number = tuple(sorted(failed)), acceptance_number_of(samples, day, parameters)
    values = {
        "batch_no": batch_no,
        "samples": str(samples),
        "failed": str(len(held_keys)),
        "accepted": str(acceptance_number),
    }
    parameter_ids = (parameters.on("batches.sampling", day).id,)
    if not held_keys:
        return SamplingVerdict(RELEASE, (), Reason(ALL_PASSED if samples else NO_SAMPLE, values, parameter_ids))
    if len(held_keys) <= acceptance_number:
        return SamplingVerdict(RELEASE_IN_PART, held_keys, Reason(ACCEPTED, values, parameter_ids))
    return SamplingVerdict(REVIEW, held_keys, Reason(TOO_MANY, values, parameter_ids))
