"""Master data in CSV files: every cell that does not fit is named by its line and column, nothing of such a file is
imported, and what fits is counted as new, changed or unchanged. Cells from both sides stand in `imported_rows.csv`."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from simulators.entry.windows import CallRefused, SandboxClient, WindowClient, fresh_sandbox
from tests.calls.master_rows import BASES, as_csv, refused, row_of

MOMENT = "2026-11-24T08:00:00+08:00"
COUNTED: Mapping[str, tuple[str, str]] = {
    "participants": ("name", "另一名称"),
    "guarantees": ("amount", "1000.01"),
    "stock": ("qty", "1000.00001"),
    "persons": ("name", "王海"),
    "forex_enterprises": ("quota", "0.02"),
    "credit_events": ("amount", "0.02"),
    "licences": ("revision", "2"),
    "zone_companies": ("company", "3702961001"),
    "goods": ("duty_rate", "0.06"),
    "refund_rates": ("refund", "0.12"),
    "exchange_rates": ("rate", "7.1796"),
}
"""A column whose other value changes a row that was imported."""
RECORDED = frozenset({"licences"})
"""Kinds of which that is one row more: what was recorded stays."""


class ImportedCell(NamedTuple):
    """A kind of master data, a column, a text for it (`@8`: one of eight characters), and whether it fits: yes, no, or
    the column that is named, where that is another one."""

    kind: str
    column: str
    value: str
    fits: str


def table() -> Sequence[ImportedCell]:
    """All cells."""
    text = Path(__file__).with_name("imported_rows.csv").read_text("utf-8")
    return [ImportedCell(**row) for row in csv.DictReader(text.splitlines())]


def wrong(client: WindowClient) -> Iterator[str]:
    """Yield what is wrong;."""
    with fresh_sandbox(client, "imported", "tests", MOMENT) as sandbox:
        for kind in BASES:
            cells = [row for row in table() if row.kind == kind]
            yield from _refused_cells(sandbox, kind, [row for row in cells if row.fits != "yes"])
            yield from _counted(sandbox, kind, [row for row in cells if row.fits == "yes"])


def _refused_cells(sandbox: SandboxClient, kind: str, cells: Sequence[ImportedCell]) -> Iterator[str]:
    """The faults of a file in which every row but the first has one cell that does not fit."""
    rows = [row_of(kind, 0), *(row_of(kind, number, *cell[1:3]) for number, cell in enumerate(cells, 1))]
    found = refused(sandbox, kind, as_csv(rows))
    wanted = {f"{number}:{cell.column if cell.fits == 'no' else cell.fits}" for number, cell in enumerate(cells, 3)}
    for place in sorted(found ^ wanted):
        line, _, column = place.partition(":")
        value = next((cell.value for number, cell in enumerate(cells, 3) if str(number) == line), "")
        yield f"{kind}, {column} {value!r} is {'refused' if place in found else 'taken'}"


def _counted(sandbox: SandboxClient, kind: str, cells: Sequence[ImportedCell]) -> Iterator[str]:
    """The faults of files that fit: imported once, then again with a row that is changed and one that is new."""
    rows = [row_of(kind, 0), *(row_of(kind, number, *cell[1:3]) for number, cell in enumerate(cells, 1))]
    column, other = COUNTED[kind]
    changed = [{**rows[0], column: other}, *rows[1:], row_of(kind, len(rows))]
    for words, file, wanted in (
        ("that are new", rows, (len(rows), 0, 0)),
        ("that are known", rows, (0, 0, len(rows))),
        (
            "of which one is changed and one new",
            changed,
            (2, 0, len(rows) - 1) if kind in RECORDED else (1, 1, len(rows) - 1),
        ),
    ):
        try:
            done = sandbox.call("PUT", f"/master-data/{kind}", body=as_csv(file), headers={"Content-Type": "text/csv"})
        except CallRefused as refusal:
            yield f"{kind} that fit are refused: {refusal}"
            return
        if (found := (done["new"], done["changed"], done["unchanged"])) != wanted:
            yield f"{len(file)} {kind} {words}: new, changed, unchanged are {found}, and not {wanted}"
