"""Marks at a meeting: records of what customs has done there, stored in its row to save a query."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class MarkKind(StrEnum):
    """The meaning of a mark, about the row with its id; the value is the prefix under which it is stored."""

    ANSWERED = "answered"
    """Customs has answered this version of a document."""
    DECLARED = "waits"
    """An import list of this order has a declaration, even if no partner has been answered; without an id."""
    WAITING = "L"
    """The declaration of an export list waits here for its partners."""
    USED = "U"
    """The declaration of an export list was accepted with this waybill."""
    RETURN_AWAITED = "R"
    """A return request waits for this parcel."""


class Mark(NamedTuple):
    """One mark of a meeting."""

    kind: MarkKind
    id: int = 0
    version: int = 0
    """The version of an answered document."""
