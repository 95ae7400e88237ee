"""Finds remaining personal data in a scrubbed recording: values that are not stand-ins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from simulators.entry.recordings import (
    KINDS,
    CallEvent,
    MessageEvent,
    OfficerAct,
    Recording,
    SandboxChanged,
    body_of,
    rewrite_body,
)
from simulators.recordings.personal import CALL, ELEMENTS, ID, NAME, OFFICER, looks_personal
from simulators.recordings.scrubbing import KEPT_OFFICERS


class PersonalTrace(NamedTuple):
    """A possible personal value, without the value: number of the event (0: master data), place, and sort."""

    event: int
    place: str
    sort: str


def find_remaining(recording: Recording) -> Iterator[PersonalTrace]:
    """All remaining values: in personal elements, and personal-looking texts elsewhere."""
    stand_ins = frozenset(recording.manifest.synthetic)
    for kind, rows in recording.sandbox.master_data.items():
        yield from _in_rows(0, kind, rows, stand_ins)
    for event in recording.events():
        if isinstance(event, MessageEvent):
            yield from _in_message(event, stand_ins)
        elif isinstance(event, OfficerAct):
            for officer in {event.by, event.second} - {"", *KEPT_OFFICERS} - stand_ins:
                yield PersonalTrace(event.id, "by" if officer == event.by else "second", OFFICER)
            yield from _in_values(event.id, {"reason": event.reason, **event.values}, stand_ins)
        elif isinstance(event, SandboxChanged):
            yield from _in_rows(event.id, event.name, event.contents, stand_ins)
        elif isinstance(event, CallEvent):
            yield PersonalTrace(event.id, f"call {event.method}", CALL)
        else:
            yield from _in_values(event.id, {**event.fields, "words": event.words}, stand_ins)


def _in_rows(number: int, kind: str, rows: str, stand_ins: frozenset[str]) -> Iterator[PersonalTrace]:
    """Personal data left in master data; a certificate is a company's and holds none."""
    if kind == "persons":
        for row in rows.splitlines()[1:]:
            cells = zip((ID, NAME), row.split(","), strict=False)
            yield from (PersonalTrace(number, kind, sort) for sort, text in cells if text not in stand_ins)
    elif kind in KINDS:
        yield from (PersonalTrace(number, kind, sort) for sort, text in looks_personal(rows) if text not in stand_ins)


def _in_message(message: MessageEvent, stand_ins: frozenset[str]) -> list[PersonalTrace]:
    places: list[PersonalTrace] = []

    def find_traces(name: str, text: str) -> str:
        sort = ELEMENTS.get(name)
        if sort and text.strip() and text not in stand_ins:
            places.append(PersonalTrace(message.id, name, sort))
        elif not sort:
            places.extend(_in_values(message.id, {name: text}, stand_ins))
        return text

    rewrite_body(body_of(message), find_traces)
    return places


def _in_values(number: int, values: Mapping[str, Any], stand_ins: frozenset[str]) -> Iterator[PersonalTrace]:
    for name, value in values.items():
        for sort, personal in looks_personal(str(value)):
            if personal not in stand_ins:
                yield PersonalTrace(number, name, sort)
