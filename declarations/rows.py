"""Reads and checks rows of the dated tables (goods, refund rates, exchange rates) from CSV."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NoReturn

from declarations.confidence import CONFIDENCE_CODES, Confidence

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = re.compile(r"\d{1,12}(\.\d{1,8})?", re.ASCII)
_SHOWN = 40


class BadRow(ValueError):
    """Raised for an invalid row. `place` is file and line (or the key); `column` may be empty; `allowed` describes the
    allowed values of the column, or repeats the complaint."""

    permanent = True

    def __init__(self, place: str, column: str, complaint: str, allowed: str = "") -> None:
        super().__init__(f"{place}: {column + ' ' if column else ''}{complaint}")
        self.place = place
        self.column = column
        self.complaint = complaint
        self.allowed = allowed or complaint


class Cells:
    """The cells of one row; each method raises `BadRow` with the allowed values of the column.

    `allowed` has a description of these for every column.
    """

    __slots__ = ("_allowed", "_place", "_texts")

    def __init__(self, texts: Mapping[str, str], place: str, allowed: Mapping[str, str]) -> None:
        self._texts, self._place, self._allowed = texts, place, allowed

    def __getitem__(self, column: str) -> str:
        return self._texts[column]

    def demand(self, holds: bool, column: str) -> None:
        """Refuse the row because of a column unless a condition is true."""
        if not holds:
            self.refuse(column, self._allowed[column])

    def refuse(self, column: str, allowed: str) -> NoReturn:
        """Refuse the row because of a column; `allowed` describes its allowed values."""
        raise BadRow(self._place, column, f"{self._texts[column][:_SHOWN]!r} is not {allowed}", allowed)

    def text_matching(self, column: str, pattern: str) -> str:
        """Return the text of a column, which the whole pattern must match; digits are those of ASCII."""
        self.demand(re.fullmatch(pattern, self._texts[column], re.ASCII) is not None, column)
        return self._texts[column]

    def one_of(self, column: str, choices: Collection[str]) -> str:
        """Return the text of a column, which must be one of the choices."""
        self.demand(self._texts[column] in choices, column)
        return self._texts[column]

    def confidence(self, otherwise: str = "") -> Confidence:
        """Return the column `confidence`; an empty cell means `otherwise`, or is refused if that is empty."""
        return Confidence(
            otherwise if otherwise and not self["confidence"] else self.one_of("confidence", CONFIDENCE_CODES)
        )

    def day(self, column: str) -> date:
        """Return the day in a column, in the form 2019-04-01."""
        self.demand(_DAY.fullmatch(self._texts[column]) is not None, column)
        try:
            return date.fromisoformat(self._texts[column])
        except ValueError:
            self.refuse(column, self._allowed[column])

    def days(self, first: str, last: str) -> tuple[date, date | None]:
        """Return the first and the last day of a row, both inclusive; None if the last is empty."""
        since = self.day(first)
        until = self.day(last) if self._texts[last] else None
        self.demand(until is None or since <= until, last)
        return since, until

    def number(self, column: str, at_most: int) -> Decimal:
        """Return the number in a column, from 0 to `at_most`; an empty cell is 0."""
        text = self._texts[column] or "0"
        self.demand(_NUMBER.fullmatch(text) is not None and Decimal(text) <= at_most, column)
        return Decimal(text)


def read_records(
    text: str, name: str, columns: Sequence[str], optional: Collection[str] = ()
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield each row of CSV text with a header: its place ("name:line") and its cells by column.

    Columns must have this order; `optional` ones may be missing, and are then empty. Raises `BadRow` for another header
    or another number of cells.
    """
    reader = csv.DictReader(text.lstrip("\ufeff").splitlines(), strict=True)
    required_columns = tuple(column for column in columns if column not in optional)
    hint = f", and may end with {', '.join(optional)}" if optional else ""
    try:
        if tuple(reader.fieldnames or ()) not in (tuple(columns), required_columns):
            raise BadRow(f"{name}:1", "", f"the columns must be {','.join(required_columns)}{hint}")
        for texts in reader:
            place = f"{name}:{reader.line_num}"
            if None in texts or None in texts.values():
                raise BadRow(place, "", f"{len(reader.fieldnames or ())} columns are needed")
            yield place, {**dict.fromkeys(optional, ""), **texts}
    except csv.Error as error:
        raise BadRow(f"{name}:{reader.line_num + 1}", "", f"no CSV: {error}") from None
