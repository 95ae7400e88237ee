"""Answers as typed values: a class declares the fields of an answer, from which its JSON and its OpenAPI schema follow.

An answer about a record takes the record's fields of the same names, converted to the types of its own fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Annotated, Any, ClassVar, NamedTuple, Self, TypeVar

import msgspec
from msgspec import Meta, UnsetType

from declarations.calendar import SHANGHAI, utc_text
from declarations.concerned_fields import ConcernedField, found_and_expected
from declarations.lifecycle import all_lifecycles
from declarations.money import amount_text
from declarations.parameters import Parameters
from declarations.reasons import Reason, told_outside
from schemas import receipt_texts
from schemas.remedies import remedy
from single_window.language.phrases import Basis, basis
from single_window.language.words import Words

T = TypeVar("T")
REF = "#/components/schemas/{name}"


def instant_text(instant: int) -> str:
    """Format an instant (milliseconds since the epoch) in ISO 8601; empty for 0: it has not happened."""
    return utc_text(instant) if instant else ""


def _reasons(reasons: Sequence[Reason]) -> tuple[ReasonOut, ...]:
    return tuple(map(reason_out, reasons))


def computed_by(convert: Callable[[Any], Any]) -> Meta:
    """Return the annotation for a field that is computed by `convert` from the record's field of the same name."""
    return Meta(extra={"convert": convert})


Instant = Annotated[str, computed_by(instant_text)]
"""ISO 8601 in UTC, from milliseconds since the epoch; empty: it has not happened."""
Amount = Annotated[str, computed_by(amount_text)]
"""A decimal number as text, from a scaled integer."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer or a part of one; its field names are those of the public JSON."""

    @classmethod
    def of(cls, record: Any, **given: Any) -> Self:
        """Return the answer about a record: required fields that are not in `given` are taken from the record."""
        taken = {
            name: convert(getattr(record, name))
            for name, required, convert in _fields(cls)
            if required and name not in given
        }
        return cls(**taken, **given)


OfOne = Annotated[T | UnsetType, Meta(description="only in an answer about one alone")]
"""A field that a list leaves out of each of its rows."""
OfOneCase = Annotated[T | UnsetType, Meta(description="only in an answer about one case")]
"""The same of cases."""
NextBefore = Annotated[int | None, Meta(description="`before` of the next page")]
"""Where the next page of a list begins whose newest row comes first; None: there is none."""


class CaseOut(Answer, frozen=True, kw_only=True):
    """A case; subclasses have the fields `state`, and `state_zh` and `state_en` with its name."""

    LIFECYCLE: ClassVar[str]

    @classmethod
    def of(cls, record: Any, **given: Any) -> Self:
        """Return the answer about a case's record, with the name of its state in `LIFECYCLE`."""
        state = all_lifecycles()[cls.LIFECYCLE].states[record.state]
        return super().of(record, state_zh=state.zh, state_en=state.en, **given)

    @property
    def state_words(self: Any) -> Words:
        """The name of the state."""
        return Words(self.state_zh, self.state_en)


class ConcernedFieldOut(Answer, frozen=True, kw_only=True):
    """One field that a reason concerns, in one document."""

    kind: Annotated[str, Meta(description="kind of the document, such as order or inventory")]
    number: Annotated[str, Meta(description="the sender's number of the document")]
    document: Annotated[int, Meta(description="number of the document in its message, from 1")]
    path: str
    line: Annotated[int | None, Meta(description="line of the message as it was sent")]
    found: str
    expected: Annotated[str, Meta(description="the expected value, or the value of the other document")]


class ReasonOut(Answer, frozen=True, kw_only=True):
    """The reason of a decision: permanent code, text, dated values used, remedy."""

    code: str
    zh: str
    en: str
    typed: Annotated[str, Meta(description="words of a person that stand in the text, as they were typed")]
    parameters: Annotated[tuple[str, ...], Meta(description="ids of the dated values used")]
    found: str
    expected: str
    remedy_zh: str
    remedy_en: str
    fields: Annotated[
        tuple[ConcernedFieldOut, ...],
        Meta(description="only for a declaration found by its number: the concerned fields of each document"),
    ]


Reasons = Annotated[tuple[ReasonOut, ...], computed_by(_reasons)]


