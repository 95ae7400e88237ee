"""A name where a code belongs: the finding says which code."""

from __future__ import annotations

import csv

from schemas import codes
from schemas.code_names import code_of_name, naming_code
from schemas.findings import Finding
from tests.tables import each


@each(
    ("element", "text", "code"),
    [
        ("unit", "件", "011"),
        ("unit1", "千克", "035"),
        ("unit1", " kg ", "035"),
        ("unit2", "KGM", "035"),
        ("currency", "CNY", "142"),
        ("currency", "人民币", "142"),
        ("currency", "us dollar", "502"),
        ("country", "CHN", "142"),
        ("country", "日本", "116"),
        ("trafMode", "水路运输", "2"),
        ("unit", "142", ""),
        ("unit", "", ""),
        ("unit", "CNY", ""),
        ("gname", "件", ""),
    ],
)
def test_a_name_has_the_code_of_its_table(element: str, text: str, code: str) -> None:
    assert code_of_name(element, text) == code


def test_other_names_are_of_codes_that_there_are() -> None:
    with (codes.HERE / "other_names.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert rows and all(row["code"] in codes.TABLES[row["table"]] for row in rows)
    assert len({(row["table"], row["name"].casefold()) for row in rows}) == len(rows)


def test_a_finding_about_a_name_says_the_code_in_both_languages() -> None:
    finding = Finding("wrong-length", "有1个字符", "has 1 character", remedy_zh="长度3。", remedy_en="make it 3 long.")
    named = naming_code(finding, "unit", "件")
    assert named.remedy_zh == "长度3；“件”的代码是011" and named.remedy_en == "make it 3 long; the code of 件 is 011"
    assert naming_code(finding, "unit", "Q") == finding
