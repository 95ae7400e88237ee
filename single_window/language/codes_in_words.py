"""Units, currencies and elements by their names, as pages show them."""

from __future__ import annotations

from schemas.codes import currencies, units
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
