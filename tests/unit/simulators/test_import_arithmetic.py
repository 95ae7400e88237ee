"""The simulators' own arithmetic of import tax reaches the worked examples of the rules, and the window's on all that
is synthetic; that it shares no code with the window's is held by `tests/shape/test_arrows.py`."""

from datetime import date

import pytest

from declarations.documents import DOCUMENTS, extract
from declarations.goods import load as load_goods
from declarations.parameters import load as load_parameters
from declarations.tax.import_tax import assess
from schemas import catalogue
from simulators.imports.arithmetic import POLICIES, bill, plainly, rates
from simulators.imports.shop import Shop
from simulators.imports.trade import INVENTORY
from simulators.traded import Document, Shape
from tests.tables import each

NAPPIES, CREAM, MASKS, WINE, WHISKY = "9619001100", "3304990039", "3304990049", "2204210000", "2208300000"
BAG, CAT_FOOD, BEER = "4202210090", "2309109000", "2203000000"
LITRES = {WINE: "0.75", WHISKY: "0.7", BEER: "0.5"}


def declared(*goods, freight="0", insurance="0", quantity="1"):
    """A list of goods, each a code and what its line is worth."""
    lines = [
        {
            "gnum": str(number),
            "gcode": gcode,
            "gmodel": rates()[gcode].gmodel,
            "totalPrice": worth,
            "qty": quantity,
            "qty1": LITRES.get(gcode, "1"),
            "unit1": "095" if gcode in LITRES else "035",
        }
        for number, (gcode, worth) in enumerate(goods, 1)
    ]
    return Document({"freight": freight, "insuredFee": insurance}, lines)


@each(
    "name, day, goods, policy, amounts",
    [
        ("I1", "2026-06-01", (NAPPIES, "500.00"), "P1", ("0.00", "0.00", "45.50")),
        ("I3a", "2026-06-01", (CREAM, "300.00"), "P1", ("0.00", "37.06", "32.12")),
        ("I3b", "2026-06-01", (CREAM, "299.99"), "P1", ("0.00", "0.00", "27.30")),
        ("I3c", "2026-06-01", (MASKS, "75.00"), "P1", ("0.00", "9.26", "8.03")),
        ("I5", "2026-06-01", (WINE, "200.00"), "P1", ("0.00", "15.56", "20.22")),
        ("I6", "2026-06-01", (WHISKY, "350.00"), "P1", ("0.00", "61.81", "39.89")),
        ("I8", "2026-06-01", (BAG, "6000.00"), "P1", ("360.00", "0.00", "826.80")),
        ("I9", "2026-06-01", (WINE, "6500.00"), "P1", ("910.00", "823.33", "1070.33")),
        ("whisky in 2024", "2024-12-31", (WHISKY, "6500.00"), "P1", ("325.00", "1707.05", "1109.17")),
        ("whisky in 2025", "2025-01-01", (WHISKY, "6500.00"), "P1", ("650.00", "1788.30", "1161.98")),
        ("whisky, last day at 10 %", "2026-02-01", (WHISKY, "6500.00"), "P1", ("650.00", "1788.30", "1161.98")),
        ("whisky, 5 % again", "2026-02-02", (WHISKY, "6500.00"), "P1", ("325.00", "1707.05", "1109.17")),
        ("I12, 17 %", "2017-06-01", (NAPPIES, "1000.00"), "P1", ("0.00", "0.00", "119.00")),
        ("I12, 16 %", "2018-06-01", (NAPPIES, "1000.00"), "P1", ("0.00", "0.00", "112.00")),
        ("I12, 13 %", "2019-06-01", (NAPPIES, "1000.00"), "P1", ("0.00", "0.00", "91.00")),
        ("above the old limit", "2018-12-31", (BAG, "3000.00"), "P1", ("180.00", "0.00", "508.80")),
        ("below the new limit", "2019-01-01", (BAG, "3000.00"), "P1", ("0.00", "0.00", "336.00")),
        ("I14b, P1", "2026-06-01", (MASKS, "100.27"), "P1", ("0.00", "12.39", "10.73")),
        ("I14b, P2", "2026-06-01", (MASKS, "100.27"), "P2", ("0.00", "12.38", "10.73")),
        ("I17", "2026-06-01", (CAT_FOOD, "260.00"), "P1", ("0.00", "0.00", "16.38")),
        ("I18", "2026-06-01", (NAPPIES, "321.72"), "P1", ("0.00", "0.00", "29.28")),
    ],
)
def test_the_worked_examples_come_out_to_the_fen(name, day, goods, policy, amounts):
    (row,) = plainly(bill(declared(goods), date.fromisoformat(day), policy))
    assert tuple(row[3:]) == amounts


def test_freight_and_insurance_are_shared_by_worth_and_the_last_line_takes_the_rest():
    goods = ((NAPPIES, "398.00"), (CREAM, "129.90"), (WINE, "85.55"))  # I4
    made = bill(declared(*goods, freight="30.00", insurance="5.00"), date(2026, 6, 1))
    assert [row[2] for row in plainly(made)] == ["420.70", "137.31", "90.44"]


def test_what_came_back_is_no_longer_taxed():
    three = declared((NAPPIES, "269.97"), quantity="3")  # I16
    whole, rest = (bill(three, date(2026, 6, 1), returned=back) for back in ({}, {"1": "1"}))
    assert [plainly(made)[0][5] for made in (whole, rest)] == ["24.57", "16.38"]
    assert plainly(rest)[0][2] == "179.98"


def test_nothing_is_reckoned_of_unknown_goods_or_before_there_was_the_tax():
    unknown = declared((NAPPIES, "1.00"))
    unknown.lines[0]["gcode"] = "9999999999"
    assert bill(unknown, date(2026, 6, 1)) is None
    assert bill(declared((NAPPIES, "1.00")), date(2016, 4, 7)) is None


DAYS = (date(2016, 11, 1), date(2017, 8, 1), date(2018, 6, 1), date(2019, 2, 1), date(2019, 5, 1), date(2026, 6, 1))
SHAPES = (Shape(), Shape(goods="cosmetic"), Shape(goods="luxury", lines=1, quantity=1, price=620_000))
NOT_YET = {"2203000000", "2204100000"}
"""Listed since 2019 only."""


@pytest.mark.parametrize("day", DAYS)
def test_both_arithmetics_agree_on_all_that_is_synthetic(day, world):
    shop = Shop(world, 3, day)
    for number in range(60):
        for shape in SHAPES:
            document = shop.trade(number, shape).inventory
            if day.year < 2019 and NOT_YET & {line["gcode"] for line in document.lines}:
                continue
            for policy in POLICIES:
                assert bill(document, day, policy) == window_says(document, day, policy)


def window_says(document, day, policy):
    head, line = layout = catalogue.names("621")
    facts = extract(
        DOCUMENTS[INVENTORY],
        layout,
        [document.head.get(name) for name in head],
        [[row.get(name) for name in line] for row in document.lines],
    )
    assessed = assess(facts, day, load_goods(), load_parameters(), policy)
    return tuple(
        (str(one.gnum), one.gcode, *(amount // 1_000 for amount in (one.value, one.duty, one.consumption, one.vat)))
        for one in assessed.lines
    )
