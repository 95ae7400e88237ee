"""Meetings: one row for each order number, locked to decide on its documents, and the documents themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from gateways.customs.marks import Mark, MarkKind
from gateways.records import FiledDocument
from single_window.store.bulk import array_value, in_array, on_sqlite, one_of, per_dialect, upsert_rows
from single_window.store.gateways.filed import filed, filed_by_id, filed_of
from single_window.store.tables import document, meeting


def hold_meetings(
    connection: Connection, sandbox: str, order_nos: Sequence[str], locking: bool = True
) -> dict[str, str]:
    """Lock the meetings of these orders, in sorted order, until the transaction ends; gives the marks of each.

    Held by customs while it decides, and by the port while it replaces a document that customs may be deciding on.
    Read-only callers leave out `locking`.
    """
    if locking and not on_sqlite(connection):  # what is not there cannot be locked; SQLite's one writer holds them all
        upsert_rows(connection, meeting, ("sandbox", "order_no"), [(sandbox, order_no) for order_no in order_nos])
    statement = (_locked if locking else _marks)(connection)
    rows = connection.execute(statement, {"of_sandbox": sandbox, "orders": array_value(connection, order_nos)}).all()
    return {order_no: marks for order_no, marks in rows}


def _marks_of(sqlite: bool) -> Any:
    return (
        select(meeting.c.order_no, meeting.c.answered)
        .where(meeting.c.sandbox == bindparam("of_sandbox"), in_array(sqlite, meeting.c.order_no, "orders"))
        .order_by(meeting.c.order_no)
    )


_marks = per_dialect(_marks_of)
_locked = per_dialect(lambda sqlite: _marks_of(sqlite).with_for_update())


def _read(text: str) -> set[Mark]:
    """The marks of a meeting from their text: "id:version" of what was answered, "waits", else a letter and an id."""
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


def _text(mark: Mark) -> str:
    if mark.kind is MarkKind.ANSWERED:
        return f"{mark.id}:{mark.version}"
    return f"{mark.kind}{mark.id or ''}"


class Meetings:
    """The meetings of one batch in one sandbox."""

    locking = True
    """Whether rows are locked when they are read: read-only callers leave it out."""

    def __init__(self, connection: Connection, sandbox: str) -> None:
        self._connection, self._sandbox = connection, sandbox
        self._met: set[str] = set()
        self._filed: dict[str, list[FiledDocument]] = {}
        self._marks: dict[str, set[Mark]] = {}
        self._changed_marks: dict[str, set[Mark]] = {}

    def lock(self, order_nos: Sequence[str]) -> None:
        """Lock the meetings that are not locked yet."""
        new = sorted(set(order_nos) - self._met)
        if new:
            marks = hold_meetings(self._connection, self._sandbox, new, self.locking)
            self._marks.update({order_no: _read(text) for order_no, text in marks.items() if text})
            self._met.update(new)

    def meet(self, order_nos: Sequence[str]) -> Mapping[str, list[FiledDocument]]:
        """The documents of each order, in the order of their ids, read under its lock."""
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
        """Documents of some kinds at these meetings, as they are now."""
        where = (
            document.c.sandbox == self._sandbox,
            document.c.kind.in_(kinds),
            one_of(self._connection, document.c.order_no, order_nos),
        )
        return filed(self._connection, *where)

    def marks_at(self, order_nos: Sequence[str]) -> set[Mark]:
        """The marks of these meetings as they are now."""
        rows = self._connection.execute(
            select(meeting.c.answered).where(
                meeting.c.sandbox == self._sandbox, one_of(self._connection, meeting.c.order_no, order_nos)
            )
        ).scalars()
        return {mark for text in rows for mark in _read(text)}

    def marks(self, order_no: str) -> Collection[Mark]:
        """The marks of a locked meeting."""
        return self._marks.get(order_no, ())

    def put_mark(self, order_no: str, mark: Mark) -> None:
        """Leave a mark at a locked meeting."""
        marks = self._marks.setdefault(order_no, set())
        marks.add(mark)
        self._changed_marks[order_no] = marks

    def documents(self, ids: Sequence[int]) -> Mapping[int, FiledDocument]:
        """Documents by id, as they are now."""
        documents = filed_by_id(self._connection, ids)
        return {number: documents[number] for number in ids if number in documents}

    def papers(self, kind: str, keys: Sequence[str]) -> Mapping[str, FiledDocument]:
        """Documents of a kind by business key, as they are now."""
        if not keys:
            return {}
        where = (
            document.c.sandbox == self._sandbox,
            document.c.kind == kind,
            one_of(self._connection, document.c.key, list(keys)),
        )
        return {filed_document.key: filed_document for filed_document in filed(self._connection, *where)}

    def save_meetings(self, connection: Connection) -> None:
        """Write the marks that were put."""
        upsert_rows(
            connection,
            meeting,
            ("sandbox", "order_no", "answered"),
            [
                (self._sandbox, number, ";".join(sorted(map(_text, marks))))
                for number, marks in self._changed_marks.items()
            ],
            replace=("answered",),
        )
