"""The goods register: what it knows on a day, what its own rows keep to, and which rows are not believed."""

from __future__ import annotations

import csv
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from declarations import goods, law, parameters
from declarations.rows import BadRow

REGISTER = goods.load()
LAW = parameters.load()
UNITS = Path(__file__).parents[3] / "schemas" / "codes" / "units.csv"
ROW = {
    "hs10": "9506110000",
    "zh": "滑雪屐",
    "en": "skis",
    "unit1": "025",
    "unit2": "",
    "vat": "standard",
    "consumption": "",
    "duty_rate": "0.06",
    "duty_specific": "",
    "content": "",
    "listed_since": "2022-03-01",
    "listed_until": "",
    "remark": "",
    "remark_value": "",
    "confidence": "I",
    "source": "2022",
}


def register_of(folder, *rows, columns=tuple(ROW)):
    path = folder / "register.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([row.values() for row in rows])
    return goods.read(path)


def test_the_register_holds_some_hundred_goods_of_every_kind():
    assert len(REGISTER) >= 300
    assert {row.consumption for row in REGISTER} == set(goods.CONSUMPTION)
    assert {row.remark for row in REGISTER} == set(goods.REMARKS)
    assert {row.confidence for row in REGISTER} == {"C", "I"}


def test_every_row_says_where_it_is_from_and_only_the_rule_books_sources_confirm():
    for row in REGISTER:
        assert row.source
        assert row.confidence == "I" or any(
            law.cites(row.source, source) for source in law.all_sources().values() if source.kind == law.ACT
        )


def test_every_kind_of_consumption_tax_and_every_cap_has_its_parameter():
    for row in REGISTER:
        if row.consumption:
            assert LAW.on(f"consumption.{row.consumption}", row.listed_since).table["method"]
        if row.remark == "yearly_cap":
            assert LAW.on(f"limits.caps.{row.remark_value}", row.listed_since).amount > 0


@pytest.mark.skipif(not UNITS.exists(), reason="the table of units is not in this checkout")
def test_every_unit_is_in_the_table_of_units():
    with UNITS.open(encoding="utf-8") as file:
        known = {row["code"] for row in csv.DictReader(file)} | {""}
    assert {unit for row in REGISTER for unit in (row.unit1, row.unit2)} <= known


def test_a_code_may_change_its_rate_in_time(tmp_path):
    register = register_of(
        tmp_path, {**ROW, "listed_until": "2023-12-31"}, {**ROW, "listed_since": "2024-01-01", "duty_rate": "0.05"}
    )
    assert register.find("9506110000", date(2023, 12, 31)).duty_rate == Decimal("0.06")
    assert register.find("9506110000", date(2024, 1, 1)).duty_rate == Decimal("0.05")


def test_imported_rows_replace_those_of_their_code(tmp_path):
    first = register_of(tmp_path, ROW, {**ROW, "hs10": "9506120000"})
    changed = first.replaced(register_of(tmp_path, {**ROW, "duty_rate": "0.01"}))
    assert changed.find("9506110000", date(2026, 6, 1)).duty_rate == Decimal("0.01")
    assert changed.find("9506120000", date(2026, 6, 1)).duty_rate == Decimal("0.06")
    assert first.find("9506110000", date(2026, 6, 1)).duty_rate == Decimal("0.06"), "the first register is untouched"


BAD = [
    ("a short code", {"hs10": "950611"}, "hs10 '950611' is not ten digits"),
    ("no Chinese name", {"zh": ""}, "zh ''"),
    ("no English name", {"en": ""}, "en ''"),
    ("no unit", {"unit1": ""}, "unit1 ''"),
    ("a unit in words", {"unit2": "千克"}, "unit2 '千克'"),
    ("an unknown VAT rate", {"vat": "0.13"}, "vat '0.13' is not standard \\| reduced"),
    ("an unknown consumption tax", {"consumption": "tobacco"}, "consumption 'tobacco' is not nothing \\| cosmetics"),
    ("an unknown remark", {"remark": "bonded"}, "remark 'bonded' is not nothing \\| bonded_only"),
    ("a name restriction without names", {"remark": "name_only"}, "remark_value '' is not words divided"),
    ("a cap without a group", {"remark": "yearly_cap"}, "remark_value '' is not words divided"),
    ("an unknown confidence", {"confidence": "sure"}, "confidence 'sure' is not C \\| C\\* \\| K \\| I"),
    ("no source", {"source": ""}, "source ''"),
    ("a content without unit", {"content": "30"}, "content '30'"),
    ("a rate in percent", {"duty_rate": "6"}, "duty_rate '6' is not nothing, or a share from 0 to 2"),
    ("a rate that is no number", {"duty_rate": "six"}, "duty_rate 'six' is not nothing, or a share"),
    ("a rate that is not a number", {"duty_rate": "NaN"}, "duty_rate 'NaN' is not"),
    ("a negative amount", {"duty_specific": "-1"}, "duty_specific '-1' is not"),
    ("no day", {"listed_since": ""}, "listed_since '' is not a day"),
    ("a day that does not exist", {"listed_until": "2023-02-29"}, "listed_until '2023-02-29' is not nothing, or a day"),
    (
        "an end before the beginning",
        {"listed_until": "2022-02-28"},
        "listed_until '2022-02-28' is not nothing, or a day from",
    ),
]


@pytest.mark.parametrize(("change", "complaint"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_a_bad_row_is_refused_by_file_and_line(tmp_path, change, complaint):
    other = {**ROW, "hs10": "9506120000"}
    with pytest.raises(BadRow, match=complaint) as refused:
        register_of(tmp_path, other, {**ROW, **change})
    assert "register.csv:3" in str(refused.value)


def test_a_row_of_another_length_is_refused(tmp_path):
    short = dict(list(ROW.items())[:-1])
    for row in (short, {**ROW, "more": "x"}):
        with pytest.raises(BadRow, match=r"register\.csv:2: 16 columns are needed"):
            register_of(tmp_path, row)


def test_other_columns_are_refused(tmp_path):
    with pytest.raises(BadRow, match="the columns must be hs10,zh,en"):
        register_of(tmp_path, ROW, columns=("code", *list(ROW)[1:]))


def test_two_rows_for_one_day_are_refused(tmp_path):
    with pytest.raises(BadRow, match="9506110000: two rows are in force on 2023-01-01"):
        register_of(tmp_path, ROW, {**ROW, "listed_since": "2023-01-01"})


@pytest.mark.parametrize(
    ("day", "duty"),
    [
        ("2016-12-31", "0.10"),
        ("2017-01-01", "0.05"),
        ("2024-12-31", "0.05"),
        ("2025-01-01", "0.10"),
        ("2026-02-01", "0.10"),
        ("2026-02-02", "0.05"),
    ],
)
def test_the_duty_of_whisky_has_days(day: str, duty: str) -> None:
    row = REGISTER.find("2208300000", date.fromisoformat(day))
    assert row is not None and row.duty_rate == Decimal(duty)


def test_a_row_says_whose_duty_is_an_example() -> None:
    """Every row of the package's register names the source of its duty, or says that it is an example."""
    assert [row for row in REGISTER if not re.search(r"示例|关税 \d+%", row.source)] == []
