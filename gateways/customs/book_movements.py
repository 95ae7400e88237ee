"""Quantities that leave an account book without a list."""

from __future__ import annotations

from typing import NamedTuple


class BookMovement(NamedTuple):
    """A quantity, scaled, that left a book: a sample, or goods destroyed or sent back. `cause` is unique."""

    cause: str
    ems_no: str
    item_record_no: str
    quantity: int
    why: str
    at: int
