"""A table that fits the width it is given: where its columns would break words, records stand one below the other."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

WIDEST_WRAPPED = 32
"""A column that has to wrap is given at least this width in characters; with less, reading it is a labour."""
INDENT = 2
_BORDERS = 3
"""Characters that a column takes beside its text: a border and a blank on either side."""
_TWO_LANGUAGES = re.compile(r"([^\u2e80-\uffff]*\S) ([^\x00-\u2e7f]+)")
"""A heading of both languages: the English, a blank, the Chinese."""

Row = Sequence[str | Text]


def heading_in(heading: str, language: str) -> str:
    """Return a heading of the form "English 中文" in one language; any other as it is."""
    parts = _TWO_LANGUAGES.fullmatch(heading)
    return heading if parts is None else parts[2 if language == "zh" else 1]


def fitted_table(
    console: Console, headings: Sequence[str], rows: Sequence[Row], title: str = "", right: Sequence[int] = ()
) -> RenderableType:
    """Return rows as a table as wide as the console at most. No word is broken: where the columns have no room, each
    row is a record of a line for each heading. `right`: the numbers of the columns that are aligned to the right."""
    texts = [[cell if isinstance(cell, Text) else Text(cell) for cell in row] for row in rows]
    columns = [[Text(heading), *(row[place] for row in texts)] for place, heading in enumerate(headings)]
    widths = _column_widths(columns, console.width)
    if widths is None:
        return _records(headings, texts, title)
    table = Table(title=title or None, title_justify="left", title_style="bold", header_style="bold")
    for place, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        table.add_column(heading, width=width, overflow="fold", justify="right" if place in right else "left")
    for row in texts:
        table.add_row(*row)
    return table


def _column_widths(columns: Sequence[Sequence[Text]], width: int) -> list[int] | None:
    """The width of each column; None if words would be broken."""
    whole = [max(max(map(cell_len, text.plain.split("\n"))) for text in column) for column in columns]
    least = [min(full, max(_longest_word(column), WIDEST_WRAPPED)) for column, full in zip(columns, whole, strict=True)]
    room = width - _BORDERS * len(columns) - 1
    if sum(least) > room:
        return None
    while sum(whole) > room:  # the widest column gives way
        widest = max((place for place in range(len(whole)) if whole[place] > least[place]), key=whole.__getitem__)
        whole[widest] -= 1
    return whole


def _longest_word(column: Sequence[Text]) -> int:
    """The width of the longest word; Chinese may be broken after any character."""
    words = (word for text in column for word in re.split(r"[^\x00-\u2e7f]|\s", text.plain))
    return max(map(cell_len, words), default=0)


def _records(headings: Sequence[str], rows: Sequence[Sequence[Text]], title: str) -> RenderableType:
    """Each row as lines of heading and value, without those that are empty; the first value leads."""
    parts: list[RenderableType] = [Text(title, style="bold")] if title else []
    for number, row in enumerate(rows):
        named = list(zip(headings, row, strict=True))
        lead, *others = [(heading, cell) for heading, cell in named if cell.plain] or named[:1]
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for heading, cell in others:
            grid.add_row(Text(" " * INDENT + heading), cell)
        parts += [*([Text()] if number or title else []), _lead(*lead), grid]
    return Group(*parts)


def _lead(heading: str, cell: Text) -> Text:
    return Text.assemble((f"{heading} " if heading else "", ""), cell, style="bold", overflow="fold")
