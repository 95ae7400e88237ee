"""Exceptions that a call turns into a problem response: an unknown number, or a refused action with a code."""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T")

LARGEST_ID = 2**63 - 1
"""The largest id of a row (64 bits, signed)."""


class Refused(Exception):
    """A refused action. `code` is a problem of the API (`api/problems.toml`), `values` fill the placeholders of its
    texts. The exception's own text is for callers that do not use the API."""

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


def demand_found(record: T | None, number: object, sandbox: str) -> T:
    """Return the record that was found by a number; raises `NotFound` for None."""
    if record is None:
        raise NotFound(number, sandbox)
    return record


def row_id(number: str, sandbox: str) -> int:
    """Parse a row id; raises `NotFound` if the text is not one."""
    if not (number.isascii() and number.isdecimal() and len(number) < 20) or int(number) > LARGEST_ID:
        raise NotFound(number, sandbox)
    return int(number)
