"""Receipts as the transport platform hands them on: each message of them in a DxpMsg of its own."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Connection, select

from declarations.calendar import at
from schemas.envelope import IMPORT_RECEIVER, Envelope, wrap
from single_window.receipts.rows import NAMESPACE, Rendered, type_of
from single_window.store.tables import receipt_group


def enveloped(connection: Connection, sandbox: str, mailbox: str, messages: Sequence[Rendered]) -> list[Rendered]:
    """Messages of receipts, each in its envelope: from customs' node, at the time when it was filed; the same receipts
    have the same `CopMsgId` whenever they are sent together."""
    return [one._replace(body=wrap(_envelope(connection, sandbox, mailbox, one))) for one in messages]


def _envelope(connection: Connection, sandbox: str, mailbox: str, message: Rendered) -> Envelope:
    name = f"{sandbox}|{mailbox}|{message.last - message.count + 1}|{message.last}"
    return Envelope(
        str(uuid.uuid5(NAMESPACE, name)),
        IMPORT_RECEIVER,
        (mailbox,),
        at(_filed_at(connection, sandbox, mailbox, message.last)).replace(microsecond=0, tzinfo=None).isoformat(),
        type_of(message.code),
        message.body,
    )


def _filed_at(connection: Connection, sandbox: str, mailbox: str, place: int) -> int:
    return int(
        connection.execute(
            select(receipt_group.c.filed_at)
            .where(
                receipt_group.c.sandbox == sandbox,
                receipt_group.c.mailbox == mailbox,
                receipt_group.c.first <= place,
            )
            .order_by(receipt_group.c.first.desc())
            .limit(1)
        ).scalar_one()
    )
