"""Code tables are complete, know from when until when a code holds, and refuse bad rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from schemas.codes import (
    TABLES,
    CodeTable,
    countries,
    country_letters,
    currencies,
    offices,
    return_statuses,
    trade_modes,
    transport_modes,
    units,
    wrap_types,
)
from tests.tables import each

HEADER = "code,zh,en,since,until,source\n"


@each(
    ("table", "size"),
    [
        (countries, 243),
        (currencies, 22),
        (units, 123),
        (offices, 995),
        (trade_modes, 7),
        (transport_modes, 16),
        (wrap_types, 7),
        (return_statuses, 19),
    ],
)
def test_a_table_has_all_its_codes(table: CodeTable, size: int) -> None:
    assert len(table) == len({code.code for code in table}) == size


@each(
    ("table", "code", "zh", "en"),
    [
        (countries, "116", "日本", "Japan"),
        (currencies, "142", "人民币", "Renminbi"),
        (units, "035", "千克", "kilogram"),
        (offices, "4240", "青岛海关快件", "Qingdao Customs express"),
        (offices, "5301", "皇岗海关", "Huanggang Customs"),
        (country_letters, "JPN", "日本", "Japan"),
        (trade_modes, "9610", "直购进口", "Direct purchase"),
        (transport_modes, "5", "航空运输", "Air"),
        (return_statuses, "800", "放行", "released"),
    ],
)
def test_a_code_has_its_words(table: CodeTable, code: str, zh: str, en: str) -> None:
    result = table.get(code)
    assert result is not None and code in table
    assert zh in result.zh and en in result.en and result.source


@each("name", list(TABLES))
def test_codes_of_a_table_are_alike(name: str) -> None:
    lengths = {
        "countries": {3},
        "country_letters": {3},
        "currencies": {3},
        "units": {3},
        "offices": {4},
        "trade_modes": {4},
        "transport_modes": {1},
        "wrap_types": {1},
        "administrations": {4},
        "chapters": {2},
        "return_statuses": {1, 3},
    }
    assert {len(code.code) for code in TABLES[name]} == lengths[name]


@each(
    ("code", "day", "valid"),
    [
        ("9610", date(2014, 2, 9), False),
        ("9610", date(2014, 2, 10), True),
        ("1210", date(2014, 7, 31), False),
        ("1210", date(2014, 8, 1), True),
        ("1239", date(2016, 11, 30), False),
        ("1239", date(2016, 12, 1), True),
        ("9661", date(2021, 12, 31), False),
        ("1261", date(2022, 1, 1), True),
        ("9999", date(2022, 1, 1), False),
    ],
)
def test_a_trade_mode_holds_from_its_day(code: str, day: date, valid: bool) -> None:
    assert (trade_modes.get(code, day) is not None) is valid


def test_an_ended_code_is_known_but_not_valid_after_its_last_day(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text(HEADER + "1,甲,a,2020-01-01,2020-12-31,s\n", encoding="utf-8")
    table = CodeTable(file)
    assert table.get("1") is not None
    assert table.get("1", date(2020, 12, 31)) is not None
    assert table.get("1", date(2021, 1, 1)) is None


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("1,甲,a,,,s\n1,乙,b,,,s\n", "line 3: the code 1 stands there twice"),
        ("1,甲,a,,s\n", "line 2: a row has 6 columns"),
        ("1,甲,a,,,s,x\n", "line 2: a row has 6 columns"),
        ("1,,a,,,s\n", "line 2: code, zh and source"),
        ("1,甲,a,2020-13-01,,s\n", "line 2: '2020-13-01' is no day"),
        ("1,甲,a,2020-02-01,2020-01-01,s\n", "line 2: until 2020-01-01 is before since 2020-02-01"),
    ],
)
def test_a_bad_row_is_refused_with_file_and_line(tmp_path: Path, rows: str, message: str) -> None:
    file = tmp_path / "table.csv"
    file.write_text(HEADER + rows, encoding="utf-8")
    with pytest.raises(ValueError, match=r"table\.csv") as refused:
        CodeTable(file).get("1")
    assert message in str(refused.value)


def test_a_table_with_other_columns_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text("code,zh\n1,甲\n", encoding="utf-8")
    with pytest.raises(ValueError, match="columns"):
        len(CodeTable(file))
