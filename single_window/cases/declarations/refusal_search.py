"""Finds the port's refusals by any number: by order number through its index, by any other number among the newest
receipts, and in the bytes of messages that were refused as a whole."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select, true
from sqlalchemy import text as sql

from declarations.documents import DOCUMENTS, unpack
from schemas import catalogue
from schemas.packing import MESSAGES
from single_window.cases.declarations.sent_messages import MAX_READ_BYTES, message_id, read_again
from single_window.intake.refused_bodies import REFUSED
from single_window.receipts import rows as receipts
from single_window.receipts.rows import Receipt
from single_window.store.receipt_contents import with_contents
from single_window.store.records import from_json
from single_window.store.seals import checked, with_seals
from single_window.store.tables import UNDECLARED_RECEIPTS, archive, message, receipt

STAGED = "1"
SCANNED_MESSAGES = 500
"""Maximum number of refused messages, and of refusals, whose messages are searched, newest first."""
_UNDECLARED = sql(UNDECLARED_RECEIPTS.replace("return_status", "receipt.return_status"))
Given = tuple[str, Receipt]
"""(mailbox, receipt)"""


def without_declaration(given: Sequence[Given]) -> list[Given]:
    """Return the port's receipts of documents that it refused, or staged without having taken a later version."""
    last = {(answer.kind, answer.key): answer for _, answer in given if not answer.return_status.startswith("-")}
    return [
        (mailbox, answer)
        for mailbox, answer in given
        if answer.kind in catalogue.handled()
        and (
            answer.return_status.startswith("-")
            or answer.return_status == last[answer.kind, answer.key].return_status == STAGED
        )
    ]


def of_order(connection: Connection, sandbox: str, order_no: str) -> list[Given]:
    """Return the port's refusals under an order number."""
    return without_declaration(receipts.of_orders(connection, sandbox, [order_no]))


def among_newest(connection: Connection, sandbox: str, wanted: str, limit: int) -> list[Given]:
    """Search the newest refusals for a number of the sender or the port, or the document's guid; the newest of them
    for any other number, in the messages that they answer."""
    columns = [receipt.c[name] for name in ("group_id", "position", "kind", "key", "order_no", "return_time")]
    rows = connection.execute(
        select(*columns)
        .where(
            receipt.c.sandbox == sandbox,
            receipt.c.kind.in_(list(catalogue.handled())),
            _UNDECLARED,
        )
        .order_by(receipt.c.return_time.desc())
        .limit(limit)
    ).all()
    contents = list(with_contents(connection, rows))
    found = {
        (row.kind, row.key, row.order_no, row.return_time)
        for row, content in contents
        if row.key.rpartition("|")[2] == wanted or wanted in from_json(content.fields).values()
    }
    found |= _answering(connection, sandbox, wanted, contents[:SCANNED_MESSAGES])
    orders = sorted({order_no for _, _, order_no, _ in found if order_no})
    given = receipts.of_orders(connection, sandbox, orders) if orders else []
    for kind in sorted({kind for kind, _, order_no, _ in found if not order_no}):
        given += receipts.of_keys(connection, sandbox, kind, sorted({key for named, key, *_ in found if named == kind}))
    return [
        pair
        for pair in without_declaration(given)
        if (pair[1].kind, pair[1].key, pair[1].order_no, pair[1].return_time) in found
    ]


def _answering(
    connection: Connection, sandbox: str, wanted: str, contents: Sequence[tuple[Any, Any]]
) -> set[tuple[str, str, str, int]]:
    """The refusals among these whose document has the number in any of its fields."""
    element, keys = f">{wanted}<".encode(), dict[int, set[str]]()
    found = set()
    for row, content in contents:
        number = message_id(connection, sandbox, from_json(content.fields).get("root", ""), row.return_time)
        if number is not None and number not in keys:
            keys[number] = _keys_with(connection, number, wanted, element)
        if number is not None and row.key in keys[number]:
            found.add((row.kind, row.key, row.order_no, row.return_time))
    return found


def _keys_with(connection: Connection, number: int, wanted: str, element: bytes) -> set[str]:
    """The keys of a message's documents that have a value in one of their fields; `element`: as its bytes have it."""
    body = connection.execute(select(archive.c.body).where(archive.c.message_id == number)).scalar()
    if body is None or element not in MESSAGES.unpack(body) or (sent := read_again(connection, number)) is None:
        return set()
    kind = DOCUMENTS[sent.reading.kind]
    return {
        arrived.key
        for arrived in sent.reading.documents
        if wanted in map(str, msgspec.structs.astuple(unpack(kind, arrived.facts)))
    }


def refused_messages(
    connection: Connection, sandbox: str, wanted: str, senders: Collection[str] | None, limit: int
) -> list[Any]:
    """The newest refused messages whose bytes have an element with this number, or whose guid it is."""
    chosen = (
        select(
            *message.c["id", "code", "sender", "state", "transmission_id", "received_at", "findings"], archive.c.body
        )
        .join(archive, archive.c.message_id == message.c.id)
        .where(
            message.c.sandbox == sandbox,
            REFUSED,
            message.c.size <= MAX_READ_BYTES,
            true() if senders is None else message.c.sender.in_(senders),
        )
        .order_by(message.c.id.desc())
        .limit(limit)
    )
    texts = f">{wanted}<".encode(), f'"{wanted}"'.encode()
    rows = connection.execute(with_seals(chosen, message))  # one at a time, because bodies are large
    found = [row for row in rows if any(text in body for body in [MESSAGES.unpack(row.body)] for text in texts)]
    return list(checked(found, message))
