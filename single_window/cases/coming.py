"""The scheduled deadlines of a sandbox, each with the business numbers of its subject.

Deadlines that later events will cause are not included until those events have happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, select

from gateways.records import ReceiptDraft
from single_window.language import phrases, words
from single_window.store import deadlines
from single_window.store.deadlines import DueDeadline
from single_window.store.tables import batch, declaration, document, held_receipt, refund_claim, request

About = dict[str, str]
_NAMED: Mapping[str, tuple[Table, Mapping[str, ColumnElement[Any]]]] = {
    "declaration_id": (declaration, {"order": declaration.c.order_no, "list": declaration.c.invt_no}),
    "request_id": (request, {"request": request.c.key, "kind": request.c.kind}),
    "claim_id": (refund_claim, {"claim": refund_claim.c.key}),
    "batch_id": (batch, {"batch": batch.c.batch_no}),
    "document_id": (document, {"order": document.c.order_no, "paper": document.c.key, "kind": document.c.kind}),
    "held_id": (held_receipt, {"draft": held_receipt.c.draft}),
}
"""Payload field that holds an id -> the table of the id, and the columns (by label) that identify the subject."""
_PLAIN = {"order_no": "order", "key": "paper", "ebc_code": "company", "code": "company", "month": "month"}
"""Payload field that identifies the subject itself -> its label."""
_RECEPTION = {
    "deadline.staged": ("document_id",),
    "deadline.receipt": ("held_id",),
    "deadline.question": ("question_id",),
}
"""Payload fields of the window's own deadlines, which no gateway handles."""


class ComingDeadline(NamedTuple):
    """A deadline, and the labelled business numbers of its subject."""

    due: DueDeadline
    about: About

    @property
    def words(self) -> words.Words:
        """Return the deadline's name in both languages."""
        return phrases.phrase("deadline", self.due.kind)


def coming_deadlines(
    connection: Connection, sandbox: str, limit: int, after: tuple[int, int] = (0, 0), until: int | None = None
) -> list[ComingDeadline]:
    """Return at most `limit` deadlines behind `after` (instant, id) and up to `until`, ordered by instant and id."""
    page = deadlines.page(connection, sandbox, after, limit, until)
    payloads = [_fields_of(due) for due in page]
    by_name = {name: _subjects_of(connection, name, payloads) for name in _NAMED}
    return [ComingDeadline(due, _subject_of(payload, by_name)) for due, payload in zip(page, payloads, strict=True)]


def _fields_of(due: DueDeadline) -> dict[str, Any]:
    """Return the fields of a deadline's payload by name."""
    values: Sequence[Any] = msgspec.json.decode(due.subject)
    from gateways.agencies import TOPICS  # imported late: it loads every handler, which only this list needs

    topic = TOPICS.get(due.kind)
    names = _RECEPTION.get(due.kind, ()) if topic is None else topic.payload._fields
    return dict(zip(names, values, strict=False))


def _subjects_of(connection: Connection, name: str, payloads: Iterable[Mapping[str, Any]]) -> dict[int, About]:
    table, columns = _NAMED[name]
    ids = {payload[name] for payload in payloads if payload.get(name)}
    if not ids:
        return {}
    rows = connection.execute(select(table.c.id, *columns.values()).where(table.c.id.in_(ids)))
    return {number: _fill_values(zip(columns, values, strict=True)) for number, *values in rows}


def _fill_values(values: Iterable[tuple[str, str]]) -> About:
    filled = {name: value for name, value in values if value}
    if "draft" in filled:
        draft = msgspec.json.decode(filled["draft"], type=ReceiptDraft)
        return {"order": draft.order_no, "receipt": f"{draft.code}.{draft.return_status}".rstrip(".")}
    return filled


def _subject_of(payload: Mapping[str, Any], named: Mapping[str, Mapping[int, About]]) -> About:
    about = {label: str(payload[name]) for name, label in _PLAIN.items() if payload.get(name)}
    for name, rows in named.items():
        about |= rows.get(payload.get(name, 0), {})
    return about
