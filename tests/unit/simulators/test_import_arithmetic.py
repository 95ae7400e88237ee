"""The simulators' own arithmetic of import tax reaches the window's, whose examples are known answers, on all that is
synthetic; that it shares no code with the window's is held by `tests/shape/test_arrows.py`."""

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

NAPPIES = "9619001100"


def declared(worth, quantity="1"):
    """A list of nappies that are worth so much."""
    line = {"gnum": "1", "gcode": NAPPIES, "gmodel": rates()[NAPPIES].gmodel, "totalPrice": worth, "qty": quantity}
    return Document({"freight": "0", "insuredFee": "0"}, [{**line, "qty1": "1", "unit1": "035"}])


def test_what_came_back_is_no_longer_taxed():
    three = declared("269.97", quantity="3")  # I16
    whole, rest = (bill(three, date(2026, 6, 1), returned=back) for back in ({}, {"1": "1"}))
    assert [plainly(made)[0][5] for made in (whole, rest)] == ["24.57", "16.38"]
    assert plainly(rest)[0][2] == "179.98"


def test_nothing_is_reckoned_of_unknown_goods_or_before_there_was_the_tax():
    unknown = declared("1.00")
    unknown.lines[0]["gcode"] = "9999999999"
    assert bill(unknown, date(2026, 6, 1)) is None
    assert bill(declared("1.00"), date(2016, 4, 7)) is None


DAYS = (
    *(date(2016, 11, 1), date(2017, 8, 1), date(2018, 6, 1), date(2018, 12, 31), date(2019, 2, 1), date(2019, 5, 1)),
    *(date(2024, 12, 31), date(2025, 1, 1), date(2026, 2, 1), date(2026, 2, 2), date(2026, 6, 1)),
)
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
