"""Compares a list's document with its previous version, which is read from its archived message.

The store has only the current version of a document. The receipts name the message of each version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, select

from declarations.calendar import day_of
from declarations.documents import DOCUMENTS, Document, unpack
from declarations.documents.extraction import wire_name
from gateways.customs.outcome import KIND_OF_LIST
from schemas.packing import MESSAGES
from single_window.cases.declarations.papers import labels_of, shown_text
from single_window.intake.reading import read_body
from single_window.language.words import Words
from single_window.store.receipt_contents import with_contents
from single_window.store.records import from_json
from single_window.store.tables import archive, declaration, document, message, receipt

MAX_RECEIPTS = 100
"""Maximum number of a list's receipts that are scanned, newest first."""
MAX_IDS_BEFORE, MAX_IDS_AFTER = 20_000, 2_000
"""Maximum distance of a message's id from its receipt's id: each process takes ids in ranges."""
MAX_CHANGES = 100
"""Maximum number of changed fields shown."""
_NO_CHANGE = frozenset({"lines", "guid", "app_type", "app_time", "app_status", "pre_no", "invt_no", "gnum"})
"""Fields that are not compared: they differ in every version, are filled in by the window, or identify lines."""


class Change(NamedTuple):
    """A changed field. `line` is 0 in the head; a text is empty if that version lacks the field."""

    line: int
    name: str
    words: Words
    old: str
    new: str


class Amendment(NamedTuple):
    """The newest version of a list's document compared with the previous one."""

    version: int
    """The current version number."""
    kept: bool
    """Whether the previous version is still in the archive."""
    message_id: int
    """The message of the previous version; 0: it is not archived."""
    changes: tuple[Change, ...]


def versions_of(connection: Connection, sandbox: str, declaration_id: int) -> Amendment | None:
    """Return the changes of a list's last amendment; None if it has one version only."""
    columns = [document.c[name] for name in ("kind", "key", "order_no", "version", "facts")]
    row = connection.execute(
        select(*columns, message.c.guid.label("root"))
        .join(declaration, declaration.c.document_id == document.c.id)
        .outerjoin(message, message.c.id == document.c.message_id)
        .where(
            declaration.c.sandbox == sandbox,
            declaration.c.id == declaration_id,
            document.c.kind.in_(sorted(KIND_OF_LIST.values())),
        )
    ).first()
    if row is None or row.version == 1:
        return None
    earlier = _earlier_messages(connection, sandbox, row)
    if earlier is None:
        return Amendment(row.version, False, 0, ())
    number, old = earlier
    new = unpack(DOCUMENTS[row.kind], row.facts)
    return Amendment(row.version, True, number, tuple(changes_between(row.kind, old, new))[:MAX_CHANGES])


def changes_between(kind: str, old: Document, new: Document) -> Iterator[Change]:
    """Yield the changed fields between two versions of a document: head first, then lines by number."""
    yield from _changed_fields(kind, old, new, 0)
    before, after = _lines_by_number(old), _lines_by_number(new)
    for number in sorted(before.keys() | after.keys()):
        yield from _changed_fields(kind, before.get(number), after.get(number), number)


def _changed_fields(kind: str, old: Any, new: Any, line: int) -> Iterator[Change]:
    words = labels_of(kind, line > 0)
    for name in (new if old is None else old).__struct_fields__:
        before, after = (None if facts is None or name in _NO_CHANGE else getattr(facts, name) for facts in (old, new))
        if before != after:
            wire = wire_name(name)
            yield Change(
                line, wire, words.get(wire, Words(wire, wire)), shown_text(name, before), shown_text(name, after)
            )


def _lines_by_number(filed: Document) -> Mapping[int, Any]:
    return {line.gnum: line for line in getattr(filed, "lines", ())}


def _earlier_messages(connection: Connection, sandbox: str, row: Any) -> tuple[int, Document] | None:
    """Return (message id, document) of the previous version."""
    for group, root in _roots(connection, sandbox, row):
        if root and root != row.root:
            return _read_archived(row, _message(connection, sandbox, root, group))
    return None


def _roots(connection: Connection, sandbox: str, row: Any) -> Iterable[tuple[int, str]]:
    """Return (receipt group id, guid of the message's root element) for each version, newest first."""
    rows = connection.execute(
        select(receipt.c.group_id, receipt.c.position)
        .where(receipt.c.sandbox == sandbox, receipt.c.order_no == row.order_no)
        .where(receipt.c.kind == row.kind, receipt.c.key == row.key, receipt.c.return_status.in_(["1", "2"]))
        .order_by(receipt.c.group_id.desc())
        .limit(MAX_RECEIPTS)
    ).all()
    return [
        (found.group_id, str(from_json(content.fields).get("root", "")))
        for found, content in with_contents(connection, rows)
    ]


def _message(connection: Connection, sandbox: str, root: str, group: int) -> Any:
    """Find the message of a root guid: its transmission has the same id, or its row id is near that of its receipt."""
    rows = (
        select(message.c.id, message.c.edition, message.c.sender, message.c.received_at, archive.c.body)
        .join(archive, archive.c.message_id == message.c.id)
        .where(message.c.sandbox == sandbox, message.c.guid == root)
    )
    near = and_(message.c.id >= group - MAX_IDS_BEFORE, message.c.id <= group + MAX_IDS_AFTER)
    return (
        connection.execute(rows.where(message.c.transmission_id == root)).first()
        or connection.execute(rows.where(near)).first()
    )


def _read_archived(row: Any, archived: Any) -> tuple[int, Document] | None:
    if archived is None:
        return None
    raw = MESSAGES.unpack(archived.body)
    read = read_body(raw, day_of(archived.received_at), {}, len(raw) + 1, archived.edition, (archived.sender,))
    filed = next((entry for entry in read.documents if (read.kind, entry.key) == (row.kind, row.key)), None)
    return (archived.id, unpack(DOCUMENTS[row.kind], filed.facts)) if filed is not None else None
