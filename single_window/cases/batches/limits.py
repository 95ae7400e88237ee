"""The numbers of a batch beside their limits, for its page: lists that fit, samples planned, failures accepted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from declarations.batches.sampling import acceptance_number_of, plan_sampling
from declarations.calendar import day_of
from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.clearance import BatchOpening
from single_window.frame.pages.speech import say
from single_window.language import phrases

if TYPE_CHECKING:
    from gateways.customs.batches.repository import Batch


class BatchLimits(NamedTuple):
    """The numbers of a batch in words, each with its limit; empty: it has none yet."""

    members: str
    samples: str = ""
    failed: str = ""


def limits_of(batch: Batch, law: Parameters) -> BatchLimits:
    """Return the numbers of a batch beside the limits of the law of its day."""
    opened = day_of(batch.opened_at)
    members = _beside("count_of_most", batch.members, most=_most_lists(opened, law))
    if not batch.drawn_at:
        return BatchLimits(members)
    day = day_of(batch.declared_at)
    try:
        plan, accepted = plan_sampling(batch.members, day, law), acceptance_number_of(batch.drawn, day, law)
    except NoValue:
        return BatchLimits(members, str(batch.drawn), str(batch.failed))
    return BatchLimits(
        members,
        _beside(
            "count_of_planned", batch.drawn, planned=plan.sample if batch.verdict.get("checked") else plan.at_least
        ),
        _beside("count_of_accepted", batch.failed, most=accepted),
    )


def _most_lists(day: date, law: Parameters) -> int | None:
    try:
        return law.on("batches.opening", day).table_as(BatchOpening).most
    except NoValue:
        return None


def _beside(name: str, count: int, **limit: int | None) -> str:
    """A number with its limit; alone where there is none."""
    if None in limit.values():
        return str(count)
    shown = {key: f"{value:,}" for key, value in limit.items()}
    return say(phrases.phrase("label", name).filled(count=str(count), **shown))
