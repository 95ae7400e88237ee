"""EPCIS documents to events to keep: checked one by one, each with its id, its context and its facts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from msgspec import Raw

from schemas.epcis.checking import check, events_of
from schemas.epcis.event_ids import event_id
from schemas.epcis.facts import digest_of, facts_of
from schemas.epcis.reading import NotReadable, read
from schemas.findings import Finding
from schemas.wording import finding
from single_window.store.epcis_events import CapturedEvent

MAX_EVENTS = 500
"""Events that one document may hold."""
MAX_EVENT_BYTES = 100_000
"""Size of an event in JSON; a page has a hundred."""
MAX_GOODS = 10_000
"""Items and lots that the events of a document may name together: about a second's work."""


class CapturedDocument(NamedTuple):
    """The contents of a captured document: the events that are right, how many it has, and what is wrong.

    `whole`: nothing is wrong beside single events, so that the others can be taken."""

    events: Sequence[CapturedEvent]
    sent: int
    findings: Sequence[Finding]
    whole: bool


def capture(body: bytes) -> CapturedDocument:
    """Return the events of a document, or of a single event with its context."""
    try:
        document, _ = read(body)
    except NotReadable as error:
        return CapturedDocument((), 0, [error.finding], False)
    wrong = [found for found in check(document) if not found.warning]
    if any(found.document is None for found in wrong) or document.get("type") == "EPCISQueryDocument":
        return CapturedDocument((), 0, wrong or [finding("epcis-no-document")], False)
    events = events_of(document)
    if len(events) > MAX_EVENTS:
        return CapturedDocument((), len(events), [finding("epcis-too-many-events", most=MAX_EVENTS)], False)
    if sum(map(_goods_of, events)) > MAX_GOODS:
        return CapturedDocument((), len(events), [finding("epcis-too-many-goods", most=MAX_GOODS)], False)
    faulty = {found.document for found in wrong}
    kept = {number: _kept(event, document) for number, event in enumerate(events, 1) if number not in faulty}
    large = {number for number, event in kept.items() if len(event.body) > MAX_EVENT_BYTES}
    wrong += [finding("epcis-event-too-large", document=number, most=MAX_EVENT_BYTES) for number in sorted(large)]
    right = [event for number, event in kept.items() if number not in large]
    return CapturedDocument(right, len(events), wrong, True)


def _kept(event: dict[str, Any], document: dict[str, Any]) -> CapturedEvent:
    """An event with its id; one that a sender named with an id of its own keeps that."""
    own = event.get("eventID") or event_id(event, document)
    declared = event.get("errorDeclaration")
    shown = {**event, "eventID": own}
    if context := _own_context(document):
        shown["@context"] = [*context, *_listed(event.get("@context", []))]
    correction = digest_of(_json(declared).decode()) if declared else ""
    return CapturedEvent(own, correction, facts_of(event), _json(shown))


def _goods_of(event: Any) -> int:
    return sum(len(held) for held in event.values() if isinstance(held, list)) if isinstance(event, dict) else 0


def _own_context(document: dict[str, Any]) -> list[Any]:
    """The prefixes of a document, which its events need where they are shown by themselves."""
    if "epcisBody" not in document:
        return []
    return [part for part in _listed(document.get("@context", [])) if isinstance(part, dict)]


def _listed(context: Any) -> list[Any]:
    return context if isinstance(context, list) else [context]


def _json(value: Any) -> bytes:
    """Return a value as JSON, its numbers as they were written."""
    return msgspec.json.encode(_with_numbers(value))


def _with_numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_numbers(held) for name, held in value.items()}
    if isinstance(value, list):
        return [_with_numbers(held) for held in value]
    return Raw(str(value).encode()) if isinstance(value, Decimal) else value
