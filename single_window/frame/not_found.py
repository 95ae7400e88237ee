"""Nothing has the number that somebody named."""

from __future__ import annotations

LARGEST_ID = 2**63 - 1
"""The largest number of a row: what a request names beyond it is no number of anything."""


class NotFound(LookupError):
    """Nothing in the sandbox has this number."""

    permanent = True

    def __init__(self, number: object, sandbox: str) -> None:
        super().__init__(
            f"Nothing in sandbox {sandbox!r} has the number {number}. Numbers that lead somewhere: orderNo, "
            "copNo, preNo, invtNo, logisticsNo, billNo, payTransactionId, a document's guid, a message's id."
        )


def row_id(number: str, sandbox: str) -> int:
    """The id of a row that a text gives; raises `NotFound` where it is none."""
    if not (number.isascii() and number.isdecimal() and len(number) < 20) or int(number) > LARGEST_ID:
        raise NotFound(number, sandbox)
    return int(number)
