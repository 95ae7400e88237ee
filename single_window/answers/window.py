"""Answers about the window itself, its schema files, and the master data that can be imported."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from single_window.channels.answers import ChannelOut
from single_window.frame.typed import Answer, Instant

READY, ABSENT, BEHIND, AWAY = "ready", "absent", "behind", "away"
"""States of a database: ready; not created; at another schema revision than this program's; unavailable."""
NOT_USED = "not used"
"""State of the broker if processes of one machine notify each other directly."""


class StateOut(Answer, frozen=True, kw_only=True):
    """The state of the window."""

    working: bool | None
    failures: int
    deliveries: dict[str, int]
    sandboxes: Annotated[dict[str, str], Meta(description="current time by sandbox")]
    requests: Annotated[
        dict[str, dict[str, dict[str, int]]],
        Meta(description="waiting cancellations and returns, by sandbox, kind and state"),
    ]


class PartOut(Answer, frozen=True, kw_only=True):
    """A database or a broker."""

    address: Annotated[str, Meta(description="without the password; empty: none")]
    state: Annotated[
        str,
        Meta(
            description="database: ready, absent (not created), behind (at another schema revision), away; broker: "
            "connected, disconnected, blocked, not used"
        ),
    ]
    detail: Annotated[str, Meta(description="the problem and its remedy")] = ""


class WordsOut(Answer, frozen=True, kw_only=True):
    """A text in both languages."""

    zh: str
    en: str


class LateOut(Answer, frozen=True, kw_only=True):
    """Overdue work of a stage."""

    stage: str
    count: int
    oldest_seconds: float
    examples: Annotated[tuple[int | str, ...], Meta(description="some ids")]
    words: WordsOut
    remedy: WordsOut


class TaxOfDaysOut(Answer, frozen=True, kw_only=True):
    """Sums in yuan over the valid bills of released lists."""

    bills: int
    value: str
    duty: str
    consumption: str
    vat: str
    total: str


class CountsOut(Answer, frozen=True, kw_only=True):
    """The contents of a sandbox, counted by state or kind; a space separates two-part names."""

    sandbox: str
    day: Annotated[str | None, Meta(description="null: all days")]
    messages: dict[str, int]
    documents: dict[str, int]
    declarations: dict[str, int]
    receipts: Annotated[dict[str, int], Meta(description="by code and return status")]
    deliveries: dict[str, int]
    requests: Annotated[dict[str, int], Meta(description="by kind and state")]
    tax: TaxOfDaysOut
    lists: Annotated[dict[str, int], Meta(description="by flow (I, E) and state")]


class HoldingOut(Answer, frozen=True, kw_only=True):
    """A sandbox and its contents."""

    name: str
    clock: Annotated[str, Meta(description="system, virtual")]
    now: Instant
    counts: CountsOut
    next_due: Annotated[Instant, Meta(description="the next deadline; empty: none")]
    blocked: Annotated[tuple[ChannelOut, ...], Meta(description="channels with unresponsive receivers")]
    files: Annotated[int, Meta(description="files that wait in its folder on this machine")]


class StandingOut(Answer, frozen=True, kw_only=True):
    """The status of data, database, broker, processes, overdue work and contents."""

    data: Annotated[str, Meta(description="the folder")]
    version: str
    exists: Annotated[bool, Meta(description="false: not created yet")]
    running: Annotated[str | None, Meta(description="the address of the running window of this folder; null: none")]
    processes: Annotated[dict[str, int], Meta(description="processes on the window's machine, by role")]
    bytes: Annotated[int | None, Meta(description="size of the database files; null: not on this machine")]
    database: PartOut
    broker: PartOut
    overdue: tuple[LateOut, ...]
    sandboxes: tuple[HoldingOut, ...]


class SchemaFileOut(Answer, frozen=True, kw_only=True):
    """A schema file."""

    path: Annotated[str, Meta(description="ceb/EDITION/CEBnnnMessage.xsd, dxp/…, dsig/…, gateway/…")]
    link: str


class SchemaFilesOut(Answer, frozen=True, kw_only=True):
    """All schema files."""

    files: tuple[SchemaFileOut, ...]


class ColumnOut(Answer, frozen=True, kw_only=True):
    """A column of a kind of master data."""

    name: str
    allowed: Annotated[str, Meta(description="the allowed values, in words")]
    default: Annotated[str | None, Meta(description="null: required")]
    example: str


class KindOut(Answer, frozen=True, kw_only=True):
    """A kind of master data."""

    kind: str
    columns: tuple[ColumnOut, ...]


class KindsOut(Answer, frozen=True, kw_only=True):
    """All kinds of master data."""

    kinds: tuple[KindOut, ...]


class ImportedOut(Answer, frozen=True, kw_only=True):
    """The result of an import; counts of rows."""

    kind: str
    new: int
    changed: int
    unchanged: int
    ignored: Annotated[tuple[str, ...], Meta(description="columns of the file that nothing is known of")]
