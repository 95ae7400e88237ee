"""An export mode is open at its offices on its days, by known_answers/export/modes.toml."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from known import known

from declarations import parameters
from declarations.export import modes
from single_window.known_answers.checking import mistakes
from single_window.known_answers.rows import KnownRow
from tests.tables import each

LAW = parameters.load()
days = st.dates(date(2014, 1, 1), date(2030, 1, 1))


@each("row", known("export modes"))
def test_whether_a_mode_is_open(row: KnownRow) -> None:
    assert mistakes("export modes", row) == []


@given(st.sampled_from(modes.MODES), st.from_regex(r"[0-9]{4}", fullmatch=True), days, days)
def test_what_was_opened_is_never_closed_again(mode, office, first, second):
    earlier, later = sorted((first, second))
    if modes.find_opening(mode, office, earlier, LAW).open:
        assert modes.find_opening(mode, office, later, LAW).open
