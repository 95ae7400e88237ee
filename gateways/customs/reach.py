"""The locks of customs, as rows of its table name them: what a payload names, and how much of it may change."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import NamedTuple, Protocol


class ChangeScope(IntEnum):
    """The share of what a list holds that a topic may change, each larger than the one before."""

    NOTHING = 0
    ALLOWANCE = 1
    """The allowance of its buyer."""
    ALL = 2
    """Its stock as well."""


class Names(StrEnum):
    """The kind of thing that a payload names."""

    ORDER = "order"
    """The order number at which a trade meets; its list may be decided."""
    EXPORT = "export"
    """The meeting of an export's documents; lists there may be decided."""
    PLACE = "place"
    """A meeting of notes or summaries."""
    DOCUMENT = "document"
    DECLARATION = "declaration"
    WAITING_LIST = "waiting_list"
    """A declaration whose partners are overdue; those of an export are searched for at its waybill's meeting too."""
    REQUEST = "request"
    NOTE = "note"
    """The request that a note of transport is."""
    PIECE = "piece"
    """Some parcels of a note: the whole payload."""
    LATE_PIECE = "late_piece"
    """Some parcels of a departure whose window is over: the whole payload."""
    BATCH = "batch"
    """A batch, and lists that are or would be its members: the whole payload."""
    NOTHING = "nothing"


class Reach(NamedTuple):
    """The lock of a topic: what its payloads name, and how much of what lists hold there may change."""

    names: Names
    changes: ChangeScope = ChangeScope.NOTHING


DECLARATION = Reach(Names.DECLARATION, ChangeScope.ALL)
"""A list with all that it holds."""
BATCH = Reach(Names.BATCH)
PLACE = Reach(Names.PLACE)
PIECE = Reach(Names.PIECE)


class _AtPlace(Protocol):
    @property
    def place(self) -> str: ...


class _OfRequest(Protocol):
    @property
    def request_id(self) -> int: ...


def place(payload: _AtPlace) -> str:
    """The meeting that a payload names, as the key of a lock."""
    return payload.place


def request_id(payload: _OfRequest) -> int:
    """The request that a payload names, as the key of a lock."""
    return payload.request_id
