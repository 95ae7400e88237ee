"""Values that a sandbox has of its own: which parameters may be changed, to what, and how such a value stands in law.

Only what is our own choice may be changed, never what the law sets: its file is marked `changeable`. A value of
a sandbox holds from its day until the next value begins, be that the sandbox's or one of the package.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from declarations.confidence import Confidence
from declarations.parameters.values import Content, NoValue, Parameter, Parameters, Value

AMOUNT = ""
"""Under what the number of a parameter is given that is no table."""
_NUMBER = re.compile(r"\d{1,9}(\.\d{1,5})?", re.ASCII)


class BadChange(ValueError):
    """A value that a parameter cannot be given; `why` names the complaint, `values` what it is about."""

    permanent = True

    def __init__(self, why: str, **values: str) -> None:
        super().__init__(f"{why}: {values}")
        self.why, self.values = why, values


class OwnValue(NamedTuple):
    """A value of a sandbox: of which parameter, from which day on, what, and who decided it."""

    name: str
    since: date
    content: Content
    source: str


def changed(parameter: Parameter, given: Mapping[str, str], since: date) -> Content:
    """The value of a parameter from a day on with these numbers (texts by key; `AMOUNT` where it is no table) in place
    of those in force then. Raises `BadChange`."""
    if parameter.changeable is None:
        raise BadChange("not_changeable", parameter=parameter.name)
    try:
        base = parameter.on(since).content
    except NoValue:
        raise BadChange("no_value", parameter=parameter.name, day=since.isoformat()) from None
    known = {AMOUNT: base} if isinstance(base, Decimal) else dict(base) if isinstance(base, Mapping) else {}
    if strange := given.keys() - known.keys():
        raise BadChange("unknown_key", parameter=parameter.name, key=min(strange), known=", ".join(known) or "–")
    numbers = {key: _number(parameter, text) for key, text in given.items()}
    if all(known[key] == number for key, number in numbers.items()):
        raise BadChange("unchanged", parameter=parameter.name)
    return numbers[AMOUNT] if isinstance(base, Decimal) else {**known, **numbers}


def _number(parameter: Parameter, text: str) -> Decimal:
    bounds = parameter.changeable
    number = Decimal(text.strip()) if _NUMBER.fullmatch(text.strip()) else None
    if number is None or bounds is None or not bounds.least <= number <= bounds.most:
        least, most = (f"{bounds.least:f}", f"{bounds.most:f}") if bounds else ("", "")
        raise BadChange("out_of_bounds", parameter=parameter.name, value=text[:40], least=least, most=most)
    return number


def law_with(own: Iterable[OwnValue], base: Parameters) -> Parameters:
    """A law book with a sandbox's own values, in the order in which they were decided: of two for the same day the
    later one holds."""
    changes: dict[str, list[OwnValue]] = {}
    for value in own:
        changes.setdefault(value.name, []).append(value)
    return base.replaced(_with(base.parameter(name), ones) for name, ones in changes.items())


def _with(parameter: Parameter, own: Iterable[OwnValue]) -> Parameter:
    values = {value.since: value for value in parameter.values}
    for change in own:
        # what a value replaced ends ends it, too: after that day the parameter had none
        before = [value for value in values.values() if value.since <= change.since]
        until = max(before, key=lambda value: value.since).until if before else None
        values[change.since] = Value(
            change.name, change.since, until, change.content, change.source, Confidence.OWN, ref=("own",)
        )
    ordered = [values[since] for since in sorted(values)]
    return replace(
        parameter,
        values=tuple(_ended(value, following) for value, following in zip(ordered, [*ordered[1:], None], strict=True)),
    )


def _ended(value: Value, following: Value | None) -> Value:
    """A value whose last day is known, cut where the next one begins before it."""
    if value.until is None or following is None or value.until < following.since:
        return value
    return replace(value, until=following.since - timedelta(days=1))
