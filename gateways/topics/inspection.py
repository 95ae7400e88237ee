"""Payloads that the inspection gateway handles."""

from __future__ import annotations

from typing import NamedTuple


class InspectionRequested(NamedTuple):
    """Customs requests an inspection of the goods of a list."""

    declaration_id: int
    order_no: str
    key: str
    ebc_code: str
    """The merchant."""
    flow: str = "I"
    """I or E; what was filed before exports names none."""


class InspectionDue(NamedTuple):
    """The result of an inspection is due."""

    declaration_id: int
    flow: str = "I"
    """I or E; what was filed before exports names none."""
