"""Values of parameters that a sandbox changes: the check of a change, and the law with such values.

Only our own choices may be changed, never what the law sets: their files are marked `changeable`. A sandbox's value
applies from its day until the next value begins, which may be the sandbox's or the package's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from declarations.confidence import Confidence
from declarations.parameters.values import Content, NoValue, Parameter, Parameters, Value

AMOUNT_KEY = ""
"""The key of the number of a parameter that is not a table."""
SANDBOX_ONLY = "profiles."
"""Names of dated values that the package has none of: risk profiles (`declarations.profiles`)."""
_NUMBER = re.compile(r"\d{1,9}(\.\d{1,5})?", re.ASCII)


class BadChange(ValueError):
    """Raised for a value that a parameter cannot have; `complaint` is the kind of complaint, `values` its details."""

    permanent = True

    def __init__(self, complaint: str, **values: str) -> None:
        super().__init__(f"{complaint}: {values}")
        self.complaint, self.values = complaint, values


class OwnValue(NamedTuple):
    """A sandbox's value of the parameter `name` from the day `since` on; `source` says who decided it."""

    name: str
    since: date
    content: Content
    source: str


def _changeable_content(parameter: Parameter, since: date) -> Content:
    if parameter.changeable is None:
        raise BadChange("not_changeable", parameter=parameter.name)
    try:
        return parameter.on(since).content
    except NoValue:
        raise BadChange("no_value", parameter=parameter.name, day=since.isoformat()) from None


def change_value(parameter: Parameter, new_texts: Mapping[str, str], since: date) -> Content:
    """Return the value in force on `since` with some numbers replaced; `new_texts` has texts by key (`AMOUNT_KEY` if it
    is no table). Raises `BadChange`."""
    base = _changeable_content(parameter, since)
    base_numbers = {AMOUNT_KEY: base} if isinstance(base, Decimal) else dict(base) if isinstance(base, Mapping) else {}
    if unknown_keys := new_texts.keys() - base_numbers.keys():
        known = ", ".join(base_numbers) or "–"
        raise BadChange("unknown_key", parameter=parameter.name, key=min(unknown_keys), known=known)
    numbers = {key: _parse_number(parameter, text) for key, text in new_texts.items()}
    if all(base_numbers[key] == number for key, number in numbers.items()):
        raise BadChange("unchanged", parameter=parameter.name)
    return numbers[AMOUNT_KEY] if isinstance(base, Decimal) else {**base_numbers, **numbers}


def _parse_number(parameter: Parameter, text: str) -> Decimal:
    bounds = parameter.changeable
    number = Decimal(text.strip()) if _NUMBER.fullmatch(text.strip()) else None
    if number is None or bounds is None or not bounds.least <= number <= bounds.most:
        least, most = (f"{bounds.least:f}", f"{bounds.most:f}") if bounds else ("", "")
        raise BadChange("out_of_bounds", parameter=parameter.name, value=text[:40], least=least, most=most)
    return number


def law_with(own_values: Iterable[OwnValue], base: Parameters) -> Parameters:
    """Return a copy of `base` with a sandbox's values, in the order of their decisions; a later one for the same day
    replaces an earlier one."""
    changes: dict[str, list[OwnValue]] = {}
    for value in own_values:
        changes.setdefault(value.name, []).append(value)
    return base.with_parameters(_add_values(_base_of(name, values, base), values) for name, values in changes.items())


def _base_of(name: str, values: Sequence[OwnValue], base: Parameters) -> Parameter:
    """The package's parameter; of what only sandboxes have (`SANDBOX_ONLY`), one without values, named by its newest
    title."""
    if not name.startswith(SANDBOX_ONLY):
        return base.parameter(name)
    newest = values[-1].content
    title = str(newest["title"]) if isinstance(newest, Mapping) else name
    return Parameter(name, title, title, "table", ())


def _add_values(parameter: Parameter, own_values: Iterable[OwnValue]) -> Parameter:
    values = {value.since: value for value in parameter.values}
    for change in own_values:
        # keep the last day of the replaced value, since the parameter has no value after it
        before = [value for value in values.values() if value.since <= change.since]
        until = max(before, key=lambda value: value.since).until if before else None
        values[change.since] = Value(
            change.name, change.since, until, change.content, change.source, Confidence.OWN, ref=("own",)
        )
    ordered = [values[since] for since in sorted(values)]
    return replace(
        parameter,
        values=tuple(
            _shorten(value, following) for value, following in zip(ordered, [*ordered[1:], None], strict=True)
        ),
    )


def _shorten(value: Value, following: Value | None) -> Value:
    """Shorten a value with a last day, if the next value begins before that."""
    if value.until is None or following is None or value.until < following.since:
        return value
    return replace(value, until=following.since - timedelta(days=1))
