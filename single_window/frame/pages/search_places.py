"""Pages of what has a number but is no case, nor a paper: the search leads there, too."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import Connection

from single_window.language.words import Words


class SearchPlace(NamedTuple):
    """A page that is found by a number: `endpoint` takes it by the name `takes`, `words` name what it shows.
    `knows(connection, sandbox, number)` is true if there is something."""

    endpoint: str
    words: Words
    knows: Callable[[Connection, str, str], bool]
    takes: str = "number"
