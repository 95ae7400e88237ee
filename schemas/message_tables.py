"""Reads the tables that describe our own messages: `gateway/<agency>/<Document>.csv`, one row an element, in its order.

`part`: head, line, receipt, or the document of a further message of the same schema. `type`: as in `ElementField`. A
row that has only `required` is an element that `gateway/shared.csv` describes for its part, or else, in a receipt, the
head. A row without element is about its part: of `message`, what the schema is for; of `line`, how many there are
(`1..1000`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeAlias

from schemas import catalogue
from schemas.message_types import MessageType

FOLDER = Path(__file__).parent / "gateway"
COLUMNS = ("part", "element", "type", "required", "zh", "en")
ABOUT = {
    "message": ("what the schema is for, in Chinese and English", ("zh", "en")),
    "line": ("how many there are, as its type", ("type",)),
}
DESCRIPTION = ("type", "zh", "en")
TYPE = re.compile(r"C(?P<length>\d+)|C(?P<least>\d+)?\.\.(?P<most>\d+)|N(?P<digits>\d+)(?:,(?P<decimals>\d+))?")
"""Texts of a length, or of at most one; whole numbers, and numbers with at most so many decimals."""
_TIMES = re.compile(r"(?P<least>\d+)\.\.(?P<most>\d+)")
Cells: TypeAlias = Mapping[str, str]
Rows: TypeAlias = Sequence[tuple[int, Cells]]
"""Rows of a table, each with its line."""


class UnfitTable(ValueError):
    """Raised for a table from which no schema follows; says which table, which line, and what is wrong with it."""


class TableRow(NamedTuple):
    """One element of a message: its name on the wire, type, and title with note in both languages."""

    element: str
    type: str
    required: bool
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class MessageTable:
    """The contents of a table about the messages of one schema.

    `entries`: theirs of the catalogue, in its order. `zh`, `en`: what the schema is for. `blocks`: the elements of each
    head, line, and document without head, by its name on the wire. `lines`: least and most lines of a document.
    """

    entries: tuple[MessageType, ...]
    zh: str
    en: str
    blocks: Mapping[str, Sequence[TableRow]]
    lines: tuple[int, int]
    transfer: Sequence[TableRow]
    """The elements of BaseTransfer, with which every message of a participant ends."""

    @property
    def schema_file(self) -> Path:
        """The XSD that the catalogue names."""
        return self.entries[0].schema_file()


def tables(folder: Path = FOLDER) -> list[MessageTable]:
    """Return the tables of all agencies in the order of the catalogue; raises `UnfitTable`."""
    found = [read_table(path, folder / "shared.csv") for path in folder.glob("*/[A-Z]*.csv")]
    order = catalogue.entries()
    return sorted(found, key=lambda table: order.index(table.entries[0]))


def read_table(path: Path, shared: Path) -> MessageTable:
    """Return what a table and the table of shared elements say; raises `UnfitTable`."""
    entries = _entries(path)
    parts = _parts(path, entries)
    rows = _rows(path)
    _check_places(path, rows, parts)
    known = _known(rows, shared)
    about = {cells["part"]: cells for _, cells in rows if not cells["element"]}
    blocks = {
        name: tuple(
            _row(path, line, cells, known) for line, cells in rows if cells["part"] == part and cells["element"]
        )
        for part, name in parts.items()
    }
    transfer = [_row(shared, line, cells, {}) for line, cells in _rows(shared) if cells["part"] == "transfer"]
    purpose = about["message"]
    return MessageTable(entries, purpose["zh"], purpose["en"], blocks, _lines(path, about.get("line")), transfer)


def _rows(path: Path) -> Rows:
    """The rows of a table, each with its line."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, restkey="beyond", restval="")
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise UnfitTable(f"{path.name}: its columns must be {', '.join(COLUMNS)}")
        rows: Rows = [(reader.line_num, cells) for cells in reader]
    for line, cells in rows:
        if "beyond" in cells:
            raise UnfitTable(f"{path.name}, line {line}: a comma too many; put quotes around the text that holds it")
    return rows


