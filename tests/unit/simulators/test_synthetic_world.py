"""The world is the same for the same seed, its numbers are valid, and its CSV files say what documents use."""

import csv
from datetime import datetime

from simulators.exports.goods import export_goods
from simulators.people import POPULATION, People
from simulators.world import World
from tests.tables import each


def rows(text):
    return list(csv.DictReader(text.splitlines()))


def resident_id_is_right(number):
    """GB 11643 worked out here by itself: the weights are powers of two modulo 11."""
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(number[:17]))
    datetime.strptime(number[6:14], "%Y%m%d")
    return "10X98765432"[total % 11] == number[17] and len(number) == 18


def test_buyers_have_valid_identity_numbers_that_nobody_shares():
    people = People(1)
    numbers = [people.buyer(n).id_number for n in (*range(3000), POPULATION - 1, POPULATION // 2)]
    assert all(map(resident_id_is_right, numbers))
    assert len(set(numbers)) == len(numbers)


def test_neighbours_in_number_have_other_names_and_telephones():
    people = People(1)
    assert all(people.buyer(n).name != people.buyer(n + 1).name for n in range(800))
    assert all(people.buyer(n).telephone != people.buyer(n + 1).telephone for n in range(800))


@each("seed", range(30))
def test_no_world_has_two_companies_of_one_name_or_number(seed):
    drawn = World(seed)
    companies = [*drawn.participants(), drawn.stranger]
    assert (
        len({company.name for company in companies}) == len(companies) == len({company.dxp_id for company in companies})
    )


def test_the_same_seed_gives_the_same_files_and_another_seed_others(world):
    again, other = World(1), World(2)
    for file in ("participants_csv", "guarantees_csv", "stock_csv"):
        assert getattr(world, file)() == getattr(again, file)()
        assert getattr(world, file)() != getattr(other, file)()
    assert world.buyer(17) == again.buyer(17) != other.buyer(17)


def test_participants_csv_has_every_kind_and_not_the_stranger(world):
    result = rows(world.participants_csv())
    assert list(result[0]) == ["code", "credit_code", "name", "kinds", "dxp_id", "credit_grade", "edition"]
    assert {kind for row in result for kind in row["kinds"].split(";")} == {
        "platform",
        "merchant",
        "payment_provider",
        "carrier",
        "agent",
        "warehouse",
        "guarantor",
    }
    assert world.stranger.code not in {row["code"] for row in result}


def test_guarantees_csv_is_ample_but_for_one(world):
    amounts = {row["assure_code"]: float(row["amount"]) for row in rows(world.guarantees_csv())}
    assert amounts.pop(world.small_guarantor.code) < 0.05
    assert set(amounts) == {agent.code for agent in world.agents}
    assert min(amounts.values()) >= 1e8


def test_stock_csv_has_plenty_of_all_bonded_goods_and_one_of_the_scarce(world):
    result = rows(world.stock_csv())
    abroad = [good for good in export_goods() if good.zone]
    scarce = {good.record_no for good in (*world.goods, *abroad) if good.kind == "scarce"}
    assert {row["item_record_no"] for row in result if row["qty"] == "1"} == scarce != set()
    assert {row["area_code"] for row in result} == {
        warehouse.company.code for warehouse in (*world.warehouses, world.export_warehouse)
    }
    assert len(result) == 2 * sum(good.bonded for good in world.goods) + len(abroad)
