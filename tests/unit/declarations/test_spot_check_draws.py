"""Draws of spot checks never depend on order, process or hashing, and failures raise what is drawn."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from declarations.parameters import load
from declarations.spot_checks import drawing, judgement, power
from declarations.spot_checks.drawing import SampledUnit
from tests.patience import PATIENCE
from tests.shape.sources import ROOT

SEED, PLAN = "qd-2026Q4", "SP2026110001"
UNITS = [SampledUnit(f"3702961003|DD202611{number:05d}|1", "3304990039") for number in range(1, 13)]
LAW = load()
DAY = date(2026, 11, 20)


@given(some.permutations(UNITS), some.integers(0, 14))
def test_no_order_of_work_changes_a_draw(units: list[SampledUnit], size: int) -> None:
    assert drawing.draw_universe(SEED, PLAN, units, {"": size}) == drawing.draw_universe(SEED, PLAN, UNITS, {"": size})


RAISED = drawing.raised_strata(["95|410|advanced", "95|410|", "19||"], Decimal(2))
"""Toys from France failed in a flow, infant formula of unknown origin in an account book."""


@pytest.mark.parametrize(
    ("gcode", "origin", "rate"),
    [
        ("9503006000", "410", "0.1"),
        ("9503006000", "142", "0.05"),
        ("1901101010", "142", "0.1"),
        ("1901101010", "", "0.1"),
        ("3304990039", "", "0.05"),
    ],
)
def test_failures_raise_the_share_of_their_stratum_and_those_of_unknown_origin_of_all_origins(
    gcode: str, origin: str, rate: str
) -> None:
    assert drawing.raised_rate(Decimal("0.05"), SampledUnit("1", gcode, origin), RAISED) == Decimal(rate)
    assert drawing.raised_rate(Decimal("0.9"), SampledUnit("1", gcode, origin), RAISED) <= 1
    assert drawing.read_raised(drawing.write_raised(RAISED)) == RAISED


@pytest.mark.parametrize(("factor", "size"), [("2", 6), ("1.5", 5), ("1", 3)])
def test_a_failure_of_stock_raises_the_number_of_its_stratum(factor: str, size: int) -> None:
    raised = drawing.raised_strata(["33||", "95|410|"], Decimal(factor))
    sizes = drawing.raised_sizes(3, raised)
    assert sizes == {"": 3, "33||": size}
    toys = [unit._replace(key=f"{unit.key}T", gcode="9503006000") for unit in UNITS]
    drawn = [unit.stratum for unit in drawing.draw_universe(SEED, PLAN, [*toys, *UNITS], sizes)]
    assert (drawn.count("33||"), drawn.count("95||")) == (size, 3)


def test_plans_of_earlier_releases_are_drawn_again_as_they_were_drawn() -> None:
    """They noted stock that failed as a stratum without an origin, which raised nothing."""
    before = {"33|": Decimal(2), "95|410": Decimal(2)}
    assert drawing.raised_sizes(3, before) == {"": 3}
    assert drawing.raised_rate(Decimal("0.1"), SampledUnit("1", "3304990039", "410"), before) == Decimal("0.1")


def test_the_first_difference_of_two_draws_is_named() -> None:
    assert drawing.first_difference(["b", "a", "c"], ["c", "b", "a"]) == ""
    assert drawing.first_difference(["b", "d"], ["b", "c"]) == "c"


def test_all_are_drawn_where_nothing_less_is_sure_and_no_bad_unit_is_no_universe() -> None:
    assert power.smallest_sample(3, 1) == 3 and power.smallest_sample(1, 1) == 1
    with pytest.raises(ValueError, match="no universe"):
        power.smallest_sample(10, 0)


@pytest.mark.parametrize(("value", "verdict"), [("0.08", "P"), ("0.0801", "F"), ("0", "P")])
def test_a_value_at_its_limit_passes(value: str, verdict: str) -> None:
    item = judgement.items_of("1901101000", DAY, LAW)[0]
    assert judgement.judged(item, Decimal(value)).verdict == verdict


REDRAW = """
import sys
from declarations.spot_checks.drawing import SampledUnit, draw_universe
units = [SampledUnit(f"T3702W{n // 500:06d}|{n:08d}", f"{1 + n % 97:02d}03006000") for n in range(int(sys.argv[1]))]
print("\\n".join(unit.key for unit in draw_universe("secret", "SP1", reversed(units), {"": 3})))
"""


@pytest.mark.parametrize("lots", [5_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_another_process_draws_the_same_however_it_hashes(lots: int) -> None:
    drawn = [
        subprocess.run(
            [sys.executable, "-c", REDRAW, str(lots)],
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=PATIENCE,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": hashing},
        ).stdout.split()
        for hashing in ("0", "4711")
    ]
    units = [SampledUnit(f"T3702W{n // 500:06d}|{n:08d}", f"{1 + n % 97:02d}03006000") for n in range(lots)]
    here = [unit.key for unit in drawing.draw_universe("secret", "SP1", units, {"": 3})]
    assert drawn == [here, here] and len(here) == 97 * 3
    members = [unit for unit in units if unit.stratum == "01||"]
    first = sorted(members, key=lambda unit: drawing.rank_of("secret", "SP1", unit.key))[:3]
    assert here[:3] == [unit.key for unit in first]
