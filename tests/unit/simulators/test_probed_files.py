"""Files of master data that are tried: every column of every kind is in them, from both sides where it has two."""

from __future__ import annotations

import pytest

from simulators.entry.windows import WindowClient, ephemeral_window
from simulators.probes import imported_files, imported_rows
from simulators.probes.master_rows import BASES, row_of


def test_every_column_of_every_kind_of_master_data_is_tried() -> None:
    with ephemeral_window() as own, WindowClient(own.url) as client:
        kinds = client.caller.call("GET", "/master-data")["kinds"]
    known = {(kind["kind"], column["name"]) for kind in kinds for column in kind["columns"]}
    tried = {(cell.kind, cell.column) for cell in imported_rows.table()}
    assert tried <= known
    assert known - tried == {("goods", "remark_value")}
    assert {kind for kind, _ in known} == set(BASES) == set(imported_rows.COUNTED)


@pytest.mark.parametrize("kind", BASES)
def test_rows_of_a_kind_differ_by_what_names_them(kind: str) -> None:
    rows = [tuple(row_of(kind, number).values()) for number in range(30)]
    assert len(set(rows)) == len(rows)


def test_a_text_has_as_many_characters_as_its_row_says() -> None:
    assert len(row_of("persons", 7, "name", "@60")["name"]) == 60


def test_files_are_refused_for_places_that_they_have() -> None:
    assert {bool(file.places) for file in imported_files.FILES} == {True, False}
    assert len({(file.kind, file.words) for file in imported_files.FILES}) == len(imported_files.FILES)
