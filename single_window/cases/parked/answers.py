"""Answers about deliveries that could not be processed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from single_window.frame.typed import Answer, Instant, NextBefore

if TYPE_CHECKING:
    from single_window.store.parking import ParkedDelivery
    from single_window.work.parking import ParkingResult


class HandlingOut(Answer, frozen=True, kw_only=True):
    """An operation on a delivery by a person."""

    at: Instant
    act: Annotated[str, Meta(description="retried, dismissed")]
    who: str
    why: str


class ParkedDeliveryOut(Answer, frozen=True, kw_only=True):
    """A delivery that could not be processed."""

    id: int
    queue: str
    topic: str
    message_id: int | None
    items: int
    attempts: int
    state: str
    filed_at: Instant
    reason: str
    traceback: Annotated[str | UnsetType, Meta(description="the traceback of the failure, if requested")] = UNSET
    handled: tuple[HandlingOut, ...]
    links: dict[str, str]


class ParkedOut(Answer, frozen=True, kw_only=True):
    """Parked deliveries, newest first."""

    total: int
    deliveries: tuple[ParkedDeliveryOut, ...]
    next: NextBefore


class OutcomeOut(Answer, frozen=True, kw_only=True):
    """The outcome for one delivery."""

    id: int
    outcome: Annotated[
        str, Meta(description="retried, dismissed; already: no change; busy: being processed; unknown: not found")
    ]
    state: str
    zh: str
    en: str


class DoneOut(Answer, frozen=True, kw_only=True):
    """The number of changed deliveries, and the outcome for each."""

    count: int
    outcomes: tuple[OutcomeOut, ...]
    after: Annotated[
        dict[str, int] | UnsetType,
        Meta(description="number of retried deliveries by state (done, ready, sent, parked) after `wait`"),
    ] = UNSET


def done_out(done: ParkingResult, **after: Any) -> DoneOut:
    """Return the answer about an operation on deliveries; `after`: see `DoneOut`."""
    outcomes = (OutcomeOut.of(outcome, zh=outcome.words.zh, en=outcome.words.en) for outcome in done.outcomes)
    return DoneOut(count=len(done.changed), outcomes=tuple(outcomes), **after)


def delivery_out(parked: ParkedDelivery, traceback: bool) -> ParkedDeliveryOut:
    """Return the answer about a delivery, with the traceback if `traceback`."""
    return ParkedDeliveryOut.of(
        parked,
        message_id=parked.message_id or None,
        items=parked.item_count,
        traceback=parked.traceback if traceback else UNSET,
        handled=tuple(map(HandlingOut.of, parked.handled)),
        links={"message": f"/api/v1/messages/{parked.message_id}"} if parked.message_id else {},
    )
