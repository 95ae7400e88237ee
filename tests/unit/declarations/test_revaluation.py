"""A re-determined value: prices of a unit become values of lines, to the fen, and the tax follows with its working."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from declarations import parameters, returns
from declarations.money import SCALE, amount_text, scaled_from_text
from declarations.tax import revaluation
from declarations.tax.explanation import explain
from declarations.tax.import_tax import assess
from declarations.tax.revaluation import Redetermined, at_prices, goods_value, methods_on, raised_by
from tests.law.imported import inventory, register
from tests.tables import each

LAW, DAY = parameters.load(), date(2026, 6, 1)
BRUSHES: dict[str, Any] = {
    "lines": [
        {"gcode": "9603210000", "value": "1.00", "quantity": "2", "legal": "2", "legal_unit": "007"},
        {"gcode": "9603210000", "value": "30.00", "quantity": "1", "legal": "1", "legal_unit": "007"},
    ],
    "freight": "10.00",
}
VALUE = Redetermined("similar", {1: scaled_from_text("12.00")})


@each(
    ("price", "quantity", "goods"),
    [
        ("12.00", "2", "24.00"),
        ("0.335", "1", "0.34"),
        ("0.335", "3", "1.01"),  # 1.005
        ("0.33499", "1", "0.33"),
        ("33.33333", "3", "100.00"),
        ("0.00001", "499", "0.00"),
        ("0.00001", "500", "0.01"),
    ],
)
def test_the_value_of_goods_is_price_by_quantity_rounded_once(price: str, quantity: str, goods: str) -> None:
    line = inventory({"lines": [{"gcode": "9603210000", "value": "1.00", "quantity": quantity}]}).lines[0]
    assert amount_text(goods_value(line, scaled_from_text(price))) == goods


def test_freight_is_shared_out_by_the_new_values_and_the_tax_follows() -> None:
    facts = inventory(BRUSHES)
    supposed = at_prices(facts, VALUE.prices)
    assessed = assess(supposed, DAY, register(), LAW)
    assert [amount_text(line.working.goods) for line in assessed.lines] == ["24.00", "30.00"]
    assert [amount_text(line.working.freight) for line in assessed.lines] == ["4.44", "5.56"]
    assert (amount_text(assessed.value), amount_text(raised_by(facts, VALUE.prices))) == ("64.00", "23.00")
    # VAT 13 % by 70 %: 28.44 x 0.091 = 2.58804, 35.56 x 0.091 = 3.23596
    assert [amount_text(line.vat) for line in assessed.lines] == ["2.59", "3.24"]


@each(("language", "told"), [("zh", "类似货物成交价格估价方法"), ("en", "similar goods")])
def test_the_working_names_method_prices_and_law(language: str, told: str) -> None:
    facts = inventory(BRUSHES)
    assessed = assess(at_prices(facts, VALUE.prices), DAY, register(), LAW)
    assessed = revaluation.explained(assessed, facts, VALUE, DAY, LAW)
    texts = explain(assessed, language, LAW)
    (line,) = [text for text in texts if told in text and "12.00" in text]
    assert "12.00 × 2 = 24.00" in line and "0.50" in line
    assert any("213" in text and "73" in text for text in texts), "the law"


def test_goods_that_come_back_leave_their_share_of_the_determined_value() -> None:
    facts = inventory(BRUSHES)
    assessed = assess(at_prices(facts, VALUE.prices), DAY, register(), LAW)
    assessed = revaluation.explained(assessed, facts, VALUE, DAY, LAW)
    left = returns.recompute(facts, assessed, {1: SCALE}).assessment.lines[0]
    assert amount_text(left.working.goods) == "12.00" and left.working.redetermined_by == "similar"


def test_there_are_methods_since_retail_import_begins_each_with_its_name_in_both_languages() -> None:
    for day in (date(2016, 4, 8), DAY):
        assert list(methods_on(day, LAW)) == [
            "undiscounted",
            "identical",
            "similar",
            "deductive",
            "computed",
            "reasonable",
        ]
    for name in methods_on(DAY, LAW):
        value = Redetermined(name, VALUE.prices)
        facts = inventory(BRUSHES)
        assessed = revaluation.explained(assess(facts, DAY, register(), LAW), facts, value, DAY, LAW)
        assert all("method." not in text for tongue in ("zh", "en") for text in explain(assessed, tongue, LAW))


@given(price=st.integers(1, 10**9), more=st.integers(1, 10**6))
def test_a_higher_price_never_lowers_the_value(price: int, more: int) -> None:
    line = inventory(BRUSHES).lines[0]
    assert goods_value(line, price) <= goods_value(line, price + more)
