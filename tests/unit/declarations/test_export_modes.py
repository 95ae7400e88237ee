"""An export mode that was opened at an office stays open."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from declarations import parameters
from declarations.export import modes

LAW = parameters.load()
days = st.dates(date(2014, 1, 1), date(2030, 1, 1))


@given(st.sampled_from(modes.MODES), st.from_regex(r"[0-9]{4}", fullmatch=True), days, days)
def test_what_was_opened_is_never_closed_again(mode, office, first, second):
    earlier, later = sorted((first, second))
    if modes.find_opening(mode, office, earlier, LAW).open:
        assert modes.find_opening(mode, office, later, LAW).open
