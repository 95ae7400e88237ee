"""The simulators' own arithmetic of refunds reaches every worked example of the rules, to the fen."""

from decimal import Decimal

from simulators.refunds.arithmetic import (
    VatFigures,
    average_cost,
    domestic_sale_tax,
    in_yuan,
    manufacturer_result,
    trader_refund,
)
from tests.tables import each


def yuan(text):
    return Decimal(text)


@each(
    "name, cost, levy, rate, refund",
    [
        ("R1", "100000.00", "0.13", "0.13", "13000.00"),
        ("R1 at 9 %", "100000.00", "0.13", "0.09", "9000.00"),
        ("R4", "20000.00", "0.03", "0.13", "600.00"),
        ("half a fen up", "0.50", "0.13", "0.09", "0.05"),
    ],
)
def test_a_trader_is_refunded_at_the_lower_rate(name, cost, levy, rate, refund):
    assert trader_refund(yuan(cost), yuan(levy), yuan(rate)) == yuan(refund)


def test_a_part_of_what_was_bought_counts_at_the_average_price():
    assert average_cost([(yuan("50000.00"), yuan("1000"))], yuan("600")) == yuan("30000.00")  # R2
    assert trader_refund(yuan("30000.00"), yuan("0.13"), yuan("0.13")) == yuan("3900.00")
    assert average_cost([(yuan("10.00"), yuan("3")), (yuan("20.00"), yuan("4"))], yuan("7")) == yuan("30.00")
    assert average_cost([(yuan("10.00"), yuan("3"))], yuan("1")) == yuan("3.33")


@each(
    "name, exports, levy, rate, period, made",
    [
        (
            "M0",
            "1200000.00",
            "0.13",
            "0.10",
            ("0", "91000"),
            ("36000.00", "-55000.00", "120000.00", "55000.00", "65000.00", "0.00"),
        ),
        (
            "M0b",
            "1350000.00",
            "0.17",
            "0.15",
            ("161500", "306000"),
            ("27000.00", "-117500.00", "202500.00", "117500.00", "85000.00", "0.00"),
        ),
        (
            "M2",
            "1435900.00",
            "0.13",
            "0.09",
            ("39000", "165000", "12000"),
            ("57436.00", "-80564.00", "129231.00", "80564.00", "48667.00", "0.00"),
        ),
        (
            "M3",
            "1435900.00",
            "0.13",
            "0.09",
            ("150000", "165000"),
            ("57436.00", "42436.00", "129231.00", "0.00", "129231.00", "0.00"),
        ),
        (
            "carried on",
            "1000.00",
            "0.13",
            "0.13",
            ("0", "200"),
            ("0.00", "-200.00", "130.00", "130.00", "0.00", "70.00"),
        ),
    ],
)
def test_a_manufacturer_comes_to_the_published_cases(name, exports, levy, rate, period, made):
    amounts = manufacturer_result([(yuan(exports), yuan(levy), yuan(rate))], VatFigures(*map(yuan, period)))
    assert amounts == tuple(map(yuan, made))


def test_exports_of_several_rates_are_added_rate_by_rate():
    amounts = manufacturer_result(
        [(yuan("100.05"), yuan("0.13"), yuan("0.09")), (yuan("100.05"), yuan("0.13"), yuan("0.06"))],
        VatFigures(input=yuan("100")),
    )
    assert (amounts.not_creditable, amounts.ceiling) == (yuan("11.00"), yuan("15.00"))


@each("fob, tax", [("113000.00", "13000.00"), ("86154.00", "9911.52")])
def test_a_domestic_sale_is_taxed_by_what_its_price_holds(fob, tax):
    assert domestic_sale_tax(yuan(fob), yuan("0.13")) == yuan(tax)


def test_dollars_are_converted_at_the_rate_of_the_month():
    assert in_yuan(yuan("64100"), "USD") == yuan("460205.95")  # FX1
