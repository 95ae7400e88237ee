"""Reads the next receipt messages of a channel, in the order of the mailbox."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from sqlalchemy import Connection

from single_window.receipts import rows as receipts
from single_window.receipts.messages import ReceiptsMessage, delivery_id
from single_window.receipts.rows import Receipt
from single_window.receipts.tolerances import apply_tolerances
from single_window.store.channels import Channel

MAX_RECEIPTS = 500
"""Maximum number of receipts per query."""
MAX_LARGE_RECEIPTS = 10
"""Maximum number of those that contain a whole message: a CEB900, or a subscriber's copy."""


def outgoing(connection: Connection, channel: Channel) -> list[ReceiptsMessage]:
    """The messages after the channel's position. After a failed attempt only its receipts, in the same messages."""
    where = (channel.sandbox, channel.dxp_id)
    if channel.tried > channel.position:
        tried = channel.tried - channel.position
        following = [
            receipt
            for receipt in receipts.after(connection, *where, channel.position, tried)
            if receipt.sequence <= channel.tried  # places may be empty between them
        ]
    else:
        following = list(_bound_large(receipts.after(connection, *where, channel.position, MAX_RECEIPTS)))
    return [
        ReceiptsMessage(
            delivery_id(*where, message.last - message.count + 1, message.last),
            *where,
            message.last - message.count + 1,
            message.last,
            message.code,
            message.body,
        )
        for message in apply_tolerances(connection, *where, receipts.render(connection, following), channel.kind)
    ]


def _bound_large(candidates: Sequence[Receipt]) -> Sequence[Receipt]:
    """The first receipts, up to the limit of large ones."""
    weights = accumulate(receipt.code == "900" or receipt.kind == "message" for receipt in candidates)
    return [receipt for receipt, weight in zip(candidates, weights, strict=True) if weight <= MAX_LARGE_RECEIPTS]
