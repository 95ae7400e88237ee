"""Tables of cases: one test goes through a whole table, and says at its end every row that is wrong.

    @each(("text", "right"), [("1", True), ("x", False)])
    def test_a_number_is_distinguished_from_a_text(text, right): …

reads like `pytest.mark.parametrize` and takes the same rows and ids, but all rows share one test and its fixtures: it
is for what leaves nothing behind. A row that needs a database, a folder or a process of its own is a test of its own.
`--row TEXT` goes through those rows alone whose name contains the text.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import wraps
from typing import Any

import pytest


def few(most: int, rows: Iterable[tuple[Any, ...]]) -> list[Any]:
    """Rows for `pytest.mark.parametrize` that need a database each: the first now, the others later."""
    return [pytest.param(*row, marks=() if number < most else pytest.mark.long) for number, row in enumerate(rows)]


chosen: list[str] = []
"""The text of --row, if there is one."""


MOST_NAMED, MOST_SHOWN = 10_000, 300
"""Characters of a text that are in the name of its row, and those of the name that are shown when it is wrong."""
Test = Callable[..., None]


def each(
    names: str | Sequence[str], rows: Iterable[Any], ids: Iterable[str] | Callable[[Any], object] | None = None
) -> Callable[[Test], Test]:
    """Call a test once for each row, its values by these names; tables that stand upon each other are multiplied."""
    names = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    table = list(_named(names, rows, ids))

    def decorate(test: Test) -> Test:
        @wraps(test)
        def through(**fixtures: Any) -> None:
            wrong: list[Exception] = []
            skipped: list[BaseException] = []
            for name, values in table:
                try:
                    if not chosen or inner or any(text in name for text in chosen):
                        test(**fixtures, **dict(zip(names, values, strict=True)))
                except ExceptionGroup as several:
                    wrong += [_noted(exception, name) for exception in several.exceptions]
                except Exception as error:
                    wrong.append(_noted(error, name))
                except pytest.skip.Exception as skip:
                    skipped.append(skip)
            if wrong:
                raise ExceptionGroup(f"{len(wrong)} wrong of {len(table)} rows", wrong)
            if skipped:
                raise skipped[0]

        inner = hasattr(test, "rows")
        parameters = inspect.signature(test).parameters
        assert set(names) <= set(parameters), f"{test.__name__} takes no {sorted(set(names) - set(parameters))}"
        through.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [parameter for name, parameter in parameters.items() if name not in names]
        )
        through.rows = table  # type: ignore[attr-defined]
        return through

    return decorate


def _named(names: Sequence[str], rows: Iterable[Any], ids: Any) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Name and values of each row."""
    if ids is not None and not callable(ids):
        ids = list(ids)
    for number, row in enumerate(rows):
        values, name = (row.values, row.id) if hasattr(row, "marks") else (row if len(names) > 1 else (row,), None)
        assert not getattr(row, "marks", ()), f"row {number} is marked: it must be a test of its own"
        if callable(ids):
            name = "-".join(str(ids(value)) for value in values)
        elif ids is not None:
            name = str(ids[number])
        yield name or "-".join(map(_shown, values)), tuple(values)


def _shown(value: object) -> str:
    """A value in the name of its row: of a long text its beginning, so that no name holds the text once more."""
    return repr(value[:MOST_NAMED] if isinstance(value, str | bytes) else value)


def _noted(error: Exception, row: str) -> Exception:
    error.add_note(f"row: {row[:MOST_SHOWN]}")
    return error
