"""Customs exchange rates from CSV: one month at a time, fixed on the day that the rule names, of a sandbox alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from declarations.calendar import instant_of
from declarations.export.value import calculate_fob
from declarations.forex.rates import NoExchangeRate, convert_at_rate_of_day, rate_of
from declarations.goods import load as goods
from declarations.money import amount_text, scaled_from_text
from declarations.parameters import Parameters, load
from declarations.refund.yuan import convert_fob
from declarations.tax.explanation import explain_values
from declarations.tax.rates import rates_on
from gateways.circumstances import Options
from single_window.cases.exchange.queries import rates
from single_window.clock import Clock
from single_window.master_data.importing import BadFile, Imported, import_csv
from single_window.store.exchange_rate_rows import law_of
from single_window.store.tables import exchange_rate_row
from single_window.wiring import Window
from tests.databases import carry_out, kept_open, read_by, window_in
from tests.tables import each

HEADER = "currency,month,rate,source"
MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
RATES = f"{HEADER}\nUSD,2026-06,7.1012,海关公布\n502,2026-07,7.0899,海关公布\nEUR,2026-06,8.1,海关公布\n"
BEER = "2203000000"


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    opened = window_in(tmp_path_factory.mktemp("window"))
    for name, day in (("june", date(2026, 5, 31)), ("later", JUNE)):
        opened.make_sandbox(name, Options(), clock=Clock("virtual", base=instant_of(day), rate=Decimal(0)))
    yield from kept_open(opened)


@pytest.fixture(autouse=True)
def empty(window: Window) -> None:
    carry_out(window.engine, exchange_rate_row.delete())


def law(window: Window, sandbox: str = "june") -> Parameters:
    return read_by(window.engine, window.circumstances, sandbox).parameters


def refused(window: Window, text: str, sandbox: str = "june") -> list[str]:
    with pytest.raises(BadFile) as caught:
        import_csv(window, sandbox, "exchange_rates", text)
    return [f"{cell.line} {cell.column}" for cell in caught.value.cells]


def test_nothing_imported_means_the_law_of_the_package(window: Window) -> None:
    assert law(window) is load()


def test_a_month_has_the_rate_that_was_imported_for_it_and_the_same_file_changes_nothing(window: Window) -> None:
    assert import_csv(window, "june", "exchange_rates", RATES) == Imported("exchange_rates", 3, 0, 0)
    assert import_csv(window, "june", "exchange_rates", RATES) == Imported("exchange_rates", 0, 0, 3)
    parameters = law(window)
    assert rate_of("USD", date(2026, 6, 30), parameters)[0] == Decimal("7.1012")
    assert rate_of("USD", JULY, parameters)[0] == Decimal("7.0899")
    assert parameters is law(window), "read again only when something was imported"
    assert law(window, "main") is load(), "of this sandbox alone"


def test_the_same_rate_serves_import_valuation_exchange_and_refund(window: Window) -> None:
    import_csv(window, "june", "exchange_rates", RATES)
    parameters, used = law(window), "exchange.usd@2026-07-01"
    beer = rates_on(JULY, goods(), parameters).line_rates(BEER)
    assert (beer.numbers["usd"], used in beer.parameter_ids) == (7_089_900, True)
    assert amount_text(convert_at_rate_of_day(scaled_from_text("100"), "USD", JULY, parameters).amount) == "708.99"
    refund = convert_fob(scaled_from_text("100"), "502", date(2026, 7, 20), parameters)
    assert (amount_text(refund.amount), refund.parameter_ids[-1]) == ("708.99", used)


def test_the_explanation_names_the_fixing_day_and_the_source(window: Window) -> None:
    import_csv(window, "june", "exchange_rates", RATES)
    parameters = law(window)
    assert list(explain_values(["exchange.usd@2026-07-01"], "zh", parameters)) == [
        "依据：海关汇率：美元 7.0899，自 2026-07-01 起，海关公布（2026-06-17 取值）（C）。"
    ]
    assert {rate.currency: rate.source for rate in rates(JULY, parameters)}["USD"] == "海关公布（2026-06-17 取值）"


def test_a_month_without_a_rate_is_refused_and_named(window: Window) -> None:
    import_csv(window, "june", "exchange_rates", RATES)
    parameters = law(window)
    with pytest.raises(NoExchangeRate, match=r"no rate of USD on 2026-08-01: import the rate of 2026-08 \("):
        rate_of("USD", date(2026, 8, 1), parameters)
    with pytest.raises(NoExchangeRate, match="no rate of EUR on 2026-07-01"):
        rate_of("EUR", JULY, parameters)
    with pytest.raises(NoExchangeRate, match="no rate of USD on 2026-08-01"):
        rates_on(date(2026, 8, 1), goods(), parameters).line_rates(BEER)


def test_an_export_list_of_a_month_without_a_rate_says_which_currency_has_none(window: Window) -> None:
    import_csv(window, "june", "exchange_rates", RATES)
    listed: Any = SimpleNamespace(lines=[SimpleNamespace(currency="502", total_price=scaled_from_text("10"))])
    august = calculate_fob(listed, date(2026, 8, 1), law(window))
    assert (august.amount, august.unknown_currencies, august.currencies_without_rate) == (None, (), ("502",))
    assert calculate_fob(listed, JULY, law(window)).amount == scaled_from_text("70.90")


def test_before_the_first_imported_month_the_package_s_rate_holds_and_its_name_still_resolves(window: Window) -> None:
    before = rate_of("USD", MAY, law(window))
    import_csv(window, "june", "exchange_rates", RATES)
    parameters = law(window)
    assert rate_of("USD", MAY, parameters) == before
    assert list(explain_values(before[1], "en", parameters)) == list(explain_values(before[1], "en", load())), (
        "explanations do not change"
    )


def test_a_currency_that_the_package_lacks_can_be_imported(window: Window) -> None:
    import_csv(window, "june", "exchange_rates", f"{HEADER}\nCHF,2026-06,8.9,海关公布\n")
    assert rate_of("331", JUNE, law(window)) == (Decimal("8.9"), ("exchange.chf@2026-06-01",))


@each(
    ("imported", "row", "column"),
    [
        (None, "USD,2026-06,7.2,海关公布", "2 rate"),  # the package's rate was in force
        (None, "USD,2026-02,7.0,海关公布", "2 rate"),  # of a month that is over, too
        (None, "USD,2026-06,7.1795,海关公布", ""),  # nothing changes
        (None, "USD,2026-05,7.1795,海关公布", "2 rate"),  # that of June would be gone
        (None, "CHF,2026-02,8.9,海关公布", ""),  # there was none
        (None, "USD,2026-07,7.2,海关公布", ""),
        ("USD,2026-06,7.1795,海关公布", "USD,2026-06,7.1795,另一来源", "2 rate"),
        ("CHF,2026-06,8.9,海关公布", "CHF,2026-06,8.8,海关公布", "2 rate"),
        ("CHF,2026-06,8.9,海关公布", "CHF,2026-04,8.8,海关公布", ""),
        ("USD,2026-07,7.2,海关公布", "USD,2026-07,7.3,海关公布", ""),
        ("USD,2026-08,7.2,海关公布", "USD,2026-07,7.3,海关公布", ""),
    ],
)
def test_the_rate_of_a_month_that_has_begun_is_neither_changed_nor_taken_away(
    imported: str | None, row: str, column: str, window: Window
) -> None:
    """It is the 1st of June."""
    carry_out(window.engine, exchange_rate_row.delete())
    if imported:
        import_csv(window, "later", "exchange_rates", f"{HEADER}\n{imported}\n")
    before = law(window, "later")
    if column:
        assert refused(window, f"{HEADER}\n{row}\n", "later") == [column]
        assert law(window, "later") is before
    else:
        result = import_csv(window, "later", "exchange_rates", f"{HEADER}\n{row}\n")
        assert result.new + result.changed == 1


def test_a_file_with_every_month_leaves_none_without_a_rate(window: Window) -> None:
    """Each row is judged with the others: May and June together take nothing away."""
    text = f"{HEADER}\nUSD,2026-05,7.1795,海关公布\nUSD,2026-06,7.1795,海关公布\n"
    assert import_csv(window, "later", "exchange_rates", text).new == 2


def test_a_rate_is_kept_with_the_decimals_of_the_rule(window: Window) -> None:
    import_csv(window, "june", "exchange_rates", f"{HEADER}\nKRW,2026-06,0.00515,海关公布\n")
    assert rate_of("KRW", JUNE, law(window))[0] == Decimal("0.0052")


@each(
    ("row", "column"),
    [
        ("CNY,2026-06,1,a,,", "currency"),
        ("142,2026-06,1,a,,", "currency"),
        ("dollars,2026-06,7,a,,", "currency"),
        ("USD,2026-13,7,a,,", "month"),
        ("USD,2010-01,7,a,,", "month"),
        ("USD,2026-06-01,7,a,,", "month"),
        ("USD,2026-06,0,a,,", "rate"),
        ("USD,2026-06,0.00001,a,,", "rate"),
        ("USD,2026-06,-7,a,,", "rate"),
        ("USD,2026-06,7,,,", "source"),
        ("USD,2026-06,7,a,2026-05-21,", "fixed_on"),
        ("USD,2026-06,7,a,,A", "confidence"),
    ],
)
def test_a_bad_cell_is_named_and_nothing_is_imported(row: str, column: str, window: Window) -> None:
    good = "EUR,2026-06,8.1,a,2026-05-20,K"
    assert refused(window, f"{HEADER},fixed_on,confidence\n{good}\n{row}\n") == [f"3 {column}"]
    assert read_by(window.engine, law_of, "june") is load()


def test_a_month_stands_once_in_a_file_whatever_the_currency_is_called(window: Window) -> None:
    assert refused(window, f"{HEADER}\nUSD,2026-06,7.1,a\n502,2026-06,7.1,a\n") == ["3 month"]


def test_the_fourth_wednesday_fixes_the_month_where_the_third_is_a_holiday(window: Window) -> None:
    """2026-02-18 lies in the Spring Festival."""
    import_csv(window, "june", "exchange_rates", f"{HEADER},fixed_on\nCHF,2026-03,8.9,海关公布,2026-02-25\n")
    assert law(window).on("exchange.chf", date(2026, 3, 31)).issued == date(2026, 2, 25)
