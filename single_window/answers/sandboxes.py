"""Answers about sandboxes: clocks, deadlines, snapshots, and the pruning of their data."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from msgspec import UNSET, Meta, UnsetType

from declarations.calendar import utc_text
from single_window.cases.coming import ComingDeadline
from single_window.clock import Clock
from single_window.frame.typed import Answer, Instant
from single_window.store.sandbox_options import NAMES
from single_window.store.sandboxes import Sandbox


class ClockOut(Answer, frozen=True, kw_only=True):
    """A clock."""

    mode: Annotated[str, Meta(description="virtual, frozen, real")]
    now: str
    rate: Annotated[str | UnsetType, Meta(description="only for a virtual clock")] = UNSET


class SandboxOut(Answer, frozen=True, kw_only=True):
    """A sandbox."""

    name: str
    seed: str
    options: dict[str, bool | str]
    clock: ClockOut
    links: dict[str, str]


class SandboxesOut(Answer, frozen=True, kw_only=True):
    """Sandboxes by name."""

    sandboxes: tuple[SandboxOut, ...]
    next: Annotated[str | None, Meta(description="`after` of the next page")]


class ResetOut(Answer, frozen=True, kw_only=True):
    """The result of a reset or deletion."""

    name: str
    rows: Annotated[int, Meta(description="number of deleted rows")]


class ClockShownOut(ClockOut, frozen=True, kw_only=True):
    """A clock with its next deadline."""

    next_deadline: str | None


class AdvancedOut(ClockShownOut, frozen=True, kw_only=True):
    """The position of a clock after a move."""

    to: Annotated[str | None, Meta(description="the target of the move; null: not known yet")]
    settled: Annotated[bool, Meta(description="the target is reached and all due work is done")]
    open: Annotated[int, Meta(description="number of deliveries that are due and not done")]


class DeadlineOut(Answer, frozen=True, kw_only=True):
    """A coming deadline."""

    id: int
    due: Instant
    kind: str
    zh: str
    en: str
    about: Annotated[
        dict[str, str], Meta(description="what it concerns: order, list, request, batch, claim, company, receipt")
    ]
    subject: Annotated[
        list[str | int | bool | dict[str, Any] | list[Any] | None],
        Meta(description="the subject as passed to the agency's gateway"),
    ]


class DeadlinesOut(Answer, frozen=True, kw_only=True):
    """Coming deadlines by due time."""

    now: str
    deadlines: tuple[DeadlineOut, ...]
    next: Annotated[str | None, Meta(description="`after` of the next page")]


class SnapshotOut(Answer, frozen=True, kw_only=True):
    """A snapshot."""

    id: int
    label: str
    at: Annotated[Instant, Meta(description="the time it was taken, by the machine's clock")]
    rows: int
    bytes: int


class SnapshotsOut(Answer, frozen=True, kw_only=True):
    """The snapshots of a sandbox, oldest first."""

    snapshots: tuple[SnapshotOut, ...]


class RestoredOut(Answer, frozen=True, kw_only=True):
    """A restored sandbox."""

    name: str
    rows: Annotated[int, Meta(description="number of restored rows")]


def sandbox_out(sandbox: Sandbox) -> SandboxOut:
    """Return the answer about a sandbox, with its clock and options."""
    place = f"/api/v1/sandboxes/{quote(sandbox.name, safe='')}"
    return SandboxOut.of(
        sandbox,
        options={name: getattr(sandbox.options, name) for name in NAMES},
        clock=ClockOut(**clock_fields(sandbox.clock)),
        links={"self": place, "clock": f"{place}/clock", "deadlines": f"{place}/deadlines"},
    )


def clock_fields(clock: Clock) -> dict[str, Any]:
    """Return the fields common to all answers about a clock."""
    rate = f"{clock.rate:f}" if clock.mode == "virtual" else UNSET
    return {"mode": clock.mode, "now": utc_text(clock.now()), "rate": rate}


def deadline_out(deadline: ComingDeadline) -> DeadlineOut:
    """Return the answer about a coming deadline."""
    return DeadlineOut.of(
        deadline.due,
        zh=deadline.words.zh,
        en=deadline.words.en,
        about=deadline.about,
        subject=msgspec.json.decode(deadline.due.subject),
    )


class PruningOut(Answer, frozen=True, kw_only=True):
    """The data that pruning would delete."""

    messages: Annotated[int, Meta(description="number of messages whose bytes are deleted")]
    size: Annotated[int, Meta(description="stored size of these bytes")]
    deliveries: Annotated[int, Meta(description="number of dismissed deliveries that are deleted")]
    events: Annotated[int, Meta(description="number of events of containers that have gone, deleted with their ships")]
    trades: Annotated[int, Meta(description="number of ended imports whose documents are masked or deleted")]
    parcels: Annotated[int, Meta(description="number of decided parcels to and from Korea whose people are masked")]


class PrunedOut(Answer, frozen=True, kw_only=True):
    """The data that one call pruned."""

    rows: Annotated[int, Meta(description="messages, deliveries, what was told of containers, masked parcels")]
    imports: Annotated[int, Meta(description="number of imports whose documents were masked or deleted")]
    next: Annotated[int | None, Meta(description="not null: there is more to do; call again with it as `after`")]
