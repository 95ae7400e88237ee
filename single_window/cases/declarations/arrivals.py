"""The story of a message: its findings, its documents, and every receipt for them."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, select

from declarations.calendar import day_of
from gateways.topics.shared import filed_route
from schemas import catalogue
from schemas.findings import Finding
from schemas.packing import MESSAGES
from single_window.cases.declarations import undeclared
from single_window.cases.declarations.assembly import answer
from single_window.cases.declarations.matches import ABOUT_LISTS
from single_window.cases.declarations.papers import papers_of
from single_window.cases.declarations.parts import MessageStory
from single_window.cases.declarations.refused_by_agencies import findings_of_agencies
from single_window.frame.findings import findings_out
from single_window.intake.reading import read_body
from single_window.language import phrases
from single_window.language.words import Words
from single_window.receipts import rows as receipts
from single_window.receipts.rows import Receipt
from single_window.refused import LARGEST_ID, NotFound
from single_window.store import parking
from single_window.store.bulk import chunks
from single_window.store.seals import fetch, fetch_whole
from single_window.store.tables import archive, declaration, document, message, request

_decode_findings = msgspec.json.Decoder(tuple[Finding, ...]).decode


def of_message(connection: Connection, sandbox: str, message_id: int) -> MessageStory:
    """Return the story of one message; raises `NotFound`."""
    named = message.c.id == min(message_id, LARGEST_ID)
    rows = fetch_whole(connection, select(message).where(message.c.sandbox == sandbox, named), message)
    row = next(iter(rows), None)
    if row is None:
        raise NotFound(message_id, sandbox)
    body = connection.execute(select(archive.c.body).where(archive.c.message_id == message_id)).scalar()
    keys = _keys(connection, row, body)
    given = _given(connection, sandbox, row, keys)
    answers = sorted((answer(box, receipt) for box, receipt in given), key=lambda receipt: receipt.time)
    conditions: list[ColumnElement[bool]] = [document.c.message_id == message_id]
    for kind in sorted({kind for kind, _, _ in keys}):
        kind_keys = [key for named, key, _ in keys if named == kind]
        conditions.append(and_(document.c.kind == kind, document.c.key.in_(kind_keys)))
    papers = papers_of(connection, sandbox, conditions, answers)
    of_message = select(*document.c["id", "kind", "key", "position"]).where(document.c.message_id == message_id)
    filed = fetch(connection, of_message, document)
    findings = _decode_findings(row.findings) if row.findings else ()
    refused = undeclared.findings_of_message(connection, sandbox, row, {one.position for one in filed})
    refused += findings_of_agencies(connection, sandbox, filed, [receipt for _, receipt in given])
    return MessageStory.of(
        row,
        words=_title(row.code),
        state_words=phrases.phrase("message", "read_refused" if any(not one.warning for one in refused) else row.state),
        findings=findings_out([*findings, *refused]),
        papers=tuple(papers),
        receipts=tuple(answers),
        parked=parking.count_about(connection, sandbox, row.id, {one.id: filed_route(one.kind).topic for one in filed}),
        kept=body is not None,
    )


def _title(code: str) -> Words:
    try:
        entry = catalogue.by_code(code)
    except catalogue.UnknownMessage:
        return Words("", "")
    return Words(entry.title_zh, entry.title_en)


def _keys(connection: Connection, row: Any, body: bytes | None) -> list[tuple[str, str, str]]:
    """Return (kind, key, order number) of each document. The message is parsed again because refused documents are
    stored nowhere else."""
    if body is not None and row.state in {"received", "read"}:
        raw = MESSAGES.unpack(body)
        read = read_body(raw, day_of(row.received_at), {}, len(raw) + 1, row.edition, (row.sender,))
        return [(read.kind, read_document.key, read_document.order_no) for read_document in read.documents]
    columns = (document.c.kind, document.c.key, document.c.order_no)
    return [tuple(row) for row in connection.execute(select(*columns).where(document.c.message_id == row.id))]


def _given(
    connection: Connection, sandbox: str, row: Any, keys: list[tuple[str, str, str]]
) -> list[tuple[str, Receipt]]:
    """Return (mailbox, receipt) of what was answered to a message and its documents."""
    wanted = {(kind, key) for kind, key, _ in keys}
    orders = sorted(
        {*(order_no for _, _, order_no in keys if order_no), *_orders_of_requests(connection, sandbox, keys)}
    )
    pairs = [pair for pair in receipts.of_orders(connection, sandbox, orders) if (pair[1].kind, pair[1].key) in wanted]
    for kind in sorted({kind for kind, _, order_no in keys if not order_no}):
        pairs += receipts.of_keys(connection, sandbox, kind, [key for named, key, _ in keys if named == kind])
    return [*pairs, *receipts.of_keys(connection, sandbox, "message", [row.transmission_id])]


def _orders_of_requests(connection: Connection, sandbox: str, keys: list[tuple[str, str, str]]) -> set[str]:
    """Return the order numbers of the lists that requests concern: customs files the receipts for an export's request
    under the order number of the list."""
    orders: set[str] = set()
    for kind in {kind for kind, _, _ in keys} & set(ABOUT_LISTS):
        for part in chunks([key for named, key, _ in keys if named == kind]):
            orders |= set(
                connection.execute(
                    select(declaration.c.order_no)
                    .join(request, request.c.declaration_id == declaration.c.id)
                    .where(request.c.sandbox == sandbox, request.c.kind == kind, request.c.key.in_(part))
                ).scalars()
            )
    return orders
