"""Answers about the window itself, the files that it judges by, and the master data that it takes."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from single_window.frame.typed import Answer


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
