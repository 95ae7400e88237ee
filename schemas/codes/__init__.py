"""Code tables: the meaning of codes, in Chinese and English, and their periods of validity.

Each table is a CSV in this folder: code, zh, en, since, until (days as 2022-05-31, empty: unknown), source.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent


class TableCode(NamedTuple):
    """One code: its meaning, and the first and last day of its validity, inclusive (None: unknown)."""

    code: str
    zh: str
    en: str
    since: date | None
    until: date | None
    source: str

    def on(self, day: date) -> bool:
        """True if the code is valid on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


_COLUMNS = list(TableCode._fields)


class CodeTable:
    """One code table, loaded on first use."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @cached_property
    def _codes(self) -> dict[str, TableCode]:
        return {code.code: code for code in self._rows()}

    def _rows(self) -> Iterator[TableCode]:
        seen: set[str] = set()
        with self._file.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if reader.fieldnames != _COLUMNS:
                raise ValueError(
                    f"{self._file.name}: the columns must be {', '.join(_COLUMNS)}, not {reader.fieldnames}"
                )
            for row in reader:
                where = f"{self._file.name}, line {reader.line_num}"
                yield _code(row, where, seen)

    def get(self, code: str, day: date | None = None) -> TableCode | None:
        """Return a code; None if it does not exist, or is not valid on `day`."""
        known = self._codes.get(code)
        return known if known is None or day is None or known.on(day) else None

    def __contains__(self, code: object) -> bool:
        return code in self._codes

    def __iter__(self) -> Iterator[TableCode]:
        return iter(self._codes.values())

    def __len__(self) -> int:
        return len(self._codes)


def _code(row: dict[str, str], where: str, seen: set[str]) -> TableCode:
    if None in row or None in row.values():
        raise ValueError(f"{where}: a row has {len(_COLUMNS)} columns")
    if not row["code"] or not row["zh"] or not row["source"]:
        raise ValueError(f"{where}: code, zh and source must be filled in")
    if row["code"] in seen:
        raise ValueError(f"{where}: the code {row['code']} stands there twice")
    seen.add(row["code"])
    since, until = _day(row["since"], where), _day(row["until"], where)
    if since and until and until < since:
        raise ValueError(f"{where}: until {until} is before since {since}")
    return TableCode(row["code"], row["zh"], row["en"] or row["zh"], since, until, row["source"])


def _day(text: str, where: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(f"{where}: {text!r} is no day such as 2022-05-31") from None


countries = CodeTable(HERE / "countries.csv")
country_letters = CodeTable(HERE / "country_letters.csv")
"""Countries by the three letters of ISO 3166-1, as banks name them."""
currencies = CodeTable(HERE / "currencies.csv")
units = CodeTable(HERE / "units.csv")
offices = CodeTable(HERE / "offices.csv")
"""Customs offices; their English names are put into Latin letters by us."""
administrations = CodeTable(HERE / "administrations.csv")
"""Codes of `offices` at which no goods are declared: headquarters and their departments."""
trade_modes = CodeTable(HERE / "trade_modes.csv")
transport_modes = CodeTable(HERE / "transport_modes.csv")
wrap_types = CodeTable(HERE / "wrap_types.csv")
chapters = CodeTable(HERE / "chapters.csv")
"""First two digits of goods codes."""
return_statuses = CodeTable(HERE / "return_statuses.csv")

TABLES = {
    "countries": countries,
    "country_letters": country_letters,
    "currencies": currencies,
    "units": units,
    "offices": offices,
    "administrations": administrations,
    "trade_modes": trade_modes,
    "transport_modes": transport_modes,
    "wrap_types": wrap_types,
    "chapters": chapters,
    "return_statuses": return_statuses,
}
"""All tables by name, for listings."""


def is_working_office(code: str, day: date) -> bool:
    """True if a customs office of the table handles goods on a day."""
    return code in working_offices_on(day)


@lru_cache(64)
def working_offices_on(day: date) -> frozenset[str]:
    """Return the customs offices that handle goods on a day."""
    return codes_on(offices, day) - codes_on(administrations, day)


def codes_on(table: CodeTable, day: date) -> frozenset[str]:
    """Return the codes of a table that are valid on a day."""
    return frozenset(code.code for code in table if code.on(day))
