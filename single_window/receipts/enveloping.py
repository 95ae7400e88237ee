"""Receipts as the transport platform delivers them: each message of them in an envelope of its own."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from declarations.calendar import at
from schemas.envelope import IMPORT_RECEIVER, Envelope, Transport, wrap, wrap_for_transport
from single_window.receipts.rows import NAMESPACE, Rendered, type_of
from single_window.store.envelopes import DXP_MSG_SV
from single_window.store.tables import receipt_group

NODE = "EPORTSIM"
"""The name of this window's transport node."""
SERIALS = 10**10
"""Serial numbers of a transport node, which has ten digits for them."""


def enveloped(
    connection: Connection, sandbox: str, mailbox: str, messages: Sequence[Rendered], kind: str
) -> list[Rendered]:
    """Messages of receipts, each in its envelope, a DxpMsg or DxpMsgSv: from customs' node, at the time when it was
    filed; the same receipts have the same `CopMsgId` and `MsgId` whenever they are sent together."""
    return [message._replace(body=_in_envelope(connection, sandbox, mailbox, message, kind)) for message in messages]


def _in_envelope(connection: Connection, sandbox: str, mailbox: str, message: Rendered, kind: str) -> bytes:
    filed = at(_filed_at(connection, sandbox, mailbox, message.last)).replace(microsecond=0, tzinfo=None)
    envelope = _envelope(sandbox, mailbox, message, filed)
    if kind != DXP_MSG_SV:
        return wrap(envelope)
    number = f"{NODE}{filed:%Y%m%d%H%M%S}{message.last % SERIALS:010d}"
    return wrap_for_transport(envelope, Transport(number, filed.isoformat(), mailbox[-8:], NODE))


def _envelope(sandbox: str, mailbox: str, message: Rendered, filed: datetime) -> Envelope:
    name = f"{sandbox}|{mailbox}|{message.last - message.count + 1}|{message.last}"
    return Envelope(
        str(uuid.uuid5(NAMESPACE, name)),
        IMPORT_RECEIVER,
        (mailbox,),
        filed.isoformat(),
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
