"""Writes the whole answers of the tables of known answers anew: `python -m tests.wholes [TABLE]…`.

Look at the difference before it is committed: an answer that changed is one that was given to somebody.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator

from tests.law.checking import TABLES
from tests.law.wholes import COLUMNS, FOLDER, WHOLE, digest_of, file_of


def rows_of(table: str) -> Iterator[tuple[str, str, str, str]]:
    """The whole answers that a table gives now."""
    for row in TABLES[table].rows():
        given = digest_of(row.facts)
        for asked, expected, came in TABLES[table].run(row.facts):
            if expected is WHOLE:
                yield row.name, given, asked, came


def main() -> None:
    """Write the files of these tables, or of all."""
    FOLDER.mkdir(exist_ok=True)
    for table in sys.argv[1:] or TABLES:
        if rows := list(dict.fromkeys(rows_of(table))):
            with (FOLDER / file_of(table)).open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])


if __name__ == "__main__":
    main()
