"""The rows of open data: versions of months, what they count, their files; and the lists that are counted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from declarations.open_data.lists import TradedList
from declarations.open_data.publishing import ClosedCell
from declarations.open_data.tables import Traded
from declarations.reasons import Reason
from gateways.desk import Desk
from schemas.open_data.package import PublishedFile


@dataclass(slots=True)
class OpenDataMonth:
    """A version of a month, as 2026-10. `edition`: its number, from 1 (0: it could not be drafted); `cells`, `shut`:
    cells, and those of them that are closed; `lists`: how many are counted."""

    id: int
    release_no: str
    state: str
    month: str
    edition: int
    lists: int
    cells: int
    shut: int
    opened_at: int
    version: int = 0
    ended_at: int = 0
    decided_by: str = ""
    reasons: tuple[Reason, ...] = ()


@dataclass(slots=True)
class OpenDataBase:
    """The count of a version, which nobody outside reads, and its closed cells."""

    id: int
    traded: tuple[Traded, ...] = ()
    closed: tuple[ClosedCell, ...] = ()


class OpenDataRepository(Protocol):
    """Loads and stores rows."""

    def lock(self) -> None:
        """Lock the open data of the sandbox."""

    def counted(self, since: int, until: int) -> Iterator[TradedList]:
        """Lists released from one instant to before another that are not cancelled, then goods that came back from the
        one to before the other; read in pieces, since there may be many."""

    def months(self, ids: Collection[int]) -> Mapping[int, OpenDataMonth]:
        """Versions by id."""

    def versions_of(self, month: str) -> Sequence[OpenDataMonth]:
        """The versions of a month, dropped ones too, oldest first."""

    def base_of(self, number: int) -> OpenDataBase:
        """The count of the version with this id."""

    def put_month(self, month: OpenDataMonth) -> None:
        """Store a new or changed version."""

    def put_base(self, base: OpenDataBase) -> None:
        """Store what a new version counts."""

    def put_files(self, month: OpenDataMonth, files: Sequence[PublishedFile]) -> None:
        """Store the files of a version, which never change."""

    def new_id(self) -> int:
        """An id for a new row."""


OpenDataDesk: TypeAlias = Desk[OpenDataRepository]
