"""The observations of a window's own database: messages, receipts at their places, and states and balances as they are
now. Reads each table once, in the order of its key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from declarations.money import decimal_of
from schemas.packing import MESSAGES
from single_window.auditing.held import rows_in_pieces
from single_window.histories.observations import (
    RECEIVED,
    SENT,
    Acknowledged,
    BalanceOpened,
    BalanceRead,
    Observation,
    SeenReceipt,
    Sent,
    StateRead,
    WholeHistory,
)
from single_window.histories.seen_receipts import GUARANTEE, BillReader, content_digest
from single_window.histories.sent_documents import STOCK, content_of
from single_window.store import sandboxes
from single_window.store import tables as t
from single_window.store.receipt_contents import Contents, content_at, unpack
from single_window.store.records import from_json

REFUSED, INVALID, UNPROCESSABLE, TAKEN = "refused", "invalid", 422, 202
ROWS_A_STEP = 500
"""Rows after which progress is told."""
LISTS = {"I": "inventory", "E": "export_inventory"}
"""Flow of a declaration → kind of its list."""


def observations(
    connection: Connection, sandbox: str, progress: Callable[[int], None] = lambda done: None
) -> list[Observation]:
    """The history of a sandbox until now, in the order of its instants; raises `UnknownSandbox`."""
    now = sandboxes.find(connection, sandbox).clock.now()
    seen: list[Observation] = []
    for done, observation in enumerate(_messages_and_receipts(connection, sandbox), 1):
        seen.append(observation)
        if done % ROWS_A_STEP == 0:
            progress(done)
    seen.sort(key=lambda observation: observation.at)
    end = max(now, seen[-1].at if seen else now)
    under_way = select(t.delivery.c.id).where(t.delivery.c.sandbox == sandbox).limit(1)
    settled = connection.execute(under_way).first() is None
    wholes = [] if _is_pruned(connection, sandbox) else [WholeHistory(end, SENT)]
    return [
        *_openings(connection, sandbox),
        *seen,
        *wholes,
        WholeHistory(end, RECEIVED, drained=settled),
        *_states(connection, sandbox, end, settled),
        *_balances(connection, sandbox, end, settled),
    ]


def _messages_and_receipts(connection: Connection, sandbox: str) -> Iterator[Observation]:
    yield from _messages(connection, sandbox)
    yield from _receipts(connection, sandbox)


def _messages(connection: Connection, sandbox: str) -> Iterator[Observation]:
    message = t.message.c
    chosen = (
        select(message.id, message.received_at, message.sender, message.transmission_id, message.edition, message.state)
        .add_columns(t.archive.c.body)
        .select_from(t.message.outerjoin(t.archive, t.archive.c.message_id == message.id))
        .where(message.sandbox == sandbox)
    )
    for number, at, sender, name, edition, state, packed in rows_in_pieces(connection, chosen, message.id):
        content = content_of(MESSAGES.unpack(packed) if packed is not None else b"", edition)
        documents = () if state in {REFUSED, INVALID} else content.documents
        status = UNPROCESSABLE if state == REFUSED else TAKEN
        yield Sent(at, sender, name, content.digest, documents)
        yield Acknowledged(at, sender, name, status, str(number), content.digest)


def _is_pruned(connection: Connection, sandbox: str) -> bool:
    kept = select(t.archive.c.message_id)
    gone = select(t.message.c.id).where(t.message.c.sandbox == sandbox, t.message.c.id.not_in(kept))
    return connection.execute(gone.limit(1)).first() is not None


def _receipts(connection: Connection, sandbox: str) -> Iterator[Observation]:
    receipt, group = t.receipt.c, t.receipt_group.c
    chosen = (
        select(receipt.group_id, receipt.position, receipt.code, receipt.kind, receipt.key, receipt.return_status)
        .add_columns(receipt.return_time, group.mailbox, group.first, group.filed_at, group.contents)
        .join(t.receipt_group, group.id == receipt.group_id)
        .where(group.sandbox == sandbox)
    )
    reader, seen = BillReader(), list[SeenReceipt]()
    opened: tuple[int, Contents] = (0, ())
    for row in rows_in_pieces(connection, chosen, receipt.group_id, receipt.position):
        if opened[0] != row.group_id:
            opened = (row.group_id, unpack(row.contents))
        seen.append(_receipt(reader, row, opened[1]))
    yield from sorted(seen, key=lambda receipt: (receipt.mailbox, receipt.place))


def _receipt(reader: BillReader, row: Any, contents: Contents) -> SeenReceipt:
    content = content_at(contents, row.position)
    digest = content_digest(content.rule, content.words, content.fields)
    seen = SeenReceipt(
        row.filed_at,
        row.mailbox,
        row.kind,
        row.key,
        row.return_status,
        place=row.first + row.position,
        code=row.code,
        time=str(row.return_time),
        content=digest,
    )
    return reader.read(seen, from_json(content.fields) or {})


def _states(connection: Connection, sandbox: str, at: int, settled: bool) -> Iterator[Observation]:
    declaration = t.declaration.c
    chosen = select(declaration.id, declaration.flow, declaration.key, declaration.state)
    of_lists = chosen.where(declaration.sandbox == sandbox)
    for _, flow, key, state in rows_in_pieces(connection, of_lists, declaration.id):
        yield StateRead(at, LISTS[flow], key, state, settled)


def _openings(connection: Connection, sandbox: str) -> Iterator[Observation]:
    for account, _ in _accounts(connection, sandbox):
        yield BalanceOpened(0, account)


def _balances(connection: Connection, sandbox: str, at: int, settled: bool) -> Iterator[Observation]:
    for account, amount in _accounts(connection, sandbox):
        yield BalanceRead(at, account, amount, settled=settled)


def _accounts(connection: Connection, sandbox: str) -> Iterator[tuple[str, Decimal]]:
    """(account, amount taken from it) of guarantees that are booked, and of items of account books."""
    booked = select(t.guarantee.c.assure_code, t.guarantee.c.booked).where(t.guarantee.c.sandbox == sandbox)
    for code, amount in connection.execute(booked):
        yield f"{GUARANTEE} {code}", decimal_of(amount)
    columns = (t.account_book.c.ems_no, t.account_book.c.item_record_no, t.account_book.c.drawn)
    for book, item, drawn in connection.execute(select(*columns).where(t.account_book.c.sandbox == sandbox)):
        yield f"{STOCK} {book} {item}", decimal_of(drawn)
