"""Refund rates: the table that comes along, and files not believed."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declarations import parameters
from declarations.confidence import Confidence
from declarations.refund import rates
from declarations.refund.rate_choice import choose_for_trader
from declarations.refund.rates import COLUMNS, NoRefundRate, RefundRate, RefundRates
from declarations.rows import BadRow
from schemas.receipt_texts import words
from tests.tables import each

LAW = parameters.load()
RATES = rates.load_rates()


def test_every_reason_has_words_and_names_its_row() -> None:
    choice = choose_for_trader("6109100010", date(2018, 5, 1), Decimal("0.17"), RATES, LAW)
    capped = choose_for_trader("6109100010", date(2018, 5, 1), Decimal("0.03"), RATES, LAW)
    for reason in (*choice.reasons, *capped.reasons):
        for language in ("zh", "en"):
            assert "{" not in words(reason.rule, reason.values, language)
    assert choice.parameter_ids == (
        "refund.rates/6109100010@2014-01-01",
        "refund.rate_day@0001-01-01",
        "refund.transition@2018-05-01",
    )
    assert "17%" in words("20103", choice.reasons[1].values, "en")


def test_goods_whose_levy_did_not_change_know_no_transition() -> None:
    row = RATES.on("6109100010", date(2014, 1, 1))._replace(until=None)
    choice = choose_for_trader("6109100010", date(2018, 6, 1), row.levy, RefundRates([row]), LAW)
    assert [reason.rule for reason in choice.reasons] == ["20101"]


def test_the_goods_that_are_sold_abroad_have_rates_from_2014_to_2027() -> None:
    text = files("simulators.exports").joinpath("goods.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        for year in range(2014, 2028):
            for exported in (date(year, 1, 1), date(year, 12, 31)):
                assert RATES.on(row["hs10"], exported).levy > 0


def test_the_rates_that_come_along_keep_to_the_tiers_of_their_day() -> None:
    for row in RATES.all_rows():
        assert row.refund in LAW.on("refund.tiers", row.since).table["rates"], row
        levies = {LAW.on(name, row.since).amount for name in ("vat.standard", "vat.reduced")}
        assert row.levy in levies, row
    assert {row.confidence for row in RATES.all_rows()} == {"C", "I"}
    assert all(row.source for row in RATES.all_rows())


def test_what_has_changed_since_a_day_is_reported() -> None:
    assert [rate.id for rate in RATES.rows_after("8507600090", date(2026, 4, 1))] == [
        "refund.rates/8507600090@2027-01-01"
    ]
    assert [rate.since for rate in RATES.rows_after("8507600090", date(2026, 3, 31))] == [
        date(2026, 4, 1),
        date(2027, 1, 1),
    ]
    assert RATES.rows_after("0000000000", date(2026, 1, 1)) == ()


def test_a_code_that_ended_says_when() -> None:
    with pytest.raises(NoRefundRate, match="8541402000 on 2022-01-01; its last row before ended on 2021-12-31"):
        RATES.on("8541402000", date(2022, 1, 1))


GOOD = {
    "hs10": "6109100010",
    "name": "T恤衫",
    "unit": "011",
    "levy": "0.13",
    "refund": "0.13",
    "since": "2019-04-01",
    "until": "",
    "flag": "",
    "confidence": "I",
    "source": "示例",
}
CANCELLED = {"refund": "0", "flag": "cancelled"}
BAD = [
    ("a short code", {"hs10": "610910001"}, "hs10"),
    ("a code in other digits", {"hs10": "６109100010"}, "hs10"),
    ("no name", {"name": ""}, "name"),
    ("a blank name", {"name": "  "}, "name"),
    ("a long unit", {"unit": "0110"}, "unit"),
    ("a levy in percent", {"levy": "13"}, "levy"),
    ("a levy of text", {"levy": "0.13%"}, "levy"),
    ("a negative levy", {"levy": "-0.13"}, "levy"),
    ("a levy like a float", {"levy": "1e-1"}, "levy"),
    ("no refund", {"refund": ""}, "refund"),
    ("not a number", {"refund": "NaN"}, "refund"),
    ("more refund than levy", {"refund": "0.16"}, "refund"),
    ("a refund of nothing without a flag", {"refund": "0"}, "flag"),
    ("a flag beside a refund", {"flag": "cancelled"}, "flag"),
    ("an unknown flag", {"flag": "gone"}, "flag"),
    ("an unknown confidence", {"confidence": "sure"}, "confidence"),
    ("no first day", {"since": ""}, "since"),
    ("a day in short", {"since": "20190401"}, "since"),
    ("a day that there is not", {"until": "2019-02-30"}, "until"),
    ("an end before its beginning", {"until": "2019-03-31"}, "until"),
    ("a NUL", {"name": "a\0b"}, "name"),
    ("a row of the same day", {"hs10": "6109909050"}, "since"),
    ("a row inside another", {"hs10": "6109909050", "since": "2020-01-01"}, "since"),
    ("a row out of order", {"hs10": "6109909050", "since": "2018-01-01", "until": "2018-12-31"}, "since"),
]


def text_of(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> str:
    return "\n".join([",".join(columns), *(",".join(row[name] for name in columns) for row in rows)])


@each(("change", "column"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_a_bad_row_is_refused_by_line_and_column_with_what_is_expected(change: dict[str, str], column: str) -> None:
    with pytest.raises(BadRow) as refused:
        rates.parse_rates(text_of({**GOOD, "hs10": "6109909050"}, {**GOOD, **change}), "mine.csv")
    assert refused.value.column == column
    assert str(refused.value).startswith(f"mine.csv:3: {column} ")
    if column != "since" or "hs10" not in change:
        assert rates.ALLOWED_VALUES[column] in refused.value.complaint


@each(
    ("text", "complaint"),
    [
        ("", "mine.csv:1: the columns must be hs10,name"),
        ("hs10,name\n", "mine.csv:1: the columns must be hs10,name"),
        (text_of(GOOD) + ",more", "mine.csv:2: 10 columns are needed"),
        (text_of(GOOD).rpartition(",")[0], "mine.csv:2: 10 columns are needed"),
        (text_of(GOOD).replace("T恤衫", '"T"恤衫'), "mine.csv:2: no CSV"),
    ],
)
def test_a_text_of_another_shape_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(BadRow, match=complaint):
        rates.parse_rates(text, "mine.csv")


def test_a_good_text_is_read_with_or_without_sources() -> None:
    table = rates.parse_rates("\ufeff" + text_of(GOOD, {**GOOD, **CANCELLED, "hs10": "7604299000"}), "mine.csv")
    assert table.on("6109100010", date(2026, 1, 1)).source == "示例"
    short = rates.parse_rates(text_of(GOOD, columns=COLUMNS[:-1]), "mine.csv")
    assert short.on("6109100010", date(2026, 1, 1)) == table.on("6109100010", date(2026, 1, 1))._replace(source="")


def test_rows_of_a_code_that_clash_are_refused_wherever_they_come_from() -> None:
    row = RATES.on("6109100010", date(2026, 1, 1))
    with pytest.raises(BadRow, match="6109100010: since 2019-04-01 does not follow 2019-04-01"):
        RefundRates([row, row])
    with pytest.raises(BadRow, match="lies in the row since 2019-04-01, which ends nowhere"):
        RefundRates([row, row._replace(since=date(2020, 1, 1))])


def test_rows_may_replace_those_of_their_codes() -> None:
    row = RATES.on("6109100010", date(2026, 1, 1))._replace(refund=Decimal("0.09"), since=date(2026, 1, 1))
    mine = RATES.with_rows([row])
    assert mine.rows_of("6109100010") == (row,)
    assert mine.rows_of("6109909050") == RATES.rows_of("6109909050")


@settings(max_examples=60)
@given(st.lists(st.integers(0, 400), min_size=1, max_size=8, unique=True), st.integers(-10, 420))
def test_a_day_has_one_row_or_none(starts: list[int], offset: int) -> None:
    first, days = date(2020, 1, 1), sorted(starts)
    ends = [first + timedelta(following - 1) for following in days[1:]]
    base = RefundRate("6109100010", "T恤衫", "011", Decimal("0.13"), Decimal("0.13"), first, None, "", Confidence.OWN)
    rows = [
        base._replace(since=first + timedelta(start), until=end) for start, end in zip(days, [*ends, None], strict=True)
    ]
    table, exported = RefundRates(rows), first + timedelta(offset)
    holding = [row for row in rows if row.holds_on(exported)]
    if holding:
        assert [table.on("6109100010", exported)] == holding
    else:
        with pytest.raises(NoRefundRate):
            table.on("6109100010", exported)


def test_the_file_that_comes_along_is_what_is_loaded() -> None:
    path = Path(rates.__file__).parent / "rates.csv"
    assert len(RATES.all_rows()) == len(path.read_text("utf-8").splitlines()) - 1
