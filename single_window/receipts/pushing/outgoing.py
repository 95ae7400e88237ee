"""Finds the next delivery of a channel: messages of receipts in the order of the mailbox. Reads only."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from sqlalchemy import Connection

from single_window.receipts import rows as receipts
from single_window.receipts.rows import NAMESPACE, Receipt
from single_window.receipts.tolerances import tolerated
from single_window.store.channels import Channel

MOST = 500
"""Receipts that are read together at most."""
HEAVY = 10
"""Of them at most so many that carry a whole message: a CEB900, a copy for a subscriber."""


class ReceiptsMessage(NamedTuple):
    """A message of receipts on its way. The id is the same whenever these very receipts are sent together."""

    id: str
    sandbox: str
    mailbox: str
    first: int
    last: int
    code: str
    body: bytes


def outgoing(connection: Connection, channel: Channel) -> list[ReceiptsMessage]:
    """The messages that follow the channel's position; what an earlier attempt has tried comes alone, and in the same
    messages."""
    where = (channel.sandbox, channel.dxp_id)
    if channel.tried > channel.position:
        tried = channel.tried - channel.position
        following = [
            receipt
            for receipt in receipts.after(connection, *where, channel.position, tried)
            if receipt.sequence <= channel.tried  # places may be empty between them
        ]
    else:
        following = list(_portion(receipts.after(connection, *where, channel.position, MOST)))
    return [
        ReceiptsMessage(
            _id(*where, message.last - message.count + 1, message.last),
            *where,
            message.last - message.count + 1,
            message.last,
            message.code,
            message.body,
        )
        for message in tolerated(connection, *where, receipts.render(connection, following), channel.kind)
    ]


def _portion(candidates: Sequence[Receipt]) -> Sequence[Receipt]:
    """The beginning, as long as it is not too heavy to be held in memory."""
    weights = accumulate(receipt.code == "900" or receipt.kind == "message" for receipt in candidates)
    return [receipt for receipt, weight in zip(candidates, weights, strict=True) if weight <= HEAVY]


def _id(sandbox: str, mailbox: str, first: int, last: int) -> str:
    return str(uuid.uuid5(NAMESPACE, f"{sandbox}|{mailbox}|{first}|{last}"))
