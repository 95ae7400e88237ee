"""Units, currencies and elements by their names, as pages show them."""

from __future__ import annotations

from schemas.codes import CodeTable, countries, country_letters, currencies, units
from single_window.language import for_people, phrases
from single_window.language.words import Words

UNITS = frozenset({"unit", "unit1", "unit2"})
"""Elements that hold a unit."""
SPECIFICATION = "gmodel"
"""The element whose parts stand between upright bars, as declarations want them."""


def value(name: str, text: str, language: str) -> str:
    """Return a value of an element for a page: units and currencies by their names alone, other codes with their
    meaning, the parts of a specification apart."""
    if name == SPECIFICATION:
        return " · ".join(part.strip() for part in text.split("|"))
    if name in UNITS:
        return unit(text).text(language)
    return currency(text).text(language) if name == "currency" else for_people.value(name, text, language)


def unit(code: str) -> Words:
    """Return the name of a unit of measurement; an unknown code unchanged."""
    known = units.get(code)
    if known is None or code in phrases.book()["unit"]:
        return phrases.phrase("unit", code)
    return Words(known.zh, known.en)


def currency(code: str) -> Words:
    """Return the name of a currency by its number (142) or letters (CNY); an unknown code unchanged."""
    known = currencies.get(code)
    if known is None or code in phrases.book()["currency"]:
        return phrases.phrase("currency", code)
    return Words(known.zh, known.en)


def country(code: str) -> Words:
    """Return the name of a country by its number (116) or the letters of banks (JPN); an unknown code unchanged."""
    known = countries.get(code) or country_letters.get(code)
    return Words(known.zh, known.en) if known else Words(code, code)


def name_of(element: str, code: str) -> Words:
    """Return the name of a code of an element with a code table, without the code; empty if it has none."""
    table: CodeTable | None = for_people.CODE_TABLES.get(element)
    known = table.get(code) if table is not None else None
    return Words(known.zh, known.en) if known else Words("", "")
