"""The receipts in a mailbox for documents that its owner sent, without those delivered by subscription."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select

from gateways.replies import ANSWERS
from schemas import catalogue
from single_window.store.bulk import chunks
from single_window.store.tables import document, message, receipt, receipt_group

MALFORMED, TAX_BILLS = "900", ("816", "818")
_LISTED, _COPY = "inventory", "message"
"""The kind of document that tax bills concern, and the kind of the message copies that subscribers get."""


class OwnReceipt(NamedTuple):
    """A receipt: message type (`code`), kind and number of its document, status, and rule.

    `kind` of a CEB900 is that of the documents in the message that it answers; empty if unknown."""

    code: str
    kind: str
    key: str
    status: str
    rule: str

    @property
    def malformed(self) -> bool:
        """True if it reports a message that could not be read."""
        return self.code == MALFORMED


def own_receipts(connection: Connection, sandbox: str, mailbox: str, most: int) -> tuple[list[OwnReceipt], bool]:
    """Return the receipts for the owner's documents among the newest `most` of a mailbox, oldest first, and whether
    the mailbox has no older ones."""
    rows = connection.execute(
        select(receipt.c.code, receipt.c.kind, receipt.c.key, receipt.c.return_status, receipt.c.rule, receipt.c.fields)
        .join(receipt_group, receipt_group.c.id == receipt.c.group_id)
        .where(receipt_group.c.sandbox == sandbox, receipt_group.c.mailbox == mailbox)
        .order_by(receipt_group.c.first.desc(), receipt.c.position.desc())
        .limit(most + 1)
    ).all()
    of_messages = _messages(connection, sandbox, [_message_of(row) for row in rows if row.code == MALFORMED])
    others = _of_others(connection, sandbox, mailbox, rows[:most])
    own: list[OwnReceipt] = []
    for row in reversed(rows[:most]):
        if row.code == MALFORMED:
            sender, kind = of_messages.get(_message_of(row), (mailbox, ""))
            if sender == mailbox:
                own.append(OwnReceipt(row.code, kind, row.key, row.return_status, row.rule))
        elif row.kind != _COPY and (_kind_of(row), row.key) not in others:
            own.append(OwnReceipt(row.code, row.kind, row.key, row.return_status, row.rule))
    return own, len(rows) <= most


def _kind_of(row: object) -> str:
    """Return the kind of document that a receipt concerns; for a tax bill, its list."""
    kind = str(row.kind)  # type: ignore[attr-defined]
    return kind if kind in ANSWERS else _LISTED


def _message_of(row: object) -> int:
    return int(msgspec.json.decode(row.fields or "{}").get("message") or 0)  # type: ignore[attr-defined]


def _messages(connection: Connection, sandbox: str, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return message id -> (sender, kind of its documents)."""
    by_id = {}
    for part in chunks(sorted(set(ids))):
        for row in connection.execute(
            select(message.c.id, message.c.sender, message.c.code).where(
                message.c.sandbox == sandbox, message.c.id.in_(part)
            )
        ):
            by_id[row.id] = (row.sender, catalogue.by_code(row.code).kind if row.code else "")
    return by_id


def _of_others(
    connection: Connection, sandbox: str, mailbox: str, rows: Sequence[object]
) -> frozenset[tuple[str, str]]:
    """Return (kind, key) of the receipts' documents that somebody else sent."""
    keys: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        keys[_kind_of(row)].add(row.key)  # type: ignore[attr-defined]
    others = set()
    for kind, numbers in keys.items():
        for part in chunks(sorted(numbers)):
            for key in connection.execute(
                select(document.c.key)
                .join(message, message.c.id == document.c.message_id)
                .where(
                    document.c.sandbox == sandbox,
                    document.c.kind == kind,
                    document.c.key.in_(part),
                    message.c.sender != mailbox,
                )
            ).scalars():
                others.add((kind, key))
    return frozenset(others)
