"""The page about outcomes on demand says what the program does."""

from __future__ import annotations

import re
from pathlib import Path

from single_window.outcomes.scenarios import scenarios
from single_window.outcomes.triggers import Do, TriggerMatch

PAGE = (Path(__file__).parents[3] / "docs/outcomes.md").read_text("utf-8")
OF_PROFILES = "term"
"""What only a profile of faults gives its triggers: that stands on the page about faults."""
SECTIONS = {part.partition("\n")[0]: part for part in PAGE.split("\n## ")}


def rows(section: str, column: int) -> set[str]:
    """The names in a column of a section's tables."""
    lines = [line.split("|") for line in SECTIONS[section].splitlines() if line.startswith("| ")]
    return {name for line in lines for name in re.findall(r"`(\w+)`", line[column])}


def test_every_ready_made_outcome_is_on_the_page_and_no_other() -> None:
    assert rows("To see this outcome, do this", 2) == set(scenarios())


def test_everything_that_a_trigger_matches_and_does_is_on_the_page() -> None:
    assert rows("Write a trigger", 1) - {"do"} == {*TriggerMatch.__struct_fields__, *map(str, Do)} - {OF_PROFILES}
