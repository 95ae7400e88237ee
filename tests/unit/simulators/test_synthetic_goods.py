"""Our goods agree with the goods register of the authorities: codes, units, consumption tax, remarks."""

import csv
from datetime import date
from pathlib import Path

import pytest

import declarations
from simulators.known_faults import known_fault
from simulators.stock import goods
from tests.tables import each

DAY = date(2026, 6, 1)


@pytest.fixture(scope="module")
def register():
    text = (Path(declarations.__file__).parent / "goods" / "register.csv").read_text("utf-8")
    rows = {}
    for row in csv.DictReader(text.splitlines()):
        if row["listed_since"] <= str(DAY) and (not row["listed_until"] or str(DAY) <= row["listed_until"]):
            rows[row["hs10"]] = row
    return rows


@each("good", goods(), ids=lambda good: good.hs10)
def test_a_good_is_registered_with_the_same_statutory_units(good, register):
    row = register[good.hs10]
    assert (good.unit1, good.unit2) == (row["unit1"], row["unit2"])
    assert good.per1 > 0 and (good.per2 > 0) == bool(good.unit2)


@each("good", goods(), ids=lambda good: good.hs10)
def test_a_good_has_no_remark_but_that_it_comes_from_bond_only(good, register):
    remark = register[good.hs10]["remark"]
    assert remark == "" or (remark == "bonded_only" and not good.direct)


def test_cosmetics_are_those_that_the_register_taxes_as_cosmetics(register):
    ours = {good.hs10 for good in goods() if good.kind == "cosmetic"}
    assert ours == {good.hs10 for good in goods() if register[good.hs10]["consumption"] == "cosmetics"} != set()


def test_ordinary_goods_are_cheap_enough_that_three_of_them_stay_inside_the_limit():
    assert max(good.highest for good in goods() if good.kind in {"ordinary", "cosmetic"}) <= 150_000


def test_item_numbers_are_short_enough_for_the_list_and_unique():
    numbers = [good.item_no for good in goods()]
    assert len(set(numbers)) == len(numbers) >= 60
    assert max(map(len, numbers)) <= 20


def test_the_unlisted_code_is_not_in_the_register(register):
    (change,) = known_fault("import", "not_listed").changes
    assert change["set"] not in register
