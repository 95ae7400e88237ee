"""Receipt messages as they are pushed. Imports nothing of the database, so that clients can use it, too."""

from __future__ import annotations

import uuid
from typing import NamedTuple

NAMESPACE = uuid.UUID("6f1f9a52-3b1e-5c0e-9d7e-1f4a8f1c2b60")


class ReceiptsMessage(NamedTuple):
    """A receipt message to deliver; `first` and `last`: sequences of its receipts. The same group of receipts always
    has the same id.
    """

    id: str
    sandbox: str
    mailbox: str
    first: int
    last: int
    code: str
    body: bytes


def delivery_id(sandbox: str, mailbox: str, first: int, last: int) -> str:
    """The id of a pushed message: the same group of receipts always has the same."""
    return str(uuid.uuid5(NAMESPACE, f"{sandbox}|{mailbox}|{first}|{last}"))
