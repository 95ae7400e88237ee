"""Answers about deliveries that could not be processed."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType
from sqlalchemy import Connection

from single_window.frame.kinds import page
from single_window.frame.typed import Answer, Instant
from single_window.store import parking
from single_window.store.parking import STATES, Parked
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


def listed(
    connection: Connection, sandbox: str, state: str, *, before: int = 0, limit: int, traceback: bool = False
) -> ParkedOut:
    """A page of the deliveries that are parked, dismissed or open; with `traceback` where each failed."""
    states = STATES[state]
    first, following = page(parking.listed(connection, sandbox, states, limit + 1, before), limit)
    return ParkedOut(
        total=parking.count(connection, sandbox, states),
        deliveries=tuple(_delivery(parked, traceback) for parked in first),
        next=following,
    )


def done_out(done: Done, **after: Any) -> DoneOut:
    """The outcomes of deliveries that were named, or of all; `after`: their states a little later."""
    outcomes = (OutcomeOut.of(outcome, zh=outcome.words.zh, en=outcome.words.en) for outcome in done.outcomes)
    return DoneOut(count=len(done.changed), outcomes=tuple(outcomes), **after)


def _delivery(parked: Parked, traceback: bool) -> ParkedDeliveryOut:
    return ParkedDeliveryOut.of(
        parked,
        message_id=parked.message_id or None,
        items=parked.item_count,
        traceback=parked.traceback if traceback else UNSET,
        handled=tuple(map(HandlingOut.of, parked.handled)),
        links={"message": f"/api/v1/messages/{parked.message_id}"} if parked.message_id else {},
    )
