"""Dated values on a day: the one in force, the previous one, and the next known one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from declarations.parameters import Parameter, Parameters, Value
from declarations.parameters.changing import AMOUNT_KEY, SANDBOX_ONLY
from gateways.agency import agencies
from single_window.language import phrases
from single_window.language.words import LANGUAGES, Words

_COMMON: Mapping[str, tuple[str, ...]] = {
    "limits": ("limits",),
    "tax": ("import_tax", "vat", "consumption", "parcel", "valuation", "collection", "exchange"),
    "risk": ("inspection", "batches", "quality"),
    "windows": ("windows", "returns", "summary"),
    "goods": ("modes", "positive_list", "clearance", "export"),
}
_OF_AGENCIES = [(group, words) for agency in agencies().values() for group, words in agency.parameters.items()]
GROUPS: Mapping[str, tuple[str, ...]] = {
    **{
        group: (*_COMMON.get(group, ()), *(word for other, words in _OF_AGENCIES if other == group for word in words))
        for group in dict.fromkeys((*_COMMON, *(group for group, _ in _OF_AGENCIES)))
    },
    "law": ("law",),
}
"""Group of parameters -> the first words of their names."""
_GROUP_OF = {prefix: group for group, prefixes in GROUPS.items() for prefix in prefixes}
_ORDER = {prefix: number for number, prefix in enumerate(_GROUP_OF)}


class ParameterOnDay(NamedTuple):
    """A parameter on a day: the value in force (None: there is none), the previous one, and the first that starts after
    the day."""

    parameter: Parameter
    value: Value | None
    before: Value | None
    after: Value | None


class ParametersPage(NamedTuple):
    """A page of the requested parameters, by group, and the offset of the next page (0: none)."""

    groups: Sequence[tuple[str, Sequence[ParameterOnDay]]]
    total: int
    after: int


def group_of(name: str) -> str:
    """Return the group of a parameter, from the first word of its name."""
    return _GROUP_OF.get(name.partition(".")[0], "law")


def on_day(parameter: Parameter, day: date) -> ParameterOnDay:
    """Return the values of a parameter around a day."""
    begun = [value for value in parameter.values if value.since <= day]
    later = next((value for value in parameter.values if value.since > day), None)
    if begun and (begun[-1].until is None or day <= begun[-1].until):
        return ParameterOnDay(parameter, begun[-1], begun[-2] if len(begun) > 1 else None, later)
    return ParameterOnDay(parameter, None, begun[-1] if begun else None, later)


def numbers_of(value: Value) -> Mapping[str, Decimal]:
    """Return the numbers of a value of numbers by their keys; one that stands alone has the key `AMOUNT_KEY`."""
    return {AMOUNT_KEY: value.amount} if isinstance(value.content, Decimal) else value.table


def change_in_words(parameter: Parameter, since: date, proposed: Mapping[str, str]) -> Words:
    """Return what numbers by key would become from a day on, each after what it is by then: "ordinary 0.02 → 0.31"."""
    current = on_day(parameter, since).value
    numbers = numbers_of(current) if current is not None else {}
    before = {key: f"{numbers[key]:f} → " for key in proposed if key in numbers}
    names = {key: phrases.phrase("value", key) if key else Words("", "") for key in proposed}
    texts = [
        ", ".join(f"{names[key].text(lang)} {before.get(key, '')}{number}".strip() for key, number in proposed.items())
        for lang in LANGUAGES
    ]
    return Words(*texts)


def parameters_page(
    law: Parameters, day: date, wanted: str = "", group: str = "", start: int = 0, limit: int = 50
) -> ParametersPage:
    """Return at most `limit` parameters from offset `start` whose name or title contains `wanted` (ignoring case), of
    one group (empty: all), in the order of `GROUPS`."""
    parameters = sorted(
        (
            parameter
            for parameter in law.describe()
            if _matches(parameter, wanted.casefold(), group) and not parameter.name.startswith(SANDBOX_ONLY)
        ),
        key=lambda parameter: (_ORDER.get(parameter.name.partition(".")[0], len(_ORDER)), parameter.name),
    )
    piece = [on_day(parameter, day) for parameter in parameters[start : start + limit]]
    grouped = [(name, list(values)) for name, values in groupby(piece, lambda value: group_of(value.parameter.name))]
    return ParametersPage(grouped, len(parameters), start + limit if len(parameters) > start + limit else 0)


def _matches(parameter: Parameter, wanted: str, group: str) -> bool:
    return (not group or group_of(parameter.name) == group) and any(
        wanted in text.casefold() for text in (parameter.name, parameter.title, parameter.title_en)
    )
