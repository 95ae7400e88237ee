"""Repeats the first receipts for a participant with the tolerance `replay` who sent the same document again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import Connection, select

from declarations.reasons import Reason
from gateways.records import ReceiptDraft
from single_window.store.receipt_contents import with_contents
from single_window.store.records import from_json
from single_window.store.tables import receipt

_COLUMNS = [
    receipt.c[name]
    for name in ("group_id", "position", "code", "order_no", "kind", "key", "return_status", "return_time")
]


class Replay(NamedTuple):
    """A repeated document, and the mailboxes that get its receipts again."""

    kind: str
    key: str
    order_no: str
    mailboxes: str


def first_receipts(connection: Connection, sandbox: str, replays: Iterable[Replay]) -> Iterator[ReceiptDraft]:
    """The earlier answers to these documents except refusals, without duplicates, by time."""
    for replay in replays:
        rows = connection.execute(
            select(*_COLUMNS)
            .where(
                receipt.c.sandbox == sandbox,
                receipt.c.order_no == replay.order_no,
                receipt.c.kind == replay.kind,
                receipt.c.key == replay.key,
            )
            .order_by(receipt.c.return_time)
        ).all()
        seen = set()
        for row, content in with_contents(connection, rows):
            step = (row.return_status, row.return_time)
            if step not in seen and not row.return_status.startswith("-"):
                seen.add(step)
                yield ReceiptDraft(
                    mailboxes=replay.mailboxes,
                    code=row.code,
                    order_no=row.order_no,
                    kind=row.kind,
                    key=row.key,
                    return_status=row.return_status,
                    return_time=row.return_time,
                    reason=Reason(content.rule, from_json(content.words)),
                    fields=from_json(content.fields),
                )
