"""The world is the same for the same seed, its numbers are valid, and its CSV files say what documents use."""

import csv
from datetime import datetime

from simulators.exports.goods import export_goods
from simulators.people import POPULATION, People
from simulators.world import World
from tests.tables import each

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def rows(text):
    return list(csv.DictReader(text.splitlines()))


def resident_id_is_right(number):
    """GB 11643 worked out here by itself: the weights are powers of two modulo 11."""
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(number[:17]))
    datetime.strptime(number[6:14], "%Y%m%d")
    return "10X98765432"[total % 11] == number[17] and len(number) == 18


def credit_code_is_right(code):
    """GB 32100 and GB 11714 worked out here by themselves."""
    organisation = sum(int(c, 36) * w for c, w in zip(code[8:16], (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    ninth = {10: "X", 11: "0"}.get(11 - organisation % 11, str(11 - organisation % 11))
    total = sum(ALPHABET.index(c) * pow(3, place, 31) for place, c in enumerate(code[:17]))
    return code[16] == ninth and code[17] == ALPHABET[(31 - total % 31) % 31] and len(code) == 18


@each(("number", "right"), [("11010519491231002X", True), ("370202199003074514", True), ("370202199003074515", False)])
def test_the_check_of_resident_ids_in_these_tests_distinguishes_right_from_wrong(number, right):
    assert resident_id_is_right(number) is right


def test_the_check_of_credit_codes_in_these_tests_distinguishes_right_from_wrong():
    assert credit_code_is_right("91350100M000100Y43")
    assert not credit_code_is_right("91350100M000100Y44")


def test_buyers_have_valid_identity_numbers_that_nobody_shares():
    people = People(1)
    numbers = [people.buyer(n).id_number for n in (*range(3000), POPULATION - 1, POPULATION // 2)]
    assert all(map(resident_id_is_right, numbers))
    assert len(set(numbers)) == len(numbers)


def test_neighbours_in_number_have_other_names_and_telephones():
    people = People(1)
    assert all(people.buyer(n).name != people.buyer(n + 1).name for n in range(800))
    assert all(people.buyer(n).telephone != people.buyer(n + 1).telephone for n in range(800))


def test_companies_have_valid_and_different_codes(world):
    companies = [*world.participants(), world.stranger]
    assert all(credit_code_is_right(company.credit_code) for company in companies)
    assert all(
        len(company.code) == 10 and company.code.isalnum() and company.code[:4].isdigit() for company in companies
    )
    for numbers in ("code", "credit_code", "dxp_id", "name"):
        assert len({getattr(company, numbers) for company in companies}) == len(companies), numbers
    assert all(company.dxp_id.startswith("DXPENT") and len(company.dxp_id) == 16 for company in companies)


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
