"""Writes what follows from the tables of our own messages, their XSD and their rows of fields.csv:
`python -m tests.own_messages`, or `make messages`."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path
from typing import TypeAlias

from schemas.message_tables import FOLDER, MessageTable, UnfitTable, tables
from schemas.schema_writing import is_collapsed, xsd

FIELDS = Path(__file__).parent / "specifications" / "schemas" / "fields.csv"
FieldRow: TypeAlias = list[str]
"""A row of fields.csv; the first cell is the message."""


def written(folder: Path = FOLDER, fields: Path = FIELDS) -> dict[Path, str]:
    """The text that each file must have: the schemas of tables, and the table of fields."""
    found = tables(folder)
    return {**{table.schema_file: xsd(table) for table in found}, fields: fields_with(found, fields.read_text("utf-8"))}


def stale(folder: Path = FOLDER, fields: Path = FIELDS) -> dict[Path, str]:
    """The files whose text is another, or that are not there, with the text that they must have."""
    texts = written(folder, fields)
    return {path: text for path, text in texts.items() if not path.exists() or path.read_text("utf-8") != text}


def fields_with(found: Iterable[MessageTable], text: str) -> str:
    """The table of fields with the rows of tables where they were, those of new messages at the end."""
    columns, *rows = csv.reader(StringIO(text))
    ours = {message: rows for table in found for message, rows in messages(table, len(columns))}
    kept: dict[str, list[FieldRow]] = {}
    for row in rows:
        kept.setdefault(row[0], []).append(row)
    lines = StringIO()
    csv.writer(lines, lineterminator="\n").writerows(
        [columns, *(row for rows in {**kept, **ours}.values() for row in rows)]
    )
    return lines.getvalue()


def messages(table: MessageTable, width: int) -> Iterator[tuple[str, list[FieldRow]]]:
    """Each message of a table with its rows of fields.csv; what only the official schemas have stays empty."""
    for entry in table.entries:
        names = [name for name in (entry.head, entry.line) if name] or [entry.document]
        rows = [
            [entry.root, name, row.element, row.type, "yes" if row.required else "no"]
            for name in names
            for row in table.blocks[name]
        ]
        yield (
            entry.root,
            [[*row, *[""] * (width - len(row) - 1), "yes" if is_collapsed(row[3]) else ""] for row in rows],
        )


def main() -> None:
    """Write the files that are stale, and say which."""
    try:
        texts = stale()
    except UnfitTable as unfit:
        sys.exit(str(unfit))
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
        print(f"written: {path}")


if __name__ == "__main__":
    main()
