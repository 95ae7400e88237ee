"""Finds what an amendment changed: the document of a list beside the version before it, read again from its message.

The store keeps a document as it is now. The port's receipts name the message of each version, the archive has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, select

from declarations.calendar import day_of
from declarations.documents import DOCUMENTS, Document, unpack
from declarations.documents.extraction import wire_name
from gateways.customs.outcome import LIST
from schemas.packing import MESSAGES
from single_window.cases.declarations.papers import labels, shown_text
from single_window.intake.reading import read_body
from single_window.language.words import Words
from single_window.store.records import from_json
from single_window.store.tables import archive, declaration, document, message, receipt

ANSWERS = 100
"""Receipts of a list that are scanned, newest first."""
BEHIND, AHEAD = 20_000, 2_000
"""How far the id of a message may be from that of its receipt: ids are given in ranges to each process."""
MOST = 100
"""Fields that are shown."""
_NO_CHANGE = frozenset({"lines", "guid", "app_type", "app_time", "app_status", "pre_no", "invt_no", "gnum"})
"""Fields that differ with every version, that the port fills in, or by which lines are found."""


class Change(NamedTuple):
    """A field that differs; `line` is 0 in the head, a text is empty where a version does not have the field."""

    line: int
    name: str
    words: Words
    old: str
    new: str


class Amendment(NamedTuple):
    """The newest version of a list's document beside the one before."""

    version: int
    """Of the document as it is now."""
    kept: bool
    """Whether the earlier version is still in the archive."""
    message_id: int
    """In which the earlier version came; 0: it is not kept."""
    changes: tuple[Change, ...]


def of_list(connection: Connection, sandbox: str, declaration_id: int) -> Amendment | None:
    """The changes of a list's last amendment; None if it has one version only."""
    columns = [document.c[name] for name in ("kind", "key", "order_no", "version", "facts")]
    row = connection.execute(
        select(*columns, message.c.guid.label("root"))
        .join(declaration, declaration.c.document_id == document.c.id)
        .outerjoin(message, message.c.id == document.c.message_id)
        .where(
            declaration.c.sandbox == sandbox,
            declaration.c.id == declaration_id,
            document.c.kind.in_(sorted(LIST.values())),
        )
    ).first()
    if row is None or row.version == 1:
        return None
    earlier = _earlier(connection, sandbox, row)
    if earlier is None:
        return Amendment(row.version, False, 0, ())
    number, old = earlier
    new = unpack(DOCUMENTS[row.kind], row.facts)
    return Amendment(row.version, True, number, tuple(changes(row.kind, old, new))[:MOST])


def changes(kind: str, old: Document, new: Document) -> Iterator[Change]:
    """The fields in which two versions of a document differ: its head, then its lines by their numbers."""
    yield from _fields(kind, old, new, 0)
    before, after = _lines(old), _lines(new)
    for number in sorted(before.keys() | after.keys()):
        yield from _fields(kind, before.get(number), after.get(number), number)


def _fields(kind: str, old: Any, new: Any, line: int) -> Iterator[Change]:
    words = labels(kind, line > 0)
    for name in (new if old is None else old).__struct_fields__:
        before, after = (None if facts is None or name in _NO_CHANGE else getattr(facts, name) for facts in (old, new))
        if before != after:
            wire = wire_name(name)
            yield Change(
                line, wire, words.get(wire, Words(wire, wire)), shown_text(name, before), shown_text(name, after)
            )


def _lines(filed: Document) -> Mapping[int, Any]:
    return {line.gnum: line for line in getattr(filed, "lines", ())}


def _earlier(connection: Connection, sandbox: str, row: Any) -> tuple[int, Document] | None:
    """The version before, with the id of its message."""
    for group, root in _roots(connection, sandbox, row):
        if root and root != row.root:
            return _read(row, _message(connection, sandbox, root, group))
    return None


def _roots(connection: Connection, sandbox: str, row: Any) -> Iterable[tuple[int, str]]:
    """The root guids of the messages in which versions came, newest first, each with the id of a receipt."""
    rows = connection.execute(
        select(receipt.c.group_id, receipt.c.fields)
        .where(
            receipt.c.sandbox == sandbox,
            receipt.c.order_no == row.order_no,
            receipt.c.kind == row.kind,
            receipt.c.key == row.key,
            receipt.c.return_status.in_(["1", "2"]),
        )
        .order_by(receipt.c.group_id.desc())
        .limit(ANSWERS)
    )
    return [(group, str(from_json(fields).get("root", ""))) for group, fields in rows]


def _message(connection: Connection, sandbox: str, root: str, group: int) -> Any:
    """The message of a root guid: it is its transmission's id, too, or the message is near its receipt."""
    rows = (
        select(message.c.id, message.c.edition, message.c.sender, message.c.received_at, archive.c.body)
        .join(archive, archive.c.message_id == message.c.id)
        .where(message.c.sandbox == sandbox, message.c.guid == root)
    )
    near = and_(message.c.id >= group - BEHIND, message.c.id <= group + AHEAD)
    return (
        connection.execute(rows.where(message.c.transmission_id == root)).first()
        or connection.execute(rows.where(near)).first()
    )


def _read(row: Any, came: Any) -> tuple[int, Document] | None:
    if came is None:
        return None
    raw = MESSAGES.unpack(came.body)
    read = read_body(raw, day_of(came.received_at), {}, len(raw) + 1, came.edition, (came.sender,))
    filed = next((entry for entry in read.documents if (read.kind, entry.key) == (row.kind, row.key)), None)
    return (came.id, unpack(DOCUMENTS[row.kind], filed.facts)) if filed is not None else None
