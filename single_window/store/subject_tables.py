"""Describes how a subject of decisions is kept: its table, and the columns of its cases; what people know by a number
that no document has."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Table


class Kept(NamedTuple):
    """A subject's table, and the function that returns the columns of a case from the changed subject."""

    table: Table
    case: Callable[[Any], dict[str, Any]]


class NumberedRows(NamedTuple):
    """A thing that people know by a number that no document has. `number`, `company`: columns; without a company
    everybody may find it. `element`: the number's name in messages; `about`: a column that says what it is about;
    `state`: of a row."""

    kind: str
    table: Table
    number: str
    element: str
    about: str
    company: str = ""
    state: Callable[[Any], str] = attrgetter("state")
