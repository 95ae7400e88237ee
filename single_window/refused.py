"""Refusals that a call answers with: nothing has the number that was given, or something is not done, for a reason
with a code."""

from __future__ import annotations

from typing import Any

LARGEST_ID = 2**63 - 1
"""The largest number of a row: what a request names beyond it is no number of anything."""


class Refused(Exception):
    """Something that is not done; `code` is a problem of the API (`api/problems.toml`), `values` fill its words in
    both languages. The text is for programs and for commands that make no call."""

    permanent = True

    def __init__(self, code: str, text: str, **values: Any) -> None:
        super().__init__(text)
        self.code, self.values = code, values


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
