"""Overwrites pages of a SQLite file as a failing disk would, behind the back of whoever works on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

TREES = (2, 5, 10, 13)
"""The first bytes of pages that hold tables and indexes."""
GARBAGE = b"\xff\x00\xa5"


def page_size(file: Path) -> int:
    """Bytes of a page."""
    with file.open("rb") as opened:
        size = int.from_bytes(opened.read(18)[16:], "big")
    return 65_536 if size == 1 else size


def tree_pages(file: Path) -> list[int]:
    """The numbers of the pages of tables and indexes, from 1, but for the first, which has the header."""
    size = page_size(file)
    with file.open("rb") as opened:
        count = file.stat().st_size // size
        return [number for number in range(2, count + 1) if _first(opened, number, size) in TREES]


def _first(opened: object, number: int, size: int) -> int:
    opened.seek((number - 1) * size)  # type: ignore[attr-defined]
    return int(opened.read(1)[0])  # type: ignore[attr-defined]


def root_page(file: Path, table: str) -> int:
    """The first page of a table."""
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", [table]).fetchone()[0])


class OverwrittenPage:
    """A page that was overwritten, until it is `restore`d, unless the database has written it anew meanwhile."""

    def __init__(self, file: Path, number: int) -> None:
        self._file, self.number, self._size = file, number, page_size(file)
        self._before = self._read()
        self._garbage = (GARBAGE * self._size)[: self._size]
        self._write(self._garbage)

    def restore(self) -> None:
        """Put back what was there."""
        if self._read() == self._garbage:
            self._write(self._before)

    def _read(self) -> bytes:
        with self._file.open("rb") as opened:
            opened.seek((self.number - 1) * self._size)
            return opened.read(self._size)

    def _write(self, content: bytes) -> None:
        with self._file.open("r+b", buffering=0) as opened:
            opened.seek((self.number - 1) * self._size)
            opened.write(content)


@contextmanager
def overwritten(file: Path, *numbers: int) -> Iterator[list[OverwrittenPage]]:
    """Pages overwritten for a while."""
    pages = [OverwrittenPage(file, number) for number in numbers]
    try:
        yield pages
    finally:
        for page in pages:
            page.restore()
