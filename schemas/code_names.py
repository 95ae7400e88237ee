"""Finds the code of a unit, currency or country that somebody wrote by its name, or by letters of another standard."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cache

from schemas import codes
from schemas.findings import Finding

_TABLE_OF = {
    **dict.fromkeys(("unit", "unit1", "unit2"), "units"),
    "currency": "currencies",
    **dict.fromkeys(("country", "originCountry"), "countries"),
    "trafMode": "transport_modes",
    "wrapType": "wrap_types",
}
"""Element → the table of its codes."""


def code_of_name(element: str, text: str) -> str:
    """Return the code for a name in Chinese or English, or letters such as KGM, CNY or CHN; empty: it names none."""
    table = _TABLE_OF.get(element)
    return _names(table).get(text.strip().casefold(), "") if table else ""


def naming_code(finding: Finding, element: str, text: str) -> Finding:
    """Return the finding; where somebody wrote a name in an element that takes a code, its remedy says that code."""
    code = code_of_name(element, text)
    if not code:
        return finding
    before_zh, before_en = finding.remedy_zh.rstrip("。；"), finding.remedy_en.rstrip(".; ")
    zh, en = f"{before_zh}；“{text}”的代码是{code}", f"{before_en}; the code of {text} is {code}"
    return finding._replace(remedy_zh=zh, remedy_en=en)


@cache
def _names(table: str) -> Mapping[str, str]:
    return {name.casefold(): code for name, code in _known(table)}


def _known(table: str) -> Iterator[tuple[str, str]]:
    with (codes.HERE / "other_names.csv").open(encoding="utf-8", newline="") as file:
        yield from ((row["name"], row["code"]) for row in csv.DictReader(file, strict=True) if row["table"] == table)
    for code in codes.TABLES[table]:
        yield from ((code.en, code.code), (code.zh, code.code))
    if table == "countries":
        named = {country.zh: country.code for country in codes.countries}
        yield from ((row.code, named[row.zh]) for row in codes.country_letters if row.zh in named)
