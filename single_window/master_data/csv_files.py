"""Decodes, parses and checks CSV files cell by cell, and reports all errors of a file at once.

Files are read as programs of others write them: separated by commas, semicolons or tabs, compressed by gzip, headings
with blanks and in any case, further columns, blank rows. What a spreadsheet has made of a number is a bad cell.

Independent of the tables; `importing` defines their columns and checks.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from declarations.rows import BadRow

MAX_BYTES = 64_000_000
MAX_ROWS = 500_000
MAX_CELL_LENGTH = 2_000
MAX_LISTED = 1_000
"""Maximum number of bad cells listed; further ones are only counted."""
_SHOWN = 60
_SEPARATORS = ",\t;"
_GZIP = b"\x1f\x8b"
_MISSPELT = 0.75
"""How alike (difflib) two headings are, of which one is taken for the other's misspelling."""
_BY_A_SPREADSHEET = re.compile(r"[+-]?[0-9]([.,][0-9]+)?[Ee]\+[0-9]{1,3}", re.ASCII)
_PLAIN = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)
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


class CsvFile(NamedTuple):
    """A file that was read: its name, rows and bad cells; `ignored`: headings of columns that nothing is known of."""

    name: str
    rows: list[CsvRow]
    bad: list[BadCell]
    ignored: tuple[str, ...]


class RowCounts(NamedTuple):
    """Numbers of inserted and of replaced rows."""

    new: int
    changed: int


def is_plain_number(text: str) -> bool:
    """True for digits with or without a sign and a decimal point: neither 1e5 nor digits of another script."""
    return _PLAIN.fullmatch(text) is not None


def read(source: Path | str | bytes, columns: Sequence[CsvColumn], known_only: bool = False) -> CsvFile:
    """Return what a source has, a path or the content itself; with `known_only` further columns are refused.

    Raises `BadFile` if no row can be read: too large, unknown encoding, missing or misspelt columns.
    """
    name = str(source) if isinstance(source, Path) else "the text"
    text = _decode(name, _bytes(name, source))
    bad: list[BadCell] = []
    rows: list[CsvRow] = []
    header, ignored = _header(name, text, columns, known_only)
    for line, cells, given in _records(name, text, columns, header):
        if isinstance(cells, BadCell):
            bad.append(cells)
            continue
        rows.append(CsvRow(line, cells, given))
        bad.extend(_misfits(line, cells, columns))
    return CsvFile(name, rows, bad, ignored)


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
    if data[:2] == _GZIP:
        data = _unpacked(name, data)
        size = len(data)
    if size > MAX_BYTES:
        raise BadFile(name, [BadCell(0, "", f"{size} bytes", f"at most {MAX_BYTES} bytes")])
    return data


def _unpacked(name: str, data: bytes) -> bytes:
    """The content of a gzip file, no more of it than one byte too many."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BadFile(name, [BadCell(0, "", f"a gzip file that cannot be unpacked ({error})", "a whole one")]) from None


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
    name: str, text: str, columns: Sequence[CsvColumn], header: Sequence[str]
) -> Iterator[tuple[int, dict[str, str] | BadCell, Sequence[str]]]:
    """(line, cells or error of the whole record, columns of the file) for each record. `header`: the column of each of
    its cells, empty for one that is ignored."""
    reader = _reader(text)
    given = tuple(filter(None, header))
    defaults = {column.name: column.default or "" for column in columns}
    try:
        next(reader)
        line = reader.line_num + 1
        for count, record in enumerate(reader, 1):
            if count > MAX_ROWS:
                raise BadFile(name, [BadCell(line, "", "another row", f"at most {MAX_ROWS} rows")])
            if not any(cell.strip() for cell in record):
                pass
            elif len(record) == len(header):
                cells = {key: cell.strip() or defaults[key] for key, cell in zip(header, record, strict=True) if key}
                yield line, {**defaults, **cells}, given
            else:
                wrong = BadCell(line, "", f"{len(record)} cells", f"{len(header)} cells, as the first line has")
                yield line, wrong, given
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadFile(name, [BadCell(reader.line_num, "", str(error), "CSV with commas and double quotes")]) from None


def _reader(text: str) -> Any:
    """Rows by whichever separator the first line has most cells with."""
    lines = text.splitlines(keepends=True)
    cells = {mark: len(next(csv.reader(lines[:1], delimiter=mark), [])) for mark in _SEPARATORS}
    return csv.reader(lines, delimiter=max(_SEPARATORS, key=lambda mark: cells[mark]), strict=True)


def _folded(heading: str) -> str:
    """A heading without regard to blanks, hyphens, underscores and case."""
    return "".join(filter(str.isalnum, heading)).casefold()


def _header(name: str, text: str, columns: Sequence[CsvColumn], known_only: bool) -> tuple[list[str], tuple[str, ...]]:
    """The column of each cell of the first line, empty for those that are ignored, and their headings."""
    try:
        names = [cell.strip() for cell in next(_reader(text), [])]
    except csv.Error as error:
        raise BadFile(name, [BadCell(1, "", str(error), "CSV with commas and double quotes")]) from None
    known = {_folded(column.name): column.name for column in columns}
    header = [known.get(_folded(heading), "") for heading in names]
    left = [folded for folded, column in known.items() if column not in header]
    unknown = [heading for heading, column in zip(names, header, strict=True) if heading and not column]
    unknown = list(dict.fromkeys(unknown))
    misspelt = [one for one in unknown if known_only or get_close_matches(_folded(one), left, 1, _MISSPELT)]
    missing = [column.name for column in columns if column.default is None and column.name not in header]
    twice = [column for column in known.values() if header.count(column) > 1]
    if missing or twice or misspelt:
        wrong = [*missing, *twice, *(unknown if missing else misspelt)]
        raise BadFile(name, [BadCell(1, ",".join(wrong), _excerpt(",".join(names)), _columns(columns))])
    return header, tuple(unknown)


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
        elif column.allowed and _BY_A_SPREADSHEET.fullmatch(cell):
            allowed = f"{column.allowed}; a spreadsheet has made this of a long number: format its column as text"
            yield BadCell(line, column.name, cell, allowed)
        elif not column.fits(cell):
            yield BadCell(line, column.name, _excerpt(cell), column.allowed)


def _excerpt(cell: str) -> str:
    return cell if len(cell) <= _SHOWN else cell[:_SHOWN] + "…"
