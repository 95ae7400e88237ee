"""CSV files from outside: decoded, taken apart, checked cell by cell. Says all that is wrong with a file at once.

Knows nothing of what a table means; `masterdata` defines the columns and what a cell may hold.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from declarations.rows import BadRow

MOST_BYTES = 64_000_000
MOST_ROWS = 500_000
LONGEST_CELL = 2_000
LISTED = 1_000
"""Bad cells that are listed; of more only the number is given."""
_SHOWN = 60
RowT = TypeVar("RowT")


class BadCell(NamedTuple):
    """A wrong cell: where, its content, what is allowed. Line 0 and no column: the whole file."""

    line: int
    column: str
    found: str
    allowed: str

    def __str__(self) -> str:
        place = f"line {self.line}" if self.line else "the file"
        column = f", {self.column}" if self.column else ""
        return f"{place}{column}: found {self.found!r}, allowed: {self.allowed}"


class BadFile(ValueError):
    """A file that was not imported; `cells` lists all that is wrong with it."""

    permanent = True

    def __init__(self, name: str, cells: Sequence[BadCell]) -> None:
        more = f"\nand {len(cells) - LISTED} more" if len(cells) > LISTED else ""
        super().__init__(f"{name} was not imported:\n" + "\n".join(map(str, cells[:LISTED])) + more)
        self.name, self.cells = name, tuple(cells)


class CsvColumn(NamedTuple):
    """A column: its name, which texts fit (in words: `allowed`), `default` if column or cell may be left out."""

    name: str
    allowed: str
    fits: Callable[[str], bool]
    default: str | None = None
    example: str = ""
    """A cell that is accepted, as the help shows it."""


class CsvRow(NamedTuple):
    """One row with every column, the line on which it begins, and the columns that its file has."""

    line: int
    cells: Mapping[str, str]
    given: Sequence[str] = ()


class RowCounts(NamedTuple):
    """The number of rows that were not there before, and of those that stand in place of others."""

    new: int
    changed: int


def read(source: Path | str | bytes, columns: Sequence[CsvColumn]) -> tuple[str, list[CsvRow], list[BadCell]]:
    """The name of a source (a path, or the text itself), its rows, and every cell that does not fit its column.

    Raises `BadFile` where no row can be read: too large, of an unknown encoding, without the columns.
    """
    name = str(source) if isinstance(source, Path) else "the text"
    text = _decoded(name, _bytes(name, source))
    bad: list[BadCell] = []
    rows: list[CsvRow] = []
    for line, cells, given in _records(name, text, columns):
        if isinstance(cells, BadCell):
            bad.append(cells)
            continue
        rows.append(CsvRow(line, cells, given))
        bad.extend(_misfits(line, cells, columns))
    return name, rows, bad


def parse_rows(
    rows: Sequence[CsvRow], name: str, parse: Callable[[Mapping[str, str], str], RowT]
) -> tuple[list[tuple[int, RowT]], list[BadCell]]:
    """The rows as a table's own parser reads them, by line, and every cell that it refuses (`BadRow`)."""
    taken: list[tuple[int, RowT]] = []
    bad: list[BadCell] = []
    for row in rows:
        try:
            taken.append((row.line, parse(row.cells, f"{name}:{row.line}")))
        except BadRow as error:
            bad.append(BadCell(row.line, error.column, row.cells.get(error.column, ""), error.allowed))
    return taken, bad


def _bytes(name: str, source: Path | str | bytes) -> bytes:
    if isinstance(source, Path):
        size = source.stat().st_size
        data = source.read_bytes() if size <= MOST_BYTES else b""
    else:
        data = source.encode() if isinstance(source, str) else source
        size = len(data)
    if size > MOST_BYTES:
        raise BadFile(name, [BadCell(0, "", f"{size} bytes", f"at most {MOST_BYTES} bytes")])
    return data


def _decoded(name: str, data: bytes) -> str:
    """UTF-8, with or without a byte order mark, else GB18030, as spreadsheets in China write it."""
    if b"\0" in data[:4096]:
        allowed = "text in UTF-8 or GB18030 (neither UTF-16 nor a spreadsheet's own format)"
        raise BadFile(name, [BadCell(0, "", "zero bytes", allowed)])
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile(name, [BadCell(0, "", "bytes of another encoding", "text in UTF-8 or GB18030")])


def _records(
    name: str, text: str, columns: Sequence[CsvColumn]
) -> Iterator[tuple[int, dict[str, str] | BadCell, Sequence[str]]]:
    """Each record by the line on which it begins, as cells, or as what is wrong with the whole of it; and the columns
    that the file has."""
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        header = _header(name, next(reader, []), columns)
        defaults = {column.name: column.default or "" for column in columns}
        line = reader.line_num + 1
        for count, record in enumerate(reader, 1):
            if count > MOST_ROWS:
                raise BadFile(name, [BadCell(line, "", "another row", f"at most {MOST_ROWS} rows")])
            if len(record) == len(header):
                cells = {key: cell.strip() or defaults[key] for key, cell in zip(header, record, strict=True)}
                yield line, {**defaults, **cells}, header
            elif any(cell.strip() for cell in record):
                wrong = BadCell(line, "", f"{len(record)} cells", f"{len(header)} cells, as the first line has")
                yield line, wrong, header
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadFile(name, [BadCell(reader.line_num, "", str(error), "CSV with commas and double quotes")]) from None


def _header(name: str, names: Sequence[str], columns: Sequence[CsvColumn]) -> list[str]:
    header = [cell.strip() for cell in names]
    known = [column.name for column in columns]
    unknown = [name for name in dict.fromkeys(header) if name not in known]
    twice = [name for name in known if header.count(name) > 1]
    missing = [column.name for column in columns if column.default is None and column.name not in header]
    if wrong := [*missing, *twice, *unknown]:
        raise BadFile(name, [BadCell(1, ",".join(wrong), _shown(",".join(header)), _columns(columns))])
    return header


def _columns(columns: Sequence[CsvColumn]) -> str:
    free = [column.name for column in columns if column.default is not None]
    return f"each of the columns {','.join(column.name for column in columns)} once" + (
        f"; {','.join(free)} may be left out" if free else ""
    )


def _misfits(line: int, cells: Mapping[str, str], columns: Sequence[CsvColumn]) -> Iterator[BadCell]:
    for column in columns:
        cell = cells[column.name]
        if len(cell) > LONGEST_CELL or not cell.isprintable():
            yield BadCell(line, column.name, _shown(cell), f"one line of at most {LONGEST_CELL} characters")
        elif not column.fits(cell):
            yield BadCell(line, column.name, _shown(cell), column.allowed)


def _shown(cell: str) -> str:
    return cell if len(cell) <= _SHOWN else cell[:_SHOWN] + "…"
