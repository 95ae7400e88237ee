"""Kinds of cases: API path, answer types, and the columns of the list.

Nothing here imports the database, because commands use kinds without it; `frame.case_rows.CaseReader` reads cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from single_window.frame.typed import Answer, CaseOut, local
from single_window.language.words import Words

CaseT = TypeVar("CaseT", bound=CaseOut)
PageT = TypeVar("PageT", bound=Answer)
ShownT = TypeVar("ShownT", bound=Answer)
T = TypeVar("T")
DEFAULT_PAGE_SIZE = 50
"""Default number of cases on a page of a list."""
MAX_PARTS = 100_000
"""Maximum number of a case's parts in one answer."""


class Column(NamedTuple, Generic[T]):
    """A column of a list: its heading, and the function that returns a case's cell (text, number or words). `form`: the
    format on pages (number, money: an amount and its currency, time, state; company or an element of the code tables,
    such as customsCode: the code beside its name; command: not on pages). `section`: the section of `words.toml` with
    the names of the codes in the cell."""

    heading: Words
    cell: Callable[[T], object]
    form: str = ""
    section: str = ""


STATE_COLUMN: Column[Any] = Column(Words("状态", "state"), lambda case: case.state_words, "state")


def case_columns(kinds: str, *own: Column[Any]) -> tuple[Column[Any], ...]:
    """Return the columns of an agency's cases about what it finds: number, kind (named in the section `kinds` of
    `words.toml`), its own, when it was found, state."""
    return (
        Column(Words("编号", "case"), lambda case: case.case_no),
        Column(Words("类别", "kind"), lambda case: case.kind, "", kinds),
        *own,
        Column(Words("发现时间", "opened"), lambda case: local(case.opened_at), "time"),
        STATE_COLUMN,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseKind(Generic[CaseT, PageT, ShownT]):
    """A kind of case: its names, API path, answer types and list."""

    noun: str
    command: str
    """The name of its command group."""
    path: str
    """The API path of the list; a single case is below it."""
    missing: str
    """The problem code for an unknown number (`api/problems.toml`)."""
    case_type: type[CaseT]
    page_type: type[PageT]
    """The type of a page: its first field has the cases, `next` the beginning of the next page."""
    shown_type: type[ShownT]
    filters: Sequence[str]
    columns: Sequence[Column[CaseT]]
    following: str = "before"
    """The filter to which `next` of a page is given; `next` is the `key` of the last record."""
    key: str = "id"
    """The field of records by which lists are ordered."""
    numbers: Words | None = None
    """What names a single case, in the problem for an unknown number; None: `missing` has a row of its own."""
    zh: str = ""
    """Its noun in Chinese."""
    plural: str = ""
    listing: str = ""
    """What the description of the list says of its order and filters."""
    parts: str = ""
    """The name of the parts of which an answer has only the first ones unless `parts` is given; empty: none."""

    def paged(self, cases: Sequence[CaseT], following: Any) -> PageT:
        """Return a page of cases; `following` is the beginning of the next page (None: there is none)."""
        return self.page_type(**{self._field: tuple(cases), "next": following})

    def cases(self, page: PageT) -> Sequence[CaseT]:
        """Return the cases on a page."""
        listed: Sequence[CaseT] = getattr(page, self._field)
        return listed

    @property
    def _field(self) -> str:
        return self.page_type.__struct_fields__[0]


class NumberedAt(NamedTuple):
    """The places to read of something that has a number: its kind, API path below the prefix, and command, each with
    {number}; `page`: the console's page of all of its kind, if it has none of its own."""

    kind: str
    path: str
    command: str
    page: str = ""


def page(rows: Sequence[T], limit: int, *, by: str = "id") -> tuple[Sequence[T], Any]:
    """Return the first `limit` rows, and the key `by` of the last one if there are more rows, else None."""
    first = rows[:limit]
    return first, getattr(first[-1], by) if len(rows) > limit else None
