"""Draws, powers and verdicts of spot checks: the vectors of the specification, and what never depends on order."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from declarations.commitments import commitment_of
from declarations.parameters import load
from declarations.spot_checks import drawing, judgement, power
from declarations.spot_checks.drawing import PlanScope, SampledUnit
from declarations.spot_checks.judgement import ReportedItem
from tests.patience import PATIENCE
from tests.shape.sources import ROOT

SEED, PLAN = "qd-2026Q4", "SP2026110001"
UNITS = [SampledUnit(f"3702961003|DD202611{number:05d}|1", "3304990039") for number in range(1, 13)]
LAW = load()
DAY = date(2026, 11, 20)


def test_a_closed_universe_is_drawn_by_the_rank_of_its_units() -> None:
    drawn = drawing.draw_universe(SEED, PLAN, UNITS, {"": 3})
    assert [unit.key[-7:-2] for unit in drawn] == ["00003", "00010", "00009"]
    ranks = [drawing.rank_of(SEED, PLAN, unit.key)[:16] for unit in drawn]
    assert ranks == ["12bbfa48a4635ba2", "19c024b139cc37e3", "38a8aa6e3c2be488"]
    assert commitment_of(SEED).startswith("e2b217091612890f")


@given(some.permutations(UNITS), some.integers(0, 14))
def test_no_order_of_work_changes_a_draw(units: list[SampledUnit], size: int) -> None:
    assert drawing.draw_universe(SEED, PLAN, units, {"": size}) == drawing.draw_universe(SEED, PLAN, UNITS, {"": size})


def test_each_stratum_draws_its_own_number() -> None:
    toys = [unit._replace(key=f"{unit.key}T", gcode="9503006000", origin="410") for unit in UNITS]
    drawn = drawing.draw_universe(SEED, PLAN, [*toys, *UNITS], {"95|410|": 2, "": 1})
    assert [unit.stratum for unit in drawn] == ["33||", "95|410|", "95|410|"]
    assert drawing.draw_universe(SEED, PLAN, toys, {"33||": 5}) == []


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


@pytest.mark.parametrize(
    ("goods", "origin", "covered"),
    [
        ((), "", True),
        (("33",), "", True),
        (("95", "33049900"), "410", True),
        (("95",), "", False),
        ((), "392", False),
    ],
)
def test_a_plan_covers_goods_by_first_digits_and_origin(goods: tuple[str, ...], origin: str, covered: bool) -> None:
    assert PlanScope(goods, origin).covers(SampledUnit("1", "3304990039", "410")) is covered


def test_rates_draw_all_none_and_about_a_share() -> None:
    keys = [str(number) for number in range(4_000)]
    assert all(drawing.is_drawn(SEED, PLAN, key, Decimal(1)) for key in keys)
    assert not any(drawing.is_drawn(SEED, PLAN, key, Decimal(0)) for key in keys)
    assert 150 < sum(drawing.is_drawn(SEED, PLAN, key, Decimal("0.05")) for key in keys) < 250
    assert drawing.is_drawn(SEED, PLAN, "3", Decimal("0.5")) in {True, False}


def test_the_first_difference_of_two_draws_is_named() -> None:
    assert drawing.first_difference(["b", "a", "c"], ["c", "b", "a"]) == ""
    assert drawing.first_difference(["b", "d"], ["b", "c"]) == "c"


def test_a_flow_is_drawn_oftener_where_samples_failed_before() -> None:
    units = [SampledUnit(str(number), "9503006000", "410") for number in range(400)]
    scope, rate = PlanScope(), Decimal("0.1")
    often = drawing.draw_flow(SEED, PLAN, units, rate, scope, {"95|410": Decimal(2)})
    usual = drawing.draw_flow(SEED, PLAN, units, rate, scope, {"95|392": Decimal(2)})
    assert set(usual) < set(often) and 20 < len(usual) < 60 < len(often) < 110
    assert drawing.draw_flow(SEED, PLAN, units, Decimal("0.6"), scope, {"95|410": Decimal(2)}) == units
    assert drawing.draw_flow(SEED, PLAN, units, Decimal(1), PlanScope(("33",)), {}) == []


@pytest.mark.parametrize(
    ("universe", "bad", "smallest"), [(50, 5, 22), (100, 10, 25), (1_000, 100, 29), (500, 25, 56), (10_000, 500, 59)]
)
def test_the_smallest_sample_that_meets_a_bad_unit(universe: int, bad: int, smallest: int) -> None:
    assert power.smallest_sample(universe, bad) == smallest


def test_all_are_drawn_where_nothing_less_is_sure_and_no_bad_unit_is_no_universe() -> None:
    assert power.smallest_sample(3, 1) == 3 and power.smallest_sample(1, 1) == 1
    with pytest.raises(ValueError, match="no universe"):
        power.smallest_sample(10, 0)


def test_a_plan_says_what_it_cannot_find() -> None:
    assert power.chance_of_acceptance(500, 3, 0.01) == pytest.approx(0.2636, abs=1e-4)
    assert power.chance_of_acceptance(500, 3, 0.001) > 0.99
    assert power.chance_of_acceptance(5_000, 30, 0.01) < power.chance_of_acceptance(500, 3, 0.01)
    assert (power.chance_of_acceptance(5, 5, 0.9), power.chance_of_acceptance(5, 1, 1)) == (1.0, 0.0)


def test_a_rate_of_failures_comes_with_its_interval() -> None:
    rate = power.failure_rate(55, 562)
    assert rate is not None
    assert [f"{share:.2%}" for share in rate] == ["9.79%", "7.60%", "12.52%"]
    assert power.failure_rate(0, 0) is None


def test_goods_are_tested_by_the_longest_group_that_fits() -> None:
    assert next(item.most for item in judgement.items_of("1901101000", DAY, LAW)) == Decimal("0.08")
    assert next(item.most for item in judgement.items_of("1905900000", DAY, LAW)) == Decimal("0.2")
    assert len(judgement.items_of("9999000000", DAY, LAW)) == 1


LEAD = ReportedItem("铅", "S", "≤10", "9", "mg/kg", "P")
MERCURY = LEAD._replace(item="汞", value="10.1", verdict="F")


@pytest.mark.parametrize(
    ("verdict", "lines", "seal", "laboratory", "day", "codes"),
    [
        ("P", [LEAD], "A1", "QDLAB01", DAY, []),
        ("F", [LEAD, MERCURY], "A1", "QDLAB01", DAY, []),
        ("P", [LEAD, MERCURY], "A1", "QDLAB01", DAY, ["23109"]),
        ("F", [LEAD], "A1", "QDLAB01", DAY, ["23109"]),
        ("P", [LEAD, MERCURY._replace(verdict="P")], "A1", "QDLAB01", DAY, ["23109.line"]),
        ("P", [LEAD._replace(value="未检出")], "A1", "QDLAB01", DAY, []),
        ("P", [LEAD._replace(limit="≥8")], "A1", "QDLAB01", DAY, []),
        ("F", [LEAD._replace(limit="≥12", verdict="F")], "A1", "QDLAB01", DAY, []),
        ("P", [LEAD], "A2", "QDLAB01", DAY, ["23104"]),
        ("P", [LEAD], "A1", "QDLAB02", date(2025, 12, 31), []),
        ("P", [LEAD], "A1", "QDLAB02", date(2026, 1, 1), ["23105"]),
        ("P", [LEAD], "A2", "NOBODY", DAY, ["23104", "23105"]),
        ("N", [], "A1", "QDLAB03", DAY, []),
    ],
)
def test_a_report_agrees_with_its_sample_its_laboratory_and_its_lines(
    verdict: str, lines: list[ReportedItem], seal: str, laboratory: str, day: date, codes: list[str]
) -> None:
    reasons = judgement.check_report(verdict, lines, ("A1", seal), laboratory, day, LAW)
    assert [reason.rule for reason in reasons] == codes


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
