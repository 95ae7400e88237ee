"""Answers about deliveries that could not be processed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from single_window.frame.typed import Answer, Instant

if TYPE_CHECKING:
    from single_window.store.parking import ParkedDelivery
    from single_window.work.parking import Done


class HandlingOut(Answer, frozen=True, kw_only=True):
    """A person's act about a delivery."""

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
    traceback: Annotated[str | UnsetType, Meta(description="where it failed, if that was asked for")] = UNSET
    handled: tuple[HandlingOut, ...]
    links: dict[str, str]


class ParkedOut(Answer, frozen=True, kw_only=True):
    """Parked deliveries, newest first."""

    total: int
    deliveries: tuple[ParkedDeliveryOut, ...]
    next: Annotated[int | None, Meta(description="what to give as `before` for the next page")]


class OutcomeOut(Answer, frozen=True, kw_only=True):
    """The outcome of one delivery."""

    id: int
    outcome: Annotated[str, Meta(description="retried, dismissed; already: nothing to do; busy; unknown")]
    state: str
    zh: str
    en: str


class DoneOut(Answer, frozen=True, kw_only=True):
    """The number of deliveries changed, and the outcome of each that was named."""

    count: int
    outcomes: tuple[OutcomeOut, ...]
    after: Annotated[
        dict[str, int] | UnsetType,
        Meta(description="of those sent again: how many are done, ready, sent, or parked again after `wait`"),
    ] = UNSET


def done_out(done: Done, **after: Any) -> DoneOut:
    """The outcomes of deliveries that were named, or of all; `after`: their states a little later."""
    outcomes = (OutcomeOut.of(outcome, zh=outcome.words.zh, en=outcome.words.en) for outcome in done.outcomes)
    return DoneOut(count=len(done.changed), outcomes=tuple(outcomes), **after)


def delivery_out(parked: ParkedDelivery, traceback: bool) -> ParkedDeliveryOut:
    """A delivery; with `traceback` where it failed."""
    return ParkedDeliveryOut.of(
        parked,
        message_id=parked.message_id or None,
        items=parked.item_count,
        traceback=parked.traceback if traceback else UNSET,
        handled=tuple(map(HandlingOut.of, parked.handled)),
        links={"message": f"/api/v1/messages/{parked.message_id}"} if parked.message_id else {},
    )