def _entries(path: Path) -> tuple[MessageType, ...]:
    """The entries of the messages that a table describes: that of its own name first."""
    own = [entry for entry in catalogue.entries() if entry.document == path.stem and entry.schema]
    if not own:
        raise UnfitTable(f"{path.name}: no entry of the catalogue has a schema and document = {path.stem!r}")
    return (*own, *(entry for entry in catalogue.entries() if entry.schema == own[0].schema and entry not in own))


def _parts(path: Path, entries: Sequence[MessageType]) -> dict[str, str]:
    """The parts that a table must describe, each with its name on the wire."""
    parts: dict[str, str] = {}
    for entry in entries:
        if entry.head and parts:
            raise UnfitTable(f"{path.name}: {entry.document} needs a schema of its own, since a table has one head")
        if entry.head:
            parts |= {"head": entry.head} | ({"line": entry.line} if entry.line else {})
        else:
            parts["receipt" if entry.code == entries[0].answered_by else entry.document] = entry.document
    return parts


def _check_places(path: Path, rows: Rows, parts: Mapping[str, str]) -> None:
    """Raise `UnfitTable` for a row of an unknown part, a row that is there twice, and a part without elements."""
    seen: set[tuple[str, str]] = set()
    for line, cells in rows:
        part, element = place = cells["part"], cells["element"]
        if part not in (parts if element else ABOUT.keys() & {"message", *parts}):
            raise UnfitTable(f"{path.name}, line {line}: no part {part!r} here; parts are {', '.join(parts)}")
        if place in seen:
            raise UnfitTable(f"{path.name}, line {line}: {part} has {element or 'such a row'} twice")
        seen.add(place)
    if empty := parts.keys() - {part for part, element in seen if element}:
        raise UnfitTable(f"{path.name}: no elements of {', '.join(sorted(empty))}")
    for part, (meaning, columns) in ABOUT.items():
        about = [cells for _, cells in rows if cells["part"] == part and not cells["element"]]
        if part in {"message", *parts} and not any(all(cells[column] for column in columns) for cells in about):
            raise UnfitTable(f"{path.name}: no row of {part} without element, which says {meaning}")


def _known(rows: Rows, shared: Path) -> dict[tuple[str, str], Cells]:
    """The elements that a row may leave undescribed, by part and name."""
    common = {(cells["part"], cells["element"]): cells for _, cells in _rows(shared)}
    heads = {element: cells for (part, element), cells in common.items() if part == "head"}
    heads |= {cells["element"]: cells for _, cells in rows if cells["part"] == "head" and cells["type"]}
    return {**{("receipt", element): cells for element, cells in heads.items()}, **common}


def _row(path: Path, line: int, cells: Cells, known: Mapping[tuple[str, str], Cells]) -> TableRow:
    """The element of a row, described there or elsewhere."""
    place, element = f"{path.name}, line {line}: {cells['element']}", cells["element"]
    kind = cells["part"] if cells["part"] in {"head", "line"} else "receipt"
    said = cells if any(cells[name] for name in DESCRIPTION) else known.get((kind, element), cells)
    if not all(said[name] for name in DESCRIPTION):
        raise UnfitTable(f"{place} needs type, zh and en; only what shared.csv or the head describes has none of them")
    if not _is_type(said["type"]):
        raise UnfitTable(f"{place} is of type {said['type']!r}; types are such as C18, C..60, C1..60, N5, N19,5")
    if cells["required"] not in {"yes", "no"}:
        raise UnfitTable(f"{place} is required yes or no, not {cells['required']!r}")
    return TableRow(element, said["type"], cells["required"] == "yes", said["zh"], said["en"])


def _is_type(kind: str) -> bool:
    """True for a type that some value has: no text of at least 20 and at most 10 characters."""
    match = TYPE.fullmatch(kind)
    few, many = (match["least"] or match["decimals"], match["most"] or match["digits"]) if match else ("1", "0")
    return many is None or int(few or 0) <= int(many)


def _lines(path: Path, about: Cells | None) -> tuple[int, int]:
    """The least and the most lines of a document; none of a document that has no lines."""
    if about is None:
        return 0, 0
    times = _TIMES.fullmatch(about["type"])
    if not times:
        raise UnfitTable(f"{path.name}: the type of line is how many there are, such as 1..1000, not {about['type']!r}")
    return int(times["least"]), int(times["most"])
