"""Answers about sandboxes: their clocks and deadlines, their snapshots, and what is dropped of what they hold."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from msgspec import UNSET, Meta, UnsetType

from declarations.calendar import utc_text
from single_window.cases.coming import Coming
from single_window.clock import Clock
from single_window.frame.typed import Answer, Instant
from single_window.store.sandbox_options import NAMES
from single_window.store.sandboxes import Sandbox


class ClockOut(Answer, frozen=True, kw_only=True):
    """A clock."""

    mode: Annotated[str, Meta(description="virtual, frozen, real")]
    now: str
    rate: Annotated[str | UnsetType, Meta(description="of a virtual clock")] = UNSET


class SandboxOut(Answer, frozen=True, kw_only=True):
    """A sandbox."""

    name: str
    seed: str
    options: dict[str, bool | str]
    clock: ClockOut
    links: dict[str, str]


class SandboxesOut(Answer, frozen=True, kw_only=True):
    """Sandboxes in the order of their names."""

    sandboxes: tuple[SandboxOut, ...]
    next: Annotated[str | None, Meta(description="`after` of the next page")]


class ResetOut(Answer, frozen=True, kw_only=True):
    """The result of a reset or deletion."""

    name: str
    rows: Annotated[int, Meta(description="rows that went")]


class ClockShownOut(ClockOut, frozen=True, kw_only=True):
    """A clock, and what is due next by it."""

    next_deadline: str | None


class AdvancedOut(ClockShownOut, frozen=True, kw_only=True):
    """The position that a clock came to."""

    to: Annotated[str | None, Meta(description="where it was to be moved; null: not known yet")]
    settled: Annotated[bool, Meta(description="it is there, and all that fell due is done")]
    open: Annotated[int, Meta(description="pieces of work that could be done now and are not")]


class DeadlineOut(Answer, frozen=True, kw_only=True):
    """Something that will happen."""

    id: int
    due: Instant
    kind: str
    zh: str
    en: str
    about: Annotated[
        dict[str, str],
        Meta(description="order, list, request, batch, claim, company, receipt: those that it concerns"),
    ]
    subject: Annotated[
        list[str | int | bool | dict[str, Any] | list[Any] | None],
        Meta(description="what it is about, as the agency's gateway will hear it"),
    ]


class DeadlinesOut(Answer, frozen=True, kw_only=True):
    """Coming deadlines, in the order in which they fall due."""

    now: str
    deadlines: tuple[DeadlineOut, ...]
    next: Annotated[str | None, Meta(description="`after` of the next page")]


class SnapshotOut(Answer, frozen=True, kw_only=True):
    """A snapshot."""

    id: int
    label: str
    at: Annotated[Instant, Meta(description="when it was taken, by the machine's clock")]
    rows: int
    bytes: int


class SnapshotsOut(Answer, frozen=True, kw_only=True):
    """The snapshots of a sandbox, the oldest first."""

    snapshots: tuple[SnapshotOut, ...]


class RestoredOut(Answer, frozen=True, kw_only=True):
    """A sandbox that is as it was."""

    name: str
    rows: Annotated[int, Meta(description="rows that it has again")]


def sandbox_out(sandbox: Sandbox) -> SandboxOut:
    """A sandbox with its clock and all its options."""
    place = f"/api/v1/sandboxes/{quote(sandbox.name, safe='')}"
    return SandboxOut.of(
        sandbox,
        options={name: getattr(sandbox.options, name) for name in NAMES},
        clock=ClockOut(**clock_fields(sandbox.clock)),
        links={"self": place, "clock": f"{place}/clock", "deadlines": f"{place}/deadlines"},
    )


def clock_fields(clock: Clock) -> dict[str, Any]:
    """The fields of a clock that every answer about it has."""
    rate = f"{clock.rate:f}" if clock.mode == "virtual" else UNSET
    return {"mode": clock.mode, "now": utc_text(clock.now()), "rate": rate}


def deadline_out(deadline: Coming) -> DeadlineOut:
    """Something that will happen, in words, with what it is about."""
    return DeadlineOut.of(
        deadline.due,
        zh=deadline.words.zh,
        en=deadline.words.en,
        about=deadline.about,
        subject=msgspec.json.decode(deadline.due.subject),
    )


class PruningOut(Answer, frozen=True, kw_only=True):
    """The things that would go."""

    messages: Annotated[int, Meta(description="whose bytes go")]
    size: Annotated[int, Meta(description="of these bytes, as they are kept")]
    deliveries: Annotated[int, Meta(description="finished ones that go")]
    trades: Annotated[int, Meta(description="imports that ended, whose papers are masked or dropped")]


class PrunedOut(Answer, frozen=True, kw_only=True):
    """The things that went with one call."""

    rows: Annotated[int, Meta(description="messages and deliveries")]
    imports: Annotated[int, Meta(description="whose papers were masked or dropped")]
    next: Annotated[int | None, Meta(description="not null: call again with it as `after`, there is more to do")]
