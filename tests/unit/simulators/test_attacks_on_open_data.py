"""Who attacks a published month finds nothing out; where the window closes too little, he does, and is told what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from unittest.mock import patch

import pytest

from declarations.open_data import guarding
from declarations.open_data.publishing import ClosedCell
from declarations.open_data.suppression import Pattern, suppress
from declarations.open_data.tables import Cell, Traded, contributions_of, total_of
from gateways.open_data.acts import rows_of
from gateways.open_data.repository import OpenDataBase
from schemas.open_data.rows import data_csv
from simulators.attacks.playing import Leak, attack_all, plant
from simulators.attacks.published import PublishedCell, ReadVersion, read_versions
from simulators.attacks.solving import bounds_of
from tests.open_data import LIMITS, cancelled_late, seeded_month
from tests.tables import few


def closing(lines: Sequence[Traded], earlier: Sequence[Sequence[Traded]] = (), shut: Collection[Cell] = ()) -> Pattern:
    before = [contributions_of(version, "I") for version in earlier]
    return suppress(contributions_of(lines, "I"), LIMITS, before, shut)


def published(lines: Sequence[Traded], pattern: Pattern, name: str = "1") -> list[ReadVersion]:
    """What everybody reads of a version."""
    closed = tuple(ClosedCell("I", *cell, why, 0, 0) for cell, why in pattern.closed.items())
    return read_versions(data_csv(rows_of("2026-10", OpenDataBase(1, tuple(lines), closed))).decode(), name)


def attacked(seed: int) -> list[Leak]:
    """What attacks find out about a month and its revision."""
    lines = seeded_month(seed)
    first, revised = closing(lines), cancelled_late(lines, seed)
    second = closing(revised, [lines], first.closed)
    assert (first.narrow, second.narrow) == ((), ())
    assert first.closed.keys() <= second.closed.keys()
    return attack_all([published(lines, first), published(revised, second, "2")])


@pytest.mark.parametrize("seed", few(1, [(seed,) for seed in range(3)]))
def test_nothing_is_found_out(seed: int) -> None:
    assert attacked(seed) == []


@pytest.mark.long
def test_nothing_is_found_out_about_200_months_and_their_revisions() -> None:
    assert {seed: leaks for seed in range(200) if (leaks := attacked(seed))} == {}


@pytest.mark.parametrize("seed", few(1, [(seed,) for seed in range(5)]))
def test_the_solver_and_the_proof_agree(seed: int) -> None:
    lines = seeded_month(seed)
    pattern = closing(lines)
    (version,) = published(lines, pattern)
    solved = bounds_of(version.figures["value_cny"], version.closed, dict.fromkeys(version.closed, 1))
    for cell, proved in pattern.intervals.items():
        low, high = solved[PublishedCell(*cell)]
        assert low == pytest.approx(proved.low, rel=1e-6, abs=1)
        assert high == (None if proved.high is None else pytest.approx(proved.high, rel=1e-6, abs=1))


def test_cells_that_are_closed_alone_are_worked_out() -> None:
    with patch.object(guarding.GuardedTables, "close_more", lambda self: None):
        leaks = attack_all([published(lines := seeded_month(6), closing(lines))])
    assert leaks and {leak.attack for leak in leaks} == {"solver"}


@pytest.mark.long
def test_a_revision_that_closes_no_change_of_few_is_named() -> None:
    lines = seeded_month(6)
    late = [line for line in lines if line != lines[0]]
    first = closing(lines)
    leaks = attack_all([published(lines, first), published(late, closing(late), "2")])
    assert "difference" in {leak.attack for leak in leaks}


@pytest.mark.long
def test_a_cell_that_was_closed_and_opened_is_named() -> None:
    lines = seeded_month(6)
    first = closing(lines)
    opened = first._replace(closed={})
    leaks = attack_all([published(lines, first), published(lines, opened, "2")])
    assert len([leak for leak in leaks if leak.found == "was closed and is open now"]) == len(first.closed)


SMALL = [Traded("I", "9610", "116", "33", f"P{number}", 1, 100) for number in (1, 2)]
OWN = {PublishedCell("9610", "116", "_T"): {"items": 2, "value_cny": 200}}


@pytest.mark.parametrize("seed", few(1, [(seed,) for seed in range(5)]))
def test_small_firms_that_an_attacker_plants_open_no_cell(seed: int) -> None:
    lines = [*seeded_month(seed), *SMALL]
    (version,) = published(lines, closing(lines))
    assert list(plant(version, OWN)) == []


@pytest.mark.parametrize("planted", [2, 3, 5, 10])
def test_firms_that_trade_less_than_a_fifth_of_their_victim_open_no_cell(planted: int) -> None:
    own = [Traded("I", "9610", "701", "71", f"P{number}", 1, 199_000 // planted) for number in range(planted)]
    lines = [*seeded_month(3), Traded("I", "9610", "701", "71", "VICTIM", 4, 1_000_000), *own]
    assert {Cell("9610", "701", "_T"), Cell("9610", "_T", "71")} <= closing(lines).closed.keys()


def test_where_dominance_closes_nothing_they_do() -> None:
    lines = [Traded("I", "9610", "116", "33", "VICTIM", 1, 100_000), *SMALL]
    lines += [Traded("I", "9610", "133", "33", f"F{number}", 5, 9_000) for number in range(9)]
    careless = suppress(contributions_of(lines, "I"), LIMITS._replace(dominance=101, closeness=0))
    assert [leak.found for leak in plant(published(lines, careless)[0], OWN)] == ["1 lines of others"]
    assert list(plant(published(lines, closing(lines))[0], OWN)) == []


@pytest.mark.parametrize("seed", few(1, [(seed,) for seed in range(3)]))
def test_open_cells_and_totals_are_those_of_the_lists(seed: int) -> None:
    lines = seeded_month(seed)
    (version,) = published(lines, pattern := closing(lines))
    totals = {cell: total_of(parts) for cell, parts in contributions_of(lines, "I").items()}
    for cell in totals.keys() - pattern.closed.keys():
        place = PublishedCell(*cell)
        assert (version.figure("items", place), version.figure("value_cny", place)) == totals[cell]
