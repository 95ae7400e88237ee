"""The deadlines that a sandbox's clock will come to: each with its subject, by the names that people use.

Only what is fixed already: what follows from something that happens on the way is not there before it has happened.
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
"""Which table an id of a payload is of, and its columns that name the subject."""
_PLAIN = {"order_no": "order", "key": "paper", "ebc_code": "company", "code": "company", "month": "month"}
"""Fields of payloads that name the subject themselves."""
_RECEPTION = {"deadline.staged": ("document_id",), "deadline.receipt": ("held_id",)}
"""Fields of what falls due at the port, which no gateway handles."""


class Coming(NamedTuple):
    """Something that will happen, and what it is about."""

    due: DueDeadline
    about: About

    @property
    def words(self) -> words.Words:
        """The name of it in both languages."""
        return phrases.phrase("deadline", self.due.kind)


def coming(
    connection: Connection, sandbox: str, limit: int, after: tuple[int, int] = (0, 0), until: int | None = None
) -> list[Coming]:
    """The deadlines behind (instant, id), until an instant, in that order, `limit` at most."""
    page = deadlines.page(connection, sandbox, after, limit, until)
    payloads = [_fields(due) for due in page]
    by_name = {name: _named(connection, name, payloads) for name in _NAMED}
    return [Coming(due, _about(payload, by_name)) for due, payload in zip(page, payloads, strict=True)]


def _fields(due: DueDeadline) -> dict[str, Any]:
    """The fields of a deadline's payload by name."""
    values: Sequence[Any] = msgspec.json.decode(due.subject)
    from gateways.agencies import TOPICS  # every handler comes with it; only this list of deadlines needs it

    topic = TOPICS.get(due.kind)
    names = _RECEPTION.get(due.kind, ()) if topic is None else topic.payload._fields
    return dict(zip(names, values, strict=False))


def _named(connection: Connection, name: str, payloads: Iterable[Mapping[str, Any]]) -> dict[int, About]:
    table, columns = _NAMED[name]
    ids = {payload[name] for payload in payloads if payload.get(name)}
    if not ids:
        return {}
    rows = connection.execute(select(table.c.id, *columns.values()).where(table.c.id.in_(ids)))
    return {number: _filled(zip(columns, values, strict=True)) for number, *values in rows}


def _filled(values: Iterable[tuple[str, str]]) -> About:
    filled = {name: value for name, value in values if value}
    if "draft" in filled:
        draft = msgspec.json.decode(filled["draft"], type=ReceiptDraft)
        return {"order": draft.order_no, "receipt": f"{draft.code}.{draft.return_status}".rstrip(".")}
    return filled


def _about(payload: Mapping[str, Any], named: Mapping[str, Mapping[int, About]]) -> About:
    about = {label: str(payload[name]) for name, label in _PLAIN.items() if payload.get(name)}
    for name, rows in named.items():
        about |= rows.get(payload.get(name, 0), {})
    return about
