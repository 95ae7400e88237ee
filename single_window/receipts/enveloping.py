"""Receipts as the transport platform delivers them: each message of them in an envelope of its own."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from declarations.calendar import at
from schemas.envelope import IMPORT_RECEIVER, Envelope, TransportHeader, wrap, wrap_for_transport
from single_window.receipts.rows import NAMESPACE, Rendered, type_of
from single_window.store.names import DXP_MSG_SV
from single_window.store.tables import receipt_group

NODE = "EPORTSIM"
"""The name of this window's transport node."""
_GUID = re.compile(rb"""(?:\xef\xbb\xbf)?\s*(?:<[?!][^>]*>\s*)*<[\w:.-]+[^<>]*?\sguid\s*=\s*["']([\w{}-]{1,255})["']""")
SERIALS = 10**10
"""Serial numbers of a transport node, which has ten digits for them."""


def enveloped(
    connection: Connection, sandbox: str, mailbox: str, messages: Sequence[Rendered], kind: str
) -> list[Rendered]:
    """Messages of receipts, each in its envelope, a DxpMsg or DxpMsgSv: from customs' node, at the time when it was
    filed; the same receipts have the same `CopMsgId` and `MsgId` whenever they are sent together."""
    return [
        message._replace(
            body=in_envelope(sandbox, mailbox, message, kind, _filed_at(connection, sandbox, mailbox, message.last))
        )
        for message in messages
    ]


def in_envelope(sandbox: str, mailbox: str, message: Rendered, kind: str, filed_at: int) -> bytes:
    """A message of receipts that was filed at an instant, in its envelope, built as its form wants."""
    filed = at(filed_at).replace(microsecond=0, tzinfo=None)
    envelope = _envelope(sandbox, mailbox, message, filed)
    if kind != DXP_MSG_SV:
        return wrap(envelope)
    number = f"{NODE}{filed:%Y%m%d%H%M%S}{message.last % SERIALS:010d}"
    nodes = (mailbox[-8:], NODE)
    if message.form == 1:
        first = TransportHeader(number, filed.isoformat(), *nodes, part="")
        return wrap_for_transport(envelope, first, declared_inside=False)
    named = replace(envelope, cop_msg_id=_root_guid(message.body) or envelope.cop_msg_id)
    return wrap_for_transport(named, TransportHeader(number, f"{filed.isoformat()}Z", *nodes))


def _root_guid(body: bytes) -> str:
    """The guid on the root of a message; empty for what a test put into the mailbox, if it has none."""
    found = _GUID.match(body)
    return found.group(1).decode() if found else ""


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
