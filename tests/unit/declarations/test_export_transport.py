"""Consolidation, arrival and departure notes, by the cases of known_answers/export/transport.toml."""

from __future__ import annotations

from known import known

from single_window.known_answers.checking import mistakes
from single_window.known_answers.rows import KnownRow
from tests.tables import each


@each("row", known("transport notes"))
def test_what_notes_contradict(row: KnownRow) -> None:
    assert mistakes("transport notes", row) == []
