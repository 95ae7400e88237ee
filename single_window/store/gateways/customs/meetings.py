"""Meetings: one row per order number, locked while its documents are decided; and these documents."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from gateways.customs.marks import Mark, MarkKind
from gateways.records import FiledDocument
from single_window.store.bulk import array_value, in_array, on_sqlite, one_of, per_dialect, upsert_rows
from single_window.store.gateways.filed import filed_by_id, filed_documents, filed_of
from single_window.store.prepared import fetch_all
from single_window.store.tables import document, meeting


def hold_meetings(
    connection: Connection, sandbox: str, order_nos: Sequence[str], locking: bool = True
) -> dict[str, str]:
    """Lock the meetings of these orders, in sorted order, until the transaction ends; returns order → text of marks.

    Customs holds the lock while it decides, the port while it replaces a document. Read-only callers pass False for
    `locking`.
    """
    if locking and not on_sqlite(connection):  # missing rows cannot be locked; SQLite's single writer excludes others
        upsert_rows(connection, meeting, ("sandbox", "order_no"), [(sandbox, order_no) for order_no in order_nos])
    statement = (_locked if locking else _marks)(connection)
    parameters = {"of_sandbox": sandbox, "orders": array_value(connection, order_nos)}
    return {order_no: marks for order_no, marks in fetch_all(connection, statement, parameters)}


def _marks_of(sqlite: bool) -> Any:
    return (
        select(meeting.c.order_no, meeting.c.answered)
        .where(meeting.c.sandbox == bindparam("of_sandbox"), in_array(sqlite, meeting.c.order_no, "orders"))
        .order_by(meeting.c.order_no)
    )


_marks = per_dialect(_marks_of)
_locked = per_dialect(lambda sqlite: _marks_of(sqlite).with_for_update())


def _parse_marks(text: str) -> set[Mark]:
    """Parse the marks of a meeting, separated by semicolons: "id:version" of an answered document, "waits", or a letter
    and an id."""
    marks = set()
    for part in filter(None, text.split(";")):
        number, answered, version = part.partition(":")
        if answered:
            marks.add(Mark(MarkKind.ANSWERED, int(number), int(version)))
        elif part == MarkKind.DECLARED:
            marks.add(Mark(MarkKind.DECLARED))
        else:
            marks.add(Mark(MarkKind(part[0]), int(part[1:])))
    return marks


def _format_mark(mark: Mark) -> str:
    if mark.kind is MarkKind.ANSWERED:
        return f"{mark.id}:{mark.version}"
    return f"{mark.kind}{mark.id or ''}"


class Meetings:
    """The meetings of one sandbox, for one batch of deliveries."""

    locking = True
    """Lock rows when they are read; read-only subclasses set it to False."""

    def __init__(self, connection: Connection, sandbox: str) -> None:
        self._connection, self._sandbox = connection, sandbox
        self._locked_orders: set[str] = set()
        self._filed: dict[str, list[FiledDocument]] = {}
        self._marks: dict[str, set[Mark]] = {}
        self._changed_marks: dict[str, set[Mark]] = {}

    def lock(self, order_nos: Sequence[str]) -> None:
        """Lock the meetings that are not locked yet."""
        new = sorted(set(order_nos) - self._locked_orders)
        if new:
            marks = hold_meetings(self._connection, self._sandbox, new, self.locking)
            self._marks.update({order_no: _parse_marks(text) for order_no, text in marks.items() if text})
            self._locked_orders.update(new)

    def load_meetings(self, order_nos: Sequence[str]) -> Mapping[str, list[FiledDocument]]:
        """Order → its documents by id, read under the order's lock."""
        self.lock(order_nos)
        missing = [order_no for order_no in order_nos if order_no not in self._filed]
        if missing:
            self._filed.update({order_no: [] for order_no in missing})
            for filed_document in sorted(
                filed_of(self._connection, self._sandbox, missing), key=lambda filed_document: filed_document.id
            ):
                self._filed[filed_document.order_no].append(filed_document)
        return {order_no: self._filed[order_no] for order_no in order_nos if self._filed[order_no]}

    def filed_at(self, order_nos: Sequence[str], kinds: Sequence[str]) -> list[FiledDocument]:
        """Documents of some kinds for these orders; always queried."""
        where = (
            document.c.sandbox == self._sandbox,
            document.c.kind.in_(kinds),
            one_of(self._connection, document.c.order_no, order_nos),
        )
        return filed_documents(self._connection, *where)

    def marks_at(self, order_nos: Sequence[str]) -> set[Mark]:
        """The marks of these meetings; always queried."""
        rows = self._connection.execute(
            select(meeting.c.answered).where(
                meeting.c.sandbox == self._sandbox, one_of(self._connection, meeting.c.order_no, order_nos)
            )
        ).scalars()
        return {mark for text in rows for mark in _parse_marks(text)}

    def marks(self, order_no: str) -> Collection[Mark]:
        """The marks of a locked meeting."""
        return self._marks.get(order_no, ())

    def put_mark(self, order_no: str, mark: Mark) -> None:
        """Add a mark to a locked meeting."""
        marks = self._marks.setdefault(order_no, set())
        marks.add(mark)
        self._changed_marks[order_no] = marks

    def documents(self, ids: Sequence[int]) -> Mapping[int, FiledDocument]:
        """Documents by id; always queried."""
        documents = filed_by_id(self._connection, ids)
        return {number: documents[number] for number in ids if number in documents}

    def papers(self, kind: str, keys: Sequence[str]) -> Mapping[str, FiledDocument]:
        """Documents of a kind by business key; always queried."""
        if not keys:
            return {}
        where = (
            document.c.sandbox == self._sandbox,
            document.c.kind == kind,
            one_of(self._connection, document.c.key, list(keys)),
        )
        return {filed_document.key: filed_document for filed_document in filed_documents(self._connection, *where)}

    def save_meetings(self, connection: Connection) -> None:
        """Write changed marks."""
        upsert_rows(
            connection,
            meeting,
            ("sandbox", "order_no", "answered"),
            [
                (self._sandbox, number, ";".join(sorted(map(_format_mark, marks))))
                for number, marks in self._changed_marks.items()
            ],
            replace=("answered",),
        )
