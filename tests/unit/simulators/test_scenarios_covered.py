"""The shipped scenarios leave nothing out: rows of the table of outcomes, known faults, ready-made outcomes, words."""

from __future__ import annotations

from collections import Counter

import pytest

from simulators.entry.windows import outcome_names as ready_made
from simulators.exports.shop import MODES as EXPORT_MODES
from simulators.imports.shop import MODES as IMPORT_MODES
from simulators.known_faults import known_faults
from simulators.scenarios import kinds, locating
from simulators.scenarios.form import ExpectStep, ForceStep, SendStep
from simulators.scenarios.page import AREA_TITLES
from simulators.scenarios.scenario_files import read_scenario
from tests.stories.test_laboratory_faults import STATES
from tests.unit.test_docs import outcomes

WORDS = 'zh = "…"'


@pytest.fixture(scope="module")
def shipped():
    return [read_scenario(path) for path in locating.shipped_scenarios().values()]


@pytest.mark.long
def test_every_row_of_the_table_of_outcomes_is_shown(shipped):
    shown = Counter(text for row in shipped for text in set(row.shows))
    wanted = Counter(outcome.replace("`", "") for outcome, _, _ in outcomes())
    assert {row: count for row, count in wanted.items() if shown[row] < count} == {}
    assert set(shown) - set(wanted) == set(), "no row of the table says this"


def test_every_known_fault_has_a_scenario(shipped):
    played = {(deal.flow, deal.fault) for row in shipped for deal in row.trades.values()}
    known = {("import", fault.name) for fault in known_faults("import")} | {
        ("export", fault.name) for fault in known_faults("export")
    }
    assert known - played == set()


def test_every_ready_made_outcome_has_a_scenario(shipped):
    named = {step.step.force for row in shipped for step in row.steps if isinstance(step.step, ForceStep)}
    named |= {step.step.outcome for row in shipped for step in row.steps if isinstance(step.step, SendStep)}
    of_laboratories = set(STATES)  # of samples, which take weeks: tests/stories/test_laboratory_faults.py plays each
    assert set(ready_made()) - named - of_laboratories == set()


def test_every_lane_of_lists_has_a_scenario(shipped):
    modes = {(deal.flow, deal.mode) for row in shipped for deal in row.trades.values()}
    wanted = {("import", mode) for mode in IMPORT_MODES} | {("export", mode) for mode in EXPORT_MODES}
    assert wanted - modes == set()


def test_every_word_for_a_paper_is_used(shipped):
    sent = {
        word
        for row in shipped
        for step in row.steps
        if isinstance(step.step, SendStep)
        for word in ((step.step.send,) if isinstance(step.step.send, str) else step.step.send)
    }
    expected = {step.step.expect for row in shipped for step in row.steps if isinstance(step.step, ExpectStep)}
    assert {word for words in kinds.MESSAGE_TYPES.values() for word in words} - sent == set()
    assert {word for words in kinds.RECEIPT_TYPES.values() for word in words} - expected <= {
        "payment",
        "waybill",
        "collection",
        "consolidation",
    }


def test_every_area_has_a_name_and_every_scenario_a_name_of_its_own(shipped):
    assert {row.area for row in shipped} == set(AREA_TITLES)
    files = [path.stem for path in locating.SHIPPED_FOLDER.rglob("*.toml")]
    assert len(files) == len(set(files)) == len(shipped) >= 60
    assert [row.name for row in shipped if not (row.zh and row.en)] == []
