"""The automatic officer decides only what an officer may do; what he draws, the known answers say."""

from __future__ import annotations

from importlib.resources import files

import pytest

from declarations.automatic_officer import officer_table, parse_table
from declarations.lifecycle import OFFICER, all_lifecycles
from tests.tables import each

SOURCE = files("declarations").joinpath("automatic_officer.toml").read_text("utf-8")


def test_every_state_that_waits_for_him_is_one_that_an_officer_leads_out_of() -> None:
    officers = {
        (life.name, source)
        for life in all_lifecycles().values()
        for step in life.transitions
        if OFFICER in step.by
        for source in step.sources
    }
    assert officer_table() and set(officer_table()) <= officers


@each(("good", "bad"), [("weight = 90", "weight = 0"), ('action = "send_back"', 'action = "amend"')])
def test_a_table_with_an_impossible_action_is_refused(good: str, bad: str) -> None:
    assert parse_table(SOURCE)
    with pytest.raises(ValueError):
        parse_table(SOURCE.replace(good, bad, 1))
