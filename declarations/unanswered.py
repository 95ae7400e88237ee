"""The reason of a refusal because a parameter has no value on a day, and the words for what is missing."""

from __future__ import annotations

from declarations.forex.rates import NoExchangeRate
from declarations.parameters import NoValue, UnknownParameter, load
from declarations.reasons import Reason

NO_VALUE = "21309"
LIST_WITHOUT_VALUE = "14008"
"""Code of the same reason for a declared list, import or export."""


def missing_value_reason(error: NoValue, rule: str = NO_VALUE) -> Reason:
    """Return the reason for a missing value, with parameter and day."""
    return Reason(rule, {"parameter": error.name, "parameter_zh": title_of(error.name), "day": error.day.isoformat()})


def missing_values(error: Exception) -> dict[str, str]:
    """Return the values of a reason that says what is missing, in English and in Chinese."""
    return {"missing": str(error), "missing_zh": _missing_in_chinese(error)}


def _missing_in_chinese(error: Exception) -> str:
    if isinstance(error, NoExchangeRate):
        return f"币制{error.currency}在{error.day}没有汇率"
    if isinstance(error, NoValue):
        return f"参数“{title_of(error.name)}”在{error.day}没有取值"
    return f"没有参数{error.name}" if isinstance(error, UnknownParameter) else str(error)


def title_of(name: str) -> str:
    """Return the Chinese title of a parameter; for a part of one (parcel.rates.2) that of the whole; an unknown name as
    it is."""
    known, part = load(), name.partition(" ")[0]
    while part:
        try:
            return known.parameter(part).title
        except UnknownParameter:
            part = part.rpartition(".")[0]
    return name
