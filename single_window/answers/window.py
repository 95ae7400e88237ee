"""Answers about the window itself, the files that it judges by, and the master data that it takes."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from single_window.channels.answers import ChannelOut
from single_window.frame.typed import Answer, Instant

READY, ABSENT, BEHIND, AWAY = "ready", "absent", "behind", "away"
"""States of a database: ready; nothing kept yet; another revision of its tables than this program's; not to be used."""
NOT_USED = "not used"
"""State of the broker where the processes of one machine wake each other."""


class StateOut(Answer, frozen=True, kw_only=True):
    """The state of the window."""

    working: bool | None
    failures: int
    deliveries: dict[str, int]
    sandboxes: Annotated[dict[str, str], Meta(description="each with its instant")]
    requests: Annotated[
        dict[str, dict[str, dict[str, int]]],
        Meta(description="by sandbox, kind and state: cancellations and returns that wait"),
    ]


class PartOut(Answer, frozen=True, kw_only=True):
    """A database or a broker."""

    address: Annotated[str, Meta(description="without its password; empty: there is none")]
    state: Annotated[
        str,
        Meta(
            description="of a database: ready; absent: nothing was kept yet; behind: of another revision than this "
            "program's; away. Of a broker: connected, disconnected, blocked; not used"
        ),
    ]
    detail: Annotated[str, Meta(description="what is wrong, and what to do")] = ""


class WordsOut(Answer, frozen=True, kw_only=True):
    """Words in both languages."""

    zh: str
    en: str


class LateOut(Answer, frozen=True, kw_only=True):
    """Unfinished work of a stage that takes too long."""

    stage: str
    count: int
    oldest_seconds: float
    examples: Annotated[tuple[int | str, ...], Meta(description="ids of some of it")]
    words: WordsOut
    remedy: WordsOut


class TaxOfDaysOut(Answer, frozen=True, kw_only=True):
    """Sums in yuan over the bills of released lists that still stand."""

    bills: int
    value: str
    duty: str
    consumption: str
    vat: str
    total: str


class CountsOut(Answer, frozen=True, kw_only=True):
    """The contents of a sandbox, counted by state or kind; names of two parts have a space between them."""

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
    next_due: Annotated[Instant, Meta(description="its next deadline; empty: there is none")]
    blocked: Annotated[tuple[ChannelOut, ...], Meta(description="channels whose receivers do not answer")]


class StandingOut(Answer, frozen=True, kw_only=True):
    """The state of everything: data, database, broker, processes, what takes too long, contents."""

    data: Annotated[str, Meta(description="the folder")]
    version: str
    exists: Annotated[bool, Meta(description="false: nothing was kept yet")]
    running: Annotated[
        str | None, Meta(description="where a window answers that holds the folder; null: there is none")
    ]
    processes: Annotated[dict[str, int], Meta(description="those on the window's machine, by role")]
    bytes: Annotated[int | None, Meta(description="of the database's files; null: they are elsewhere")]
    database: PartOut
    broker: PartOut
    overdue: tuple[LateOut, ...]
    sandboxes: tuple[HoldingOut, ...]


class SchemaFileOut(Answer, frozen=True, kw_only=True):
    """One file."""

    path: Annotated[str, Meta(description="ceb/EDITION/CEBnnnMessage.xsd, dxp/…, dsig/…, gateway/…")]
    link: str


class SchemaFilesOut(Answer, frozen=True, kw_only=True):
    """All of them."""

    files: tuple[SchemaFileOut, ...]


class ColumnOut(Answer, frozen=True, kw_only=True):
    """A column of a kind of master data."""

    name: str
    allowed: Annotated[str, Meta(description="in words")]
    default: Annotated[str | None, Meta(description="null: it must be given")]
    example: str


class KindOut(Answer, frozen=True, kw_only=True):
    """A kind of master data."""

    kind: str
    columns: tuple[ColumnOut, ...]


class KindsOut(Answer, frozen=True, kw_only=True):
    """All kinds."""

    kinds: tuple[KindOut, ...]


class ImportedOut(Answer, frozen=True, kw_only=True):
    """The result of an import, in rows."""

    kind: str
    new: int
    changed: int
    unchanged: int
