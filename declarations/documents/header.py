"""The fields that documents of every kind begin with."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

from msgspec import Struct

EMPTY_IS_BLANK: Final = "an empty element is read as a blank, an absent one as nothing"
OwnNumber: TypeAlias = Annotated[str, EMPTY_IS_BLANK]
"""A number that its sender may leave out, but not send empty: rules tell an empty element by its blank."""


class Facts(Struct, frozen=True, array_like=True, gc=False):
    """Facts of a document or of one of its lines. The store keeps their values in the order of the fields."""


class Header(Facts, frozen=True):
    """The first fields of a document: its guid, what it does (`app_type` 1 adds, 2 modifies, 3 deletes), and when."""

    guid: str
    app_type: str
    app_time: str


class StagedHeader(Header, frozen=True):
    """The first fields of a document that may be staged before it is declared (`app_status` 1 staged, 2 declared)."""

    app_status: str
