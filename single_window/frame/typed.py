"""Answers as typed values: a class declares what an answer holds; its JSON and its schema in the OpenAPI document
follow.

An answer about a record takes the record's fields by their names, each converted to the type of the answer's field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

import msgspec
from msgspec import Meta

from declarations.calendar import SHANGHAI, utc_text
from declarations.concerned_fields import ConcernedField, stated
from declarations.lifecycle import lifecycles
from declarations.money import plain
from declarations.parameters import Parameters
from declarations.reasons import Reason
from schemas import receipt_texts
from schemas.remedies import remedy
from single_window.language.phrases import Basis, basis
from single_window.language.words import Words

if TYPE_CHECKING:
    from single_window.frame.case_rows import HistoryLine

REF = "#/components/schemas/{name}"


def instant_text(instant: int) -> str:
    """A moment of milliseconds since the epoch as answers give it; empty: it has not come to that."""
    return utc_text(instant) if instant else ""


def _reasons(reasons: Sequence[Reason]) -> tuple[ReasonOut, ...]:
    return tuple(map(reason_out, reasons))


def converted(convert: Callable[[Any], Any]) -> Meta:
    """Says that a field is made by `convert` of the record's field of the same name."""
    return Meta(extra={"convert": convert})


Instant = Annotated[str, converted(instant_text)]
"""ISO 8601 in UTC, of milliseconds since the epoch; empty: it has not come to that."""
Amount = Annotated[str, converted(plain)]
"""A decimal number as text, of a scaled integer."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer or a part of one; callers see the names of its fields."""

    @classmethod
    def of(cls, record: Any, **given: Any) -> Self:
        """An answer about a record: what is not given comes from its fields, unless it has a default."""
        read = {
            name: convert(getattr(record, name))
            for name, required, convert in _fields(cls)
            if required and name not in given
        }
        return cls(**read, **given)


class CaseOut(Answer, frozen=True, kw_only=True):
    """A case, with fields for its `state`, and for that state in words: `state_zh`, `state_en`."""

    LIFECYCLE: ClassVar[str]

    @classmethod
    def of(cls, record: Any, **given: Any) -> Self:
        """A case as its record has it; states are worded by `LIFECYCLE`."""
        state = lifecycles()[cls.LIFECYCLE].states[record.state]
        return super().of(record, state_zh=state.zh, state_en=state.en, **given)

    @property
    def standing(self: Any) -> Words:
        """Its state in words."""
        return Words(self.state_zh, self.state_en)


class ConcernedFieldOut(Answer, frozen=True, kw_only=True):
    """One field that a reason concerns, in one document."""

    kind: Annotated[str, Meta(description="kind of the document, such as order or inventory")]
    number: Annotated[str, Meta(description="the document's number as its sender gave it")]
    document: Annotated[int, Meta(description="which document of its message, from 1")]
    path: str
    line: Annotated[int | None, Meta(description="line of the message as it was sent")]
    found: str
    expected: Annotated[str, Meta(description="what should stand there, or what the other document says")]


class ReasonOut(Answer, frozen=True, kw_only=True):
    """Why something was decided: permanent code, words, the dated values it rests on, what to do."""

    code: str
    zh: str
    en: str
    parameters: Annotated[tuple[str, ...], Meta(description="ids of the dated values that it rests on")]
    found: str
    expected: str
    remedy_zh: str
    remedy_en: str
    fields: Annotated[
        tuple[ConcernedFieldOut, ...],
        Meta(description="of a declaration found by its number: the fields concerned in each document"),
    ]


Reasons = Annotated[tuple[ReasonOut, ...], converted(_reasons)]


class BasisOut(Answer, frozen=True, kw_only=True):
    """A dated value that a decision rests on, with the act behind it."""

    id: str
    title_zh: str
    title_en: str
    value_zh: str
    value_en: str
    since: Annotated[str, Meta(description="its first day; empty: as far back as anyone knows")]
    source: Annotated[str, Meta(description="the act, by its official number")]
    confidence: Annotated[str, Meta(description="C confirmed, C* weakly, K known, I our own choice")]


def bases_out(reasons: Iterable[Reason], law: Parameters) -> tuple[BasisOut, ...]:
    """The dated values behind reasons, each once."""
    identities = dict.fromkeys(identity for reason in reasons for identity in reason.parameters)
    return tuple(_basis_out(basis(identity, law)) for identity in identities)


def _basis_out(found: Basis) -> BasisOut:
    return BasisOut(
        id=found.id,
        title_zh=found.title.zh,
        title_en=found.title.en,
        value_zh=found.spoken.zh,
        value_en=found.spoken.en,
        since=found.since,
        source=found.source,
        confidence=found.confidence,
    )


class HistoryOut(Answer, frozen=True, kw_only=True):
    """One line of what has happened to a case."""

    at: Instant
    actor: str
    event: str
    state: str
    reasons: Reasons


def local(instant: str) -> str:
    """An instant of an answer as people read it, in Asia/Shanghai to the second; empty as it is."""
    return datetime.fromisoformat(instant).astimezone(SHANGHAI).isoformat(" ")[:19] if instant else ""


def because(reasons: Sequence[ReasonOut]) -> Words:
    """Reasons of an answer in words, on one line."""
    return Words("；".join(reason.zh for reason in reasons), "; ".join(reason.en for reason in reasons))


def history_out(lines: Sequence[HistoryLine]) -> tuple[HistoryOut, ...]:
    """The history of a case, oldest first."""
    return tuple(map(HistoryOut.of, lines))


def reason_out(reason: Reason, fields: Sequence[ConcernedField] = ()) -> ReasonOut:
    """A reason as the API gives it, with the fields that it concerns."""
    advice = remedy(reason.rule)
    given, expected = stated(reason, fields)
    return ReasonOut(
        code=reason.rule,
        zh=_words(reason, "zh"),
        en=_words(reason, "en"),
        parameters=tuple(reason.parameters),
        found=given,
        expected=expected,
        remedy_zh=advice.zh,
        remedy_en=advice.en,
        fields=tuple(map(ConcernedFieldOut.of, fields)),
    )


def schemas() -> dict[str, Any]:
    """The schema of every class of answers, by the name of the class."""
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
    """The fields of an answer: name, whether there is no default, and how it is made of the record's."""
    return tuple((field.name, field.required, _conversion(field.type)) for field in _described(answer))


def _described(answer: type[Answer]) -> tuple[msgspec.inspect.Field, ...]:
    described = msgspec.inspect.type_info(answer)
    assert isinstance(described, msgspec.inspect.StructType)
    return described.fields


def _conversion(kind: msgspec.inspect.Type) -> Callable[[Any], Any]:
    extra = kind.extra if isinstance(kind, msgspec.inspect.Metadata) else None
    convert: Callable[[Any], Any] = (extra or {}).get("convert", _as_it_is)
    return convert
