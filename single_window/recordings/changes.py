"""Changes of a sandbox in a recording: those before its first message belong to its beginning, later ones are
events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, func, select

from single_window.recordings.events import SandboxChanged
from single_window.store import sandbox_changes
from single_window.store import tables as t
from single_window.store.sandbox_changes import ChangeKind, SandboxChange

AT_BEGINNING = frozenset({ChangeKind.OPTIONS, ChangeKind.MASTER_DATA})
"""Kinds that are part of the sandbox if they were made before its first message; certificates are always events."""


class TakenChanges(NamedTuple):
    """Changes of options and master data before and after the first message or act."""

    before: Sequence[SandboxChange]
    later: Sequence[SandboxChange]


def taken_changes(connection: Connection, sandbox: str) -> TakenChanges:
    """The changes of a sandbox's options and master data."""
    first = _first(connection, sandbox)
    changes = [change for change in sandbox_changes.of_sandbox(connection, sandbox) if change.kind in AT_BEGINNING]
    later = [change for change in changes if (change.at, change.id) > first]
    return TakenChanges([change for change in changes if (change.at, change.id) <= first], later)


def options_before(options: Mapping[str, Any], changes: Sequence[SandboxChange]) -> dict[str, Any]:
    """The options of a sandbox before these changes, from those after them."""
    before = dict(options)
    for change in reversed(changes):
        if change.kind == ChangeKind.OPTIONS:
            before |= msgspec.json.decode(change.contents)[0]
    return before


def change_events(connection: Connection, sandbox: str) -> Iterator[SandboxChanged]:
    """The changes that are events, in order, none before the first message or act. A certificate that was registered
    before changes were kept stands at the beginning of its instant."""
    first, later = _first(connection, sandbox)[0], taken_changes(connection, sandbox).later
    kept = [
        change
        for change in sandbox_changes.of_sandbox(connection, sandbox)
        if change.kind not in AT_BEGINNING or change in later
    ]
    changes = sorted(
        [*_certificates_not_kept(connection, sandbox, kept), *kept], key=lambda change: (change.at, change.id)
    )
    for change in changes:
        options = change.kind == ChangeKind.OPTIONS
        yield SandboxChanged(
            change.id,
            max(first, change.at),
            change.kind,
            change.name,
            "" if options else change.contents,
            msgspec.json.decode(change.contents)[1] if options else {},
        )


def _certificates_not_kept(
    connection: Connection, sandbox: str, kept: Sequence[SandboxChange]
) -> Iterator[SandboxChange]:
    known = {change.contents for change in kept if change.kind == ChangeKind.CERTIFICATE}
    certificate = t.certificate.c
    for row in connection.execute(select(t.certificate).where(certificate.sandbox == sandbox)):
        if row.der in known:
            continue
        yield SandboxChange(0, row.registered_at, ChangeKind.CERTIFICATE, row.company, row.der)
        if row.revoked_at:
            yield SandboxChange(0, row.revoked_at, ChangeKind.REVOCATION, row.number, "")


def _first(connection: Connection, sandbox: str) -> tuple[int, int]:
    """Instant and id of the first message or act; beyond all others if there is none."""
    message, decision = t.message.c, t.decision.c
    of_messages = select(message.received_at, message.id).where(message.sandbox == sandbox)
    at = func.coalesce(func.nullif(decision.second_at, 0), decision.at)
    of_acts = select(at, decision.id).where(decision.sandbox == sandbox)
    rows = (
        connection.execute(of_messages.order_by(message.received_at, message.id).limit(1)).first(),
        connection.execute(of_acts.order_by(at, decision.id).limit(1)).first(),
    )
    return min(((row[0], row[1]) for row in rows if row is not None), default=(2**62, 0))
