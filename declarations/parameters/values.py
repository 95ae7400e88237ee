"""Values in force on a day. A query is a dictionary look-up and a bisection; a missing value raises."""

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
    """A parameter has no value on the requested day: the rule that needs it cannot decide."""

    permanent = True

    def __init__(self, name: str, day: date) -> None:
        super().__init__(f"no value of {name} on {day}: add a [[value]] with its source, or ask for another day")
        self.name = name
        self.day = day


class UnknownParameter(LookupError):
    """A name that no file defines."""

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
    ref: tuple[str, ...] = ()
    """Ids of the sources behind it (`declarations.law`)."""
    _shaped: Any = field(init=False, default=None, repr=False, compare=False)
    id: str = field(init=False)
    """The permanent name of this value: "limits.annual@2019-01-01"."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", f"{self.name}@{self.since.isoformat()}")

    @property
    def amount(self) -> Decimal:
        """The number."""
        if not isinstance(self.content, Decimal):
            raise TypeError(f"{self.id} is not an amount")
        return self.content

    @property
    def text(self) -> str:
        """The word, mostly the name of a method."""
        if not isinstance(self.content, str):
            raise TypeError(f"{self.id} is not a text")
        return self.content

    @property
    def table(self) -> Mapping[str, Any]:
        """Numbers (Decimal), words and lists that only make sense together."""
        if isinstance(self.content, (Decimal, str)):
            raise TypeError(f"{self.id} is not a table")
        return self.content

    def read(self, shape: type[ShapeT]) -> ShapeT:
        """The table in the shape of its parameter (`declarations.parameters.tables`), made once.

        Raises `ValueError` for a table of another shape.
        """
        if self._shaped is None:
            object.__setattr__(self, "_shaped", in_shape(self.table, shape))
        shaped: ShapeT = self._shaped
        return shaped


class Bounds(NamedTuple):
    """Between which numbers an administrator may change what is our own choice, both included."""

    least: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: what it is, in both languages, its unit, and its values, oldest first."""

    name: str
    title: str
    title_en: str
    unit: str
    values: tuple[Value, ...]
    note: str = ""
    informative: bool = False
    """Only documents the law: no code reads it."""
    changeable: Bounds | None = None
    """A sandbox may have values of its own (`changing.py`); None: the law, or what must be the same everywhere."""
    _since: tuple[date, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_since", tuple(value.since for value in self.values))

    def on(self, day: date) -> Value:
        """The value in force on a day; raises `NoValue`."""
        position = bisect_right(self._since, day)
        if position:
            value = self.values[position - 1]
            if value.until is None or day <= value.until:
                return value
        raise NoValue(self.name, day)

    def begun(self, day: date) -> tuple[Value, ...]:
        """The values begun by a day and not ended before it, oldest first: for a parameter whose values add up."""
        begun = self.values[: bisect_right(self._since, day)]
        return tuple(value for value in begun if value.until is None or day <= value.until)


def method_named(methods: Mapping[str, MethodT], name: str, purpose: str) -> MethodT:
    """The method that a value of the law names; raises `LookupError`, naming those there are."""
    if name not in methods:
        raise LookupError(f"no method {name!r} for {purpose}; there are {', '.join(filter(None, methods))}")
    return methods[name]


class Parameters:
    """All parameters of one law book."""

    __slots__ = ("_by_name",)

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        self._by_name = {parameter.name: parameter for parameter in parameters}

    def on(self, name: str, day: date) -> Value:
        """The value of a parameter in force on a day; raises `NoValue` or `UnknownParameter`."""
        return self.parameter(name).on(day)

    def parameter(self, name: str) -> Parameter:
        """One parameter with its whole history; raises `UnknownParameter` naming the nearest."""
        parameter = self._by_name.get(name)
        if parameter is None:
            raise UnknownParameter(name, self._by_name)
        return parameter

    def replaced(self, parameters: Iterable[Parameter]) -> Parameters:
        """A law book in which these parameters stand in place of those of the same name, or beside them."""
        return Parameters([*({**self._by_name, **{parameter.name: parameter for parameter in parameters}}).values()])

    def value(self, identity: str) -> Value:
        """The value behind an id such as "limits.annual@2019-01-01"; raises `LookupError`."""
        name, _, since = identity.partition("@")
        return self.on(name, date.fromisoformat(since))

    def describe(self) -> tuple[Parameter, ...]:
        """Every parameter, sorted by name."""
        return tuple(self._by_name[name] for name in sorted(self._by_name))

    def expiring(self, day: date, days: int) -> tuple[Value, ...]:
        """The values that end within `days` days from `day` on and leave the day after without any value."""
        last = day + timedelta(days=days)
        return tuple(
            value
            for parameter in self.describe()
            for value in parameter.values
            if value.until and day <= value.until <= last and not _followed(parameter, value.until)
        )


def _followed(parameter: Parameter, end: date) -> bool:
    return any(value.since == end + timedelta(days=1) for value in parameter.values)
