"""Rows of changes of a sandbox while it is in use: options, master data, certificates; nothing here commits.

They are kept so that a recording of the sandbox can make the same changes at the same instants.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from single_window.store.numbering import ROWS, Numbering
from single_window.store.tables import sandbox_change


class ChangeKind(StrEnum):
    """The kinds of changes; each says what is in its `name` and `contents`."""

    OPTIONS = "options"
    """Empty; the changed options before and after, as JSON."""
    MASTER_DATA = "master_data"
    """The kind of master data; the imported rows as CSV."""
    CERTIFICATE = "certificate"
    """The company; its registered certificate as Base64."""
    REVOCATION = "revocation"
    """The number of a certificate; empty."""


class SandboxChange(NamedTuple):
    """A change at an instant of the sandbox."""

    id: int
    at: int
    kind: str
    name: str
    contents: str


def add(
    connection: Connection, numbering: Numbering, sandbox: str, at: int, kind: ChangeKind, name: str, contents: str
) -> None:
    """Add a change."""
    (number,) = numbering.take(ROWS, "row", 1)
    connection.execute(
        insert(sandbox_change).values(sandbox=sandbox, id=number, at=at, kind=kind.value, name=name, contents=contents)
    )


def of_sandbox(connection: Connection, sandbox: str) -> Iterable[SandboxChange]:
    """All changes of a sandbox, in order."""
    columns = [sandbox_change.c[name] for name in SandboxChange._fields]
    rows = connection.execute(select(*columns).where(sandbox_change.c.sandbox == sandbox).order_by(sandbox_change.c.id))
    return [SandboxChange(*row) for row in rows]
