"""Wraps receipt messages in envelopes, as the transport platform does."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from declarations.calendar import local_time_of
from schemas import catalogue
from schemas.envelope import Envelope, TransportHeader, customs_node, wrap, wrap_for_transport
from single_window.receipts.rows import NAMESPACE, Rendered, type_of
from single_window.store.makings import NODES_BY_FLOW
from single_window.store.names import DXP_MSG_SV
from single_window.store.tables import receipt_group

NODE = "EPORTSIM"
"""The id of this window's transport node."""
_GUID = re.compile(rb"""(?:\xef\xbb\xbf)?\s*(?:<[?!][^>]*>\s*)*<[\w:.-]+[^<>]*?\sguid\s*=\s*["']([\w{}-]{1,255})["']""")
_REFUSED_TYPE = re.compile(rb"<(?:\w+:)?oriMessageType>(\w+)<")
MALFORMED = "900"
SERIALS = 10**10
"""Number of serial numbers of a transport node (ten digits)."""


def put_in_envelopes(
    connection: Connection, sandbox: str, mailbox: str, messages: Sequence[Rendered], kind: str
) -> list[Rendered]:
    """Receipt messages, each in a DxpMsg or DxpMsgSv from customs' node with its filing time. The same group of
    receipts always gets the same `CopMsgId` and `MsgId`.
    """
    return [
        message._replace(
            body=in_envelope(sandbox, mailbox, message, kind, _filed_at(connection, sandbox, mailbox, message.last))
        )
        for message in messages
    ]


def in_envelope(sandbox: str, mailbox: str, message: Rendered, kind: str, filed_at: int) -> bytes:
    """Wrap a receipt message in an envelope, in the format version of its making."""
    filed = local_time_of(filed_at).replace(microsecond=0, tzinfo=None)
    envelope = _envelope(sandbox, mailbox, message, filed)
    if kind != DXP_MSG_SV:
        return wrap(envelope)
    number = f"{NODE}{filed:%Y%m%d%H%M%S}{message.last % SERIALS:010d}"
    nodes = (mailbox[-8:], NODE)
    named = replace(envelope, cop_msg_id=_root_guid(message.body) or envelope.cop_msg_id)
    return wrap_for_transport(named, TransportHeader(number, f"{filed.isoformat()}Z", *nodes))


def _root_guid(body: bytes) -> str:
    """The guid of a message's root; empty for an injected message without one."""
    found = _GUID.match(body)
    return found.group(1).decode() if found else ""


def _envelope(sandbox: str, mailbox: str, message: Rendered, filed: datetime) -> Envelope:
    name = f"{sandbox}|{mailbox}|{message.last - message.count + 1}|{message.last}"
    return Envelope(
        str(uuid.uuid5(NAMESPACE, name)),
        customs_node(_flow_of(message) if message.form >= NODES_BY_FLOW else ""),
        (mailbox,),
        filed.isoformat(),
        type_of(message.code),
        message.body,
    )


def _flow_of(message: Rendered) -> str:
    """Return the flow of a receipt message; a CEB900 has that of the message that it refuses."""
    refused = _REFUSED_TYPE.search(message.body) if message.code == MALFORMED else None
    try:
        if refused:
            return catalogue.by_root(refused.group(1).decode()).flow
        return catalogue.by_code(message.code).flow
    except catalogue.UnknownMessage:
        return ""


def _filed_at(connection: Connection, sandbox: str, mailbox: str, place: int) -> int:
    return int(
        connection.execute(
            select(receipt_group.c.filed_at)
            .where(
                receipt_group.c.sandbox == sandbox, receipt_group.c.mailbox == mailbox, receipt_group.c.first <= place
            )
            .order_by(receipt_group.c.first.desc())
            .limit(1)
        ).scalar_one()
    )
