"""Answers about dated values."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from declarations.parameters import Parameter, Value
from single_window.frame.typed import Answer
from single_window.language.phrases import content


class DatedValueOut(Answer, frozen=True, kw_only=True):
    """A dated value with the act behind it."""

    id: str
    value: str
    since: Annotated[str, Meta(description="its first day; 0001-01-01: the beginning is unknown")]
    until: Annotated[str | None, Meta(description="its last day; null: until the next value begins")]
    issued: str | None
    source: Annotated[str, Meta(description="the act, by its official number; or who changed it for the sandbox")]
    confidence: Annotated[
        str, Meta(description="C confirmed, C* weakly confirmed, K known, I invented for this simulator")
    ]
    note: str
    note_en: str


class ParameterOut(Answer, frozen=True, kw_only=True):
    """A parameter; `values` are only in an answer about one parameter."""

    name: str
    title_zh: str
    title_en: str
    unit: str
    count: Annotated[int, Meta(description="the number of its values")]
    note: str | UnsetType = UNSET
    note_en: str | UnsetType = UNSET
    values: tuple[DatedValueOut, ...] | UnsetType = UNSET


class ParametersOut(Answer, frozen=True, kw_only=True):
    """The dated values of a sandbox, by name."""

    parameters: tuple[ParameterOut, ...]


def parameter_out(parameter: Parameter, values: tuple[Value, ...] = ()) -> ParameterOut:
    """Return the answer about a parameter, with `values` if given."""
    return ParameterOut(
        name=parameter.name,
        title_zh=parameter.title,
        title_en=parameter.title_en,
        unit=parameter.unit,
        count=len(parameter.values),
        note=parameter.note if values else UNSET,
        note_en=parameter.note_en if values else UNSET,
        values=tuple(map(_value_out, values)) or UNSET,
    )


def _value_out(value: Value) -> DatedValueOut:
    return DatedValueOut(
        id=value.id,
        value=content(value.content),
        since=value.since.isoformat(),
        until=value.until.isoformat() if value.until else None,
        issued=value.issued.isoformat() if value.issued else None,
        source=value.source,
        confidence=value.confidence,
        note=value.note,
        note_en=value.note_en,
    )
