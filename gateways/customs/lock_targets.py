"""The locks of a topic of customs: the kind of rows that its payloads name, and the extent of change."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import NamedTuple, Protocol


class ChangeScope(IntEnum):
    """The reservations of a list that a topic may change; each includes the one before."""

    NOTHING = 0
    ALLOWANCE = 1
    """The buyer's allowance."""
    ALL = 2
    """The allowance and the stock."""


class TargetKind(StrEnum):
    """The kind of row that a payload names."""

    ORDER = "order"
    """The meeting of an import trade, by order number; its list may be decided."""
    EXPORT = "export"
    """The meeting of an export's documents; lists there may be decided."""
    PLACE = "place"
    """A meeting of notes or summaries."""
    DOCUMENT = "document"
    DECLARATION = "declaration"
    WAITING_LIST = "waiting_list"
    """A declaration whose partners are overdue; for an export its waybill's meeting is locked too."""
    REQUEST = "request"
    NOTE = "note"
    """The row (`Request`) of a note of transport."""
    PIECE = "piece"
    """Some parcels of a note; the key is the payload itself."""
    LATE_PIECE = "late_piece"
    """Some parcels of an overdue departure note; the key is the payload itself."""
    BATCH = "batch"
    """A 集中申报 batch and its lists; the key is the payload itself."""
    LOT = "lot"
    """A lot of an account book; the key is (account book, item)."""
    NOTHING = "nothing"


class LockTarget(NamedTuple):
    """The lock of a topic: the kind of row that its payloads name, and the reservations of lists that may change."""

    kind: TargetKind
    changes: ChangeScope = ChangeScope.NOTHING


DECLARATION = LockTarget(TargetKind.DECLARATION, ChangeScope.ALL)
"""A list with all its reservations."""
BATCH = LockTarget(TargetKind.BATCH)
PLACE = LockTarget(TargetKind.PLACE)
PIECE = LockTarget(TargetKind.PIECE)


class _OfMeeting(Protocol):
    @property
    def meeting_key(self) -> str: ...


class _OfLot(Protocol):
    @property
    def ems_no(self) -> str: ...
    @property
    def item_record_no(self) -> str: ...


class _OfRequest(Protocol):
    @property
    def request_id(self) -> int: ...


def meeting_key_of(payload: _OfMeeting) -> str:
    """Return the payload's meeting, as the key of a lock."""
    return payload.meeting_key


def lot_of(payload: _OfLot) -> tuple[str, str]:
    """Return the payload's lot, as the key of a lock."""
    return payload.ems_no, payload.item_record_no


def request_id_of(payload: _OfRequest) -> int:
    """Return the payload's request, as the key of a lock."""
    return payload.request_id
