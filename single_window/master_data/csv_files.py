"""Decodes, parses and checks CSV files cell by cell, and reports all errors of a file at once.

Independent of the tables; `importing` defines their columns and checks.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from declarations.rows import BadRow

MAX_BYTES = 64_000_000
MAX_ROWS = 500_000
MAX_CELL_LENGTH = 2_000
MAX_LISTED = 1_000
"""Maximum number of bad cells listed; further ones are only counted."""
_SHOWN = 60
RowT = TypeVar("RowT")


class BadCell(NamedTuple):
    """A bad cell: position, content, allowed content. Line 0 without a column: the whole file."""

    line: int
    column: str
    found: str
    allowed: str

    def __str__(self) -> str:
        place = f"line {self.line}" if self.line else "the file"
        column = f", {self.column}" if self.column else ""
        return f"{place}{column}: found {self.found!r}, allowed: {self.allowed}"


class BadFile(ValueError):
    """The file was not imported; `cells` lists its errors."""

    permanent = True

    def __init__(self, name: str, cells: Sequence[BadCell]) -> None:
        more = f"\nand {len(cells) - MAX_LISTED} more" if len(cells) > MAX_LISTED else ""
        super().__init__(f"{name} was not imported:\n" + "\n".join(map(str, cells[:MAX_LISTED])) + more)
        self.name, self.cells = name, tuple(cells)


class CsvColumn(NamedTuple):
    """A column. `fits` checks a cell, `allowed` describes it; `default`: if the column or cell may be omitted."""

    name: str
    allowed: str
    fits: Callable[[str], bool]
    default: str | None = None
    example: str = ""
    """A valid cell, shown in help."""


class CsvRow(NamedTuple):
    """A row. `line`: on which it begins; `cells`: column → text, for all columns; `given`: the columns of the file."""

    line: int
    cells: Mapping[str, str]
    given: Sequence[str] = ()


class RowCounts(NamedTuple):
    """Numbers of inserted and of replaced rows."""

    new: int
    changed: int


def read(source: Path | str | bytes, columns: Sequence[CsvColumn]) -> tuple[str, list[CsvRow], list[BadCell]]:
    """(name, rows, bad cells) of a source, a path or the content itself.

    Raises `BadFile` if no row can be read: too large, unknown encoding, missing columns.
    """
    name = str(source) if isinstance(source, Path) else "the text"
    text = _decode(name, _bytes(name, source))
    bad: list[BadCell] = []
    rows: list[CsvRow] = []
    for line, cells, given in _records(name, text, columns):
        if isinstance(cells, BadCell):
            bad.append(cells)
            continue
        rows.append(CsvRow(line, cells, given))
        bad.extend(_misfits(line, cells, columns))
    return name, rows, bad


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Rows as a CSV file with these columns."""
    text = io.StringIO()
    written = csv.DictWriter(text, columns, lineterminator="\n")
    written.writeheader()
    written.writerows(rows)
    return text.getvalue()


def parse_rows(
    rows: Sequence[CsvRow], name: str, parse: Callable[[Mapping[str, str], str], RowT]
) -> tuple[list[tuple[int, RowT]], list[BadCell]]:
    """(line, parsed row) by a table's own parser, and the cells that it refuses (`BadRow`)."""
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
        data = source.read_bytes() if size <= MAX_BYTES else b""
    else:
        data = source.encode() if isinstance(source, str) else source
        size = len(data)
    if size > MAX_BYTES:
        raise BadFile(name, [BadCell(0, "", f"{size} bytes", f"at most {MAX_BYTES} bytes")])
    return data


def _decode(name: str, data: bytes) -> str:
    """Decode UTF-8 with or without a byte order mark, else GB18030, which spreadsheets in China write."""
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
    """(line, cells or error of the whole record, columns of the file) for each record."""
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        header = _header(name, next(reader, []), columns)
        defaults = {column.name: column.default or "" for column in columns}
        line = reader.line_num + 1
        for count, record in enumerate(reader, 1):
            if count > MAX_ROWS:
                raise BadFile(name, [BadCell(line, "", "another row", f"at most {MAX_ROWS} rows")])
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
        raise BadFile(name, [BadCell(1, ",".join(wrong), _excerpt(",".join(header)), _columns(columns))])
    return header


def _columns(columns: Sequence[CsvColumn]) -> str:
    free = [column.name for column in columns if column.default is not None]
    return f"each of the columns {','.join(column.name for column in columns)} once" + (
        f"; {','.join(free)} may be left out" if free else ""
    )


def _misfits(line: int, cells: Mapping[str, str], columns: Sequence[CsvColumn]) -> Iterator[BadCell]:
    for column in columns:
        cell = cells[column.name]
        if len(cell) > MAX_CELL_LENGTH or not cell.isprintable():
            yield BadCell(line, column.name, _excerpt(cell), f"one line of at most {MAX_CELL_LENGTH} characters")
        elif not column.fits(cell):
            yield BadCell(line, column.name, _excerpt(cell), column.allowed)


def _excerpt(cell: str) -> str:
    return cell if len(cell) <= _SHOWN else cell[:_SHOWN] + "…"
