"""The receipts in a mailbox for documents that its owner sent, without those delivered by subscription."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from gateways.replies import ANSWER_CODES
from schemas import catalogue
from single_window.store.bulk import chunks
from single_window.store.receipt_contents import ReceiptContent, with_contents
from single_window.store.records import from_json
from single_window.store.tables import document, message, receipt, receipt_group

MALFORMED = "900"
TAX_BILLS = tuple(code for code, about in catalogue.notices().items() if about == "tax_bill")
_LISTED, _COPY = "inventory", "message"
"""The kind of document that tax bills concern, and the kind of the message copies that subscribers get."""


_COLUMNS = [
    *[receipt.c[name] for name in ("group_id", "position", "code", "kind", "key", "return_status")],
    (receipt_group.c.first + receipt.c.position).label("place"),
]


class OwnReceipt(NamedTuple):
    """A receipt: message type (`code`), kind and number of its document, status, and rule.

    `kind` of a CEB900 is that of the documents in the message that it answers, empty if unknown; `message` is that
    message's id. `place`: its sequence number in the mailbox."""

    code: str
    kind: str
    key: str
    status: str
    rule: str
    place: int
    message: int = 0

    @property
    def malformed(self) -> bool:
        """True if it reports a message that could not be read."""
        return self.code == MALFORMED


def own_receipts(connection: Connection, sandbox: str, mailbox: str, limit: int) -> tuple[list[OwnReceipt], bool]:
    """Return the receipts for the owner's documents among the newest `limit` of a mailbox, oldest first, and whether
    the mailbox has no older ones."""
    rows = connection.execute(
        select(*_COLUMNS)
        .join(receipt_group, receipt_group.c.id == receipt.c.group_id)
        .where(receipt_group.c.sandbox == sandbox, receipt_group.c.mailbox == mailbox)
        .order_by(receipt_group.c.first.desc(), receipt.c.position.desc())
        .limit(limit + 1)
    ).all()
    newest = list(with_contents(connection, rows[:limit]))
    refused = [_message_of(content) for row, content in newest if row.code == MALFORMED]
    of_messages = _messages(connection, sandbox, refused)
    others = _of_others(connection, sandbox, mailbox, rows[:limit])
    own: list[OwnReceipt] = []
    for row, content in reversed(newest):
        if row.code == MALFORMED:
            number = _message_of(content)
            sender, kind = of_messages.get(number, (mailbox, ""))
            if sender == mailbox:
                own.append(OwnReceipt(row.code, kind, row.key, row.return_status, content.rule, row.place, number))
        elif row.kind != _COPY and (_kind_of(row), row.key) not in others:
            own.append(OwnReceipt(row.code, row.kind, row.key, row.return_status, content.rule, row.place))
    return own, len(rows) <= limit


def _kind_of(row: object) -> str:
    """Return the kind of document that a receipt concerns; for a tax bill, its list."""
    kind = str(row.kind)  # type: ignore[attr-defined]
    return kind if kind in ANSWER_CODES else _LISTED


def _message_of(content: ReceiptContent) -> int:
    return int(from_json(content.fields).get("message") or 0)


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
