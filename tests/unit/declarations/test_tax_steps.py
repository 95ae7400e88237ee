"""The working of a tax as a table: each row's base, rate and share lead to its result."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from declarations import parameters
from declarations.tax.import_tax import assess
from declarations.tax.steps import TaxStep, steps
from tests.law.imported import inventory, register
from tests.tables import each

DAY, LAW = date(2026, 11, 20), parameters.load()


def rows(*lines: dict[str, str]) -> list[TaxStep]:
    return steps(assess(inventory({"lines": list(lines)}), DAY, register(), LAW))


def test_a_line_has_its_value_and_its_taxes_and_the_list_a_total() -> None:
    value, duty, vat, total = rows({"goods": "handbag", "value": "100.00"})
    assert value[2:] == ("value", "100.00 + 0.00 + 0.00", "", "", "100.00")
    assert (duty.base, duty.factor, duty.result) == ("100.00", "0%", "0.00")
    assert vat[2:] == ("vat", "100.00 + 0.00", "13%", "70%", "9.10")
    assert total == (0, "", "total", "0.00 + 0.00 + 9.10", "", "", "9.10")


def test_consumption_tax_is_counted_on_a_price_that_holds_it() -> None:
    (levied,) = [row for row in rows({"goods": "wine", "value": "90.00"}) if row.name == "consumption"]
    assert (levied.base, levied.rate, levied.factor) == ("(90.00 + 0.00) ÷ (1 − 10%)", "10%", "70%")
    assert levied.result == "7.00"


def test_goods_whose_price_customs_determined_say_so_first() -> None:
    assessed = assess(inventory({"lines": [{"goods": "handbag", "value": "100.00"}]}), DAY, register(), LAW)
    (line,) = assessed.lines
    changed = replace(line.working, redetermined_by="similar", price=12_50_000, quantity=200_000, goods=25_00_000)
    first, *_ = steps(replace(assessed, lines=(replace(line, working=changed),)))
    assert (first.name, first.base, first.result) == ("determined", "12.50 × 2", "25.00")


@each("goods", ["handbag", "wine", "whisky", "cream", "camera with compound duty"])
def test_the_results_of_the_lines_add_up_to_the_total(goods: str) -> None:
    *of_lines, total = rows({"goods": goods, "value": "90.00"}, {"goods": "handbag", "value": "10.00"})
    taxes = [row for row in of_lines if row.name != "value"]
    assert sum(int(row.result.replace(".", "")) for row in taxes) == int(total.result.replace(".", ""))
