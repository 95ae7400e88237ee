"""Kinds of cases as values: where calls list and show them, what they answer, and the columns of the list.

Nothing here reads the database, so that a command knows a kind without it; `frame.case_rows.CaseReader` reads cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from single_window.frame.typed import Answer, CaseOut
from single_window.language.words import Words

CaseT = TypeVar("CaseT", bound=CaseOut)
PageT = TypeVar("PageT", bound=Answer)
ShownT = TypeVar("ShownT", bound=Answer)
T = TypeVar("T")
MOST = 50
"""Cases on a page of a list unless more or fewer are requested."""
MOST_PARTS = 100_000
"""Parts of a case that one answer about it holds at most."""


class Column(NamedTuple, Generic[T]):
    """A column of a list: its heading, and the cell of a case, which is text, a number, or words. `form` says how pages
    show it (number, time, state; command: not at all), `section` in which section of `words.toml` they find the words
    for codes in it."""

    heading: Words
    cell: Callable[[T], object]
    form: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseKind(Generic[CaseT, PageT, ShownT]):
    """A kind of case, as its calls answer it."""

    noun: str
    command: str
    """The group of commands about it."""
    path: str
    """Where the API lists it; a single case is below that."""
    missing: str
    """The problem of a number that none of them has (`api/problems.toml`)."""
    case_type: type[CaseT]
    page_type: type[PageT]
    """Its first field holds cases, `next` is where the next page begins."""
    shown_type: type[ShownT]
    filters: Sequence[str]
    columns: Sequence[Column[CaseT]]
    following: str = "before"
    """The filter that takes `next` of a page, which is the last record's `key`."""
    key: str = "id"
    """The field of records by which they are ordered."""
    parts: str = ""
    """Of which parts an answer about one holds only the first unless `parts` is given to `show`, in words."""

    def paged(self, cases: Sequence[CaseT], following: Any) -> PageT:
        """A page of cases, with where the next one begins; None: nowhere."""
        return self.page_type(**{self._field: tuple(cases), "next": following})

    def cases(self, page: PageT) -> Sequence[CaseT]:
        """The cases on a page."""
        listed: Sequence[CaseT] = getattr(page, self._field)
        return listed

    @property
    def _field(self) -> str:
        return self.page_type.__struct_fields__[0]


def page(rows: Sequence[T], limit: int, *, by: str = "id") -> tuple[Sequence[T], Any]:
    """The first `limit` rows, and where the next page begins: None where nothing is left."""
    first = rows[:limit]
    return first, getattr(first[-1], by) if len(rows) > limit else None
