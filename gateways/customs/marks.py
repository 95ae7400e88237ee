"""Marks at a meeting: what customs has done there, so that it is found again without a query for it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class MarkKind(StrEnum):
    """The meaning of a mark for the row whose id it has; the value is how the store begins it."""

    ANSWERED = "answered"
    """This version of a document has had customs' answer."""
    DECLARED = "waits"
    """An import list of this order has a declaration, though no partner has been answered; without an id."""
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
    """Of an answered document."""