class BasisOut(Answer, frozen=True, kw_only=True):
    """A dated value used in a decision, with its legal act."""

    id: str
    title_zh: str
    title_en: str
    value_zh: str
    value_en: str
    since: Annotated[str, Meta(description="its first day; empty: the beginning is unknown")]
    source: Annotated[str, Meta(description="the act, by its official number")]
    confidence: Annotated[
        str, Meta(description="C confirmed, C* weakly confirmed, K known, I invented for this simulator")
    ]


def bases_out(reasons: Iterable[Reason], law: Parameters) -> tuple[BasisOut, ...]:
    """Return the dated values used in reasons, without duplicates."""
    facts: dict[str, dict[str, None]] = {}
    for reason in reasons:
        for identity in reason.parameter_ids:
            facts.setdefault(identity, {}).update(dict.fromkeys(reason.values.values()))
    return tuple(_basis_out(basis(identity, law, about)) for identity, about in facts.items())


def _basis_out(found: Basis) -> BasisOut:
    return BasisOut(
        id=found.id,
        title_zh=found.title.zh,
        title_en=found.title.en,
        value_zh=found.content_words.zh,
        value_en=found.content_words.en,
        since=found.since,
        source=found.source,
        confidence=found.confidence,
    )


class HistoryLine(NamedTuple):
    """One event in a case's history. `key` is the key of the subject (for a batch, the id of the request that caused
    the event), `at` the instant in milliseconds."""

    id: int
    key: str
    at: int
    actor: str
    event: str
    state: str
    reasons: tuple[Reason, ...]


class HistoryOut(Answer, frozen=True, kw_only=True):
    """One event in the history of a case."""

    at: Instant
    actor: str
    event: str
    state: str
    reasons: Reasons


def local(instant: str) -> str:
    """Format an instant of an answer in Asia/Shanghai, to the second; empty for an empty text."""
    return datetime.fromisoformat(instant).astimezone(SHANGHAI).isoformat(" ")[:19] if instant else ""


def because(reasons: Sequence[ReasonOut]) -> Words:
    """Return the texts of an answer's reasons on one line."""
    return Words("；".join(reason.zh for reason in reasons), "; ".join(reason.en for reason in reasons))


def history_out(lines: Sequence[HistoryLine]) -> tuple[HistoryOut, ...]:
    """Return the history of a case, oldest first."""
    return tuple(map(HistoryOut.of, lines))


def reason_out(reason: Reason, fields: Sequence[ConcernedField] = ()) -> ReasonOut:
    """Return the answer about a reason, with the fields that it concerns."""
    reason = told_outside(reason)
    advice = remedy(reason.rule)
    given, expected = found_and_expected(reason, fields)
    return ReasonOut(
        code=reason.rule,
        zh=_words(reason, "zh"),
        en=_words(reason, "en"),
        typed=reason.values.get("reason", ""),
        parameters=tuple(reason.parameter_ids),
        found=given,
        expected=expected,
        remedy_zh=advice.zh,
        remedy_en=advice.en,
        fields=tuple(map(ConcernedFieldOut.of, fields)),
    )


def schemas() -> dict[str, Any]:
    """Return the JSON schemas of all answer classes by class name."""
    _, components = msgspec.json.schema_components(tuple(_classes(Answer)), ref_template=REF)
    return components


def _words(reason: Reason, language: str) -> str:
    try:
        return receipt_texts.words(reason.rule, reason.values, language)
    except receipt_texts.NoWords:
        return reason.rule


def _classes(base: type[Answer]) -> Iterator[type[Answer]]:
    for answer in base.__subclasses__():
        if answer is not CaseOut:
            yield answer
        yield from _classes(answer)


def _as_it_is(value: Any) -> Any:
    return value


@cache
def _fields(answer: type[Answer]) -> tuple[tuple[str, bool, Callable[[Any], Any]], ...]:
    """Return (name, is required, conversion function) for each field of an answer."""
    return tuple((field.name, field.required, _conversion(field.type)) for field in _fields_of(answer))


def _fields_of(answer: type[Answer]) -> tuple[msgspec.inspect.Field, ...]:
    described = msgspec.inspect.type_info(answer)
    assert isinstance(described, msgspec.inspect.StructType)
    return described.fields


def _conversion(kind: msgspec.inspect.Type) -> Callable[[Any], Any]:
    extra = kind.extra if isinstance(kind, msgspec.inspect.Metadata) else None
    convert: Callable[[Any], Any] = (extra or {}).get("convert", _as_it_is)
    return convert
