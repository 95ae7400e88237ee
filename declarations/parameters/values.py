"""Dated values: look-up of the value in force on a day, by dictionary and bisection. A missing value raises."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, NamedTuple, TypeAlias, TypeVar

from declarations.confidence import Confidence
from declarations.parameters.tables.shape import ShapeT, in_shape

MethodT = TypeVar("MethodT")
Content: TypeAlias = "Decimal | str | Mapping[str, Any]"


class NoValue(LookupError):
    """Raised if a parameter has no value on a day, so that the rule cannot decide."""

    permanent = True

    def __init__(self, name: str, day: date) -> None:
        super().__init__(f"no value of {name} on {day}: add a [[value]] with its source, or ask for another day")
        self.name = name
        self.day = day


class UnknownParameter(LookupError):
    """Raised for a name that no file defines."""

    permanent = True

    def __init__(self, name: str, known: Iterable[str]) -> None:
        near = get_close_matches(name, list(known), n=1)
        super().__init__(f"no parameter named {name}" + (f"; did you mean {near[0]}?" if near else ""))
        self.name = name


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a parameter from `since` to `until` (None: until the next value begins)."""

    name: str
    since: date
    until: date | None
    content: Content
    source: str
    confidence: Confidence
    issued: date | None = None
    note: str = ""
    note_en: str = ""
    ref: tuple[str, ...] = ()
    """Ids of its sources (`declarations.law`)."""
    _shaped: Any = field(init=False, default=None, repr=False, compare=False)
    id: str = field(init=False)
    """The permanent id of this value: "limits.annual@2019-01-01"."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", f"{self.name}@{self.since.isoformat()}")

    @property
    def amount(self) -> Decimal:
        """The content if it is a number; raises `TypeError` otherwise."""
        if not isinstance(self.content, Decimal):
            raise TypeError(f"{self.id} is not an amount")
        return self.content

    @property
    def text(self) -> str:
        """The content if it is a text, mostly the name of a method; raises `TypeError` otherwise."""
        if not isinstance(self.content, str):
            raise TypeError(f"{self.id} is not a text")
        return self.content

    @property
    def table(self) -> Mapping[str, Any]:
        """The content if it is a table of numbers (Decimal), texts and lists; raises `TypeError` otherwise."""
        if isinstance(self.content, (Decimal, str)):
            raise TypeError(f"{self.id} is not a table")
        return self.content

    def table_as(self, shape: type[ShapeT]) -> ShapeT:
        """Return the table in the shape of its parameter (`declarations.parameters.tables`), cached.

        Raises `ValueError` if the table does not fit the shape.
        """
        if self._shaped is None:
            object.__setattr__(self, "_shaped", in_shape(self.table, shape))
        shaped: ShapeT = self._shaped
        return shaped


class Bounds(NamedTuple):
    """The bounds, inclusive, within which an administrator may change a parameter."""

    least: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its titles in both languages, its unit, and its values, oldest first."""

    name: str
    title: str
    title_en: str
    unit: str
    values: tuple[Value, ...]
    note: str = ""
    note_en: str = ""
    informative: bool = False
    """True: it only documents the law and no code reads it."""
    cumulative: bool = False
    """True: each value only lists what its act changes, so that the law of a day is `values_begun_by`."""
    changeable: Bounds | None = None
    """The bounds within which sandboxes may change it (`changing.py`); None: it cannot be changed."""
    _since: tuple[date, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_since", tuple(value.since for value in self.values))

    def on(self, day: date) -> Value:
        """Return the value in force on a day; raises `NoValue`."""
        position = bisect_right(self._since, day)
        if position:
            value = self.values[position - 1]
            if value.until is None or day <= value.until:
                return value
        raise NoValue(self.name, day)

    def values_begun_by(self, day: date) -> tuple[Value, ...]:
        """Return all values that began by a day and have not ended, oldest first; raises `TypeError` unless the
        parameter is cumulative."""
        if not self.cumulative:
            raise TypeError(f"{self.name} is not cumulative: of a day only one value is in force")
        begun = self.values[: bisect_right(self._since, day)]
        return tuple(value for value in begun if value.until is None or day <= value.until)


def look_up_method(methods: Mapping[str, MethodT], name: str, purpose: str) -> MethodT:
    """Return the method that a dated value names; raises `LookupError`, naming the known ones."""
    if name not in methods:
        raise LookupError(f"no method {name!r} for {purpose}; there are {', '.join(filter(None, methods))}")
    return methods[name]


class Parameters:
    """A set of parameters by name: the package's, or a sandbox's."""

    __slots__ = ("_by_name",)

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        self._by_name = {parameter.name: parameter for parameter in parameters}

    def on(self, name: str, day: date) -> Value:
        """Return the value of a parameter in force on a day; raises `NoValue` or `UnknownParameter`."""
        return self.parameter(name).on(day)

    def parameter(self, name: str) -> Parameter:
        """Return a parameter with all its values; raises `UnknownParameter`, naming the nearest."""
        parameter = self._by_name.get(name)
        if parameter is None:
            raise UnknownParameter(name, self._by_name)
        return parameter

    def with_parameters(self, parameters: Iterable[Parameter]) -> Parameters:
        """Return a copy with these parameters added, replacing those of the same name."""
        return Parameters([*({**self._by_name, **{parameter.name: parameter for parameter in parameters}}).values()])

    def value(self, identity: str) -> Value:
        """Return the value with an id such as "limits.annual@2019-01-01"; raises `LookupError`."""
        name, _, since = identity.partition("@")
        return self.on(name, date.fromisoformat(since))

    def describe(self) -> tuple[Parameter, ...]:
        """Return all parameters, sorted by name."""
        return tuple(self._by_name[name] for name in sorted(self._by_name))

    def beginning_with(self, prefix: str) -> tuple[Parameter, ...]:
        """Return the parameters whose names begin with a prefix, sorted by name."""
        return tuple(self._by_name[name] for name in sorted(self._by_name) if name.startswith(prefix))

    def expiring(self, day: date, days: int) -> tuple[Value, ...]:
        """Return the values that end within `days` days from `day` and have no value on the day after."""
        last = day + timedelta(days=days)
        return tuple(
            value
            for parameter in self.describe()
            for value in parameter.values
            if value.until and day <= value.until <= last and not _has_successor(parameter, value.until)
        )


def _has_successor(parameter: Parameter, end: date) -> bool:
    return any(value.since == end + timedelta(days=1) for value in parameter.values)
