"""EPCIS documents to events to keep: checked one by one, each with its id, its context and its facts. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from msgspec import Raw

from schemas.epcis.checking import MOST_FINDINGS, check, events_of, is_event
from schemas.epcis.event_ids import event_id, ignored_fields
from schemas.epcis.facts import digest_of, facts_of
from schemas.epcis.reading import NotReadable, read
from schemas.findings import Finding
from schemas.wording import finding
from single_window.store.epcis_events import CapturedEvent

MAX_EVENTS = 500
"""Events that one document may hold."""
MAX_EVENT_BYTES = 100_000
"""Size of an event in JSON; a page has a hundred."""
MAX_KEPT_BYTES = 4_000_000
"""Size in JSON of the events of a document together, each with the prefixes that it uses."""
MAX_GOODS = 10_000
"""Items and lots that the events of a document may name together: about a second's work."""
QUERY_DOCUMENT = "EPCISQueryDocument"
_MOST_SHOWN = 200
_decode = msgspec.json.Decoder(float_hook=Decimal).decode


class CapturedDocument(NamedTuple):
    """The contents of a captured document: the events that are right, by their numbers from 1, how many it has, and
    what is wrong.

    `whole`: nothing is wrong beside single events, so that the others can be taken; `place`: the pointer to its list of
    events; `ignored`: the fields of the document that say what its ids leave out."""

    events: Mapping[int, CapturedEvent]
    sent: int
    findings: Sequence[Finding]
    whole: bool
    warnings: Sequence[Finding] = ()
    place: str = ""
    ignored: Mapping[str, Any] = {}

    def without(self, wrong: Collection[Finding]) -> CapturedDocument:
        """Return the document without some of its events, which these findings are about."""
        faulty = {found.document for found in wrong}
        right = {number: event for number, event in self.events.items() if number not in faulty}
        findings = sorted((*self.findings, *wrong), key=lambda found: found.document or 0)
        return self._replace(events=right, findings=findings)


def capture(body: bytes) -> CapturedDocument:
    """Return the events of a document, or of a single event with its context."""
    try:
        document, twice = read(body)
    except NotReadable as error:
        return _refused(error.finding)
    if document.get("type") == QUERY_DOCUMENT:
        return _refused(finding("epcis-query-document"))
    checked = [*twice, *check(document)]
    wrong = [found for found in checked if not found.warning]
    if any(found.document is None for found in wrong):
        return _refused(*wrong)
    events = events_of(document)
    if refused := _too_much(events) or (wrong if len(wrong) == MOST_FINDINGS else []):  # behind them nothing was read
        return _refused(*refused, sent=len(events))
    faulty = {found.document for found in wrong}
    kept = _kept_all({number: event for number, event in enumerate(events, 1) if number not in faulty}, document)
    if kept is None:
        return _refused(finding("epcis-too-much", most=MAX_KEPT_BYTES), sent=len(events))
    place = "" if is_event(document) else "/epcisBody/eventList"
    warnings = [found for found in checked if found.warning]
    captured = CapturedDocument(kept, len(events), wrong, True, warnings, place, ignored_fields(document))
    large = [number for number, event in kept.items() if len(event.body) > MAX_EVENT_BYTES]
    captured = captured.without([finding("epcis-event-too-large", document=one, most=MAX_EVENT_BYTES) for one in large])
    return captured.without(_contradicting(captured))


def _refused(*findings: Finding, sent: int = 0) -> CapturedDocument:
    return CapturedDocument({}, sent, findings, False)


def _too_much(events: Sequence[Any]) -> list[Finding]:
    if len(events) > MAX_EVENTS:
        return [finding("epcis-too-many-events", most=MAX_EVENTS)]
    return [finding("epcis-too-many-goods", most=MAX_GOODS)] if sum(map(_goods_of, events)) > MAX_GOODS else []


def changed(captured: CapturedDocument, kept: Mapping[int, bytes]) -> list[Finding]:
    """Return a finding for each event that is not what is kept under its id; `kept`: the bodies, by the numbers of the
    events that were not stored."""
    return [_same_id(number, captured) for number, body in kept.items() if not _is_same(captured, number, body)]


def _contradicting(captured: CapturedDocument) -> list[Finding]:
    """Return a finding for each event with the id of an earlier one of the document that says something else."""
    first: dict[tuple[str, str], bytes] = {}
    found = []
    for number, event in captured.events.items():
        earlier = first.setdefault((event.event_id, event.correction), event.body)
        if not _is_same(captured, number, earlier):
            found.append(_same_id(number, captured))
    return found


def _is_same(captured: CapturedDocument, number: int, kept: bytes) -> bool:
    """True if an event says what a kept one says, in whatever order and form, as its canonical id has it."""
    body = captured.events[number].body
    return body == kept or _content(body, captured) == _content(kept, captured)


def _content(body: bytes, captured: CapturedDocument) -> str:
    return event_id(_decode(body), captured.ignored)


def _same_id(number: int, captured: CapturedDocument) -> Finding:
    path = f"{captured.place}/{number - 1}/eventID" if captured.place else "/eventID"
    return finding("epcis-same-id", document=number, path=path, found=captured.events[number].event_id[:_MOST_SHOWN])


def _kept_all(events: Mapping[int, dict[str, Any]], document: dict[str, Any]) -> dict[int, CapturedEvent] | None:
    """Return events as they are kept; None if they are too much."""
    prefixes, size = _prefixes_of(document), 0
    kept = {}
    for number, event in events.items():
        kept[number] = _kept(event, document, prefixes)
        size += len(kept[number].body)
        if size > MAX_KEPT_BYTES:
            return None
    return kept


def _kept(event: dict[str, Any], document: dict[str, Any], prefixes: Mapping[str, Any]) -> CapturedEvent:
    """An event with its id; one that a sender named with an id of its own keeps that."""
    own = event.get("eventID") or event_id(event, document)
    declared = event.get("errorDeclaration")
    shown = {**event, "eventID": own}
    if used := _used(event, prefixes):
        shown["@context"] = [used, *_listed(event.get("@context", []))]
    correction = digest_of(_json(dict(sorted(declared.items()))).decode()) if declared else ""
    return CapturedEvent(own, correction, facts_of(event), _json(shown))


def _goods_of(event: Any) -> int:
    return sum(len(held) for held in event.values() if isinstance(held, list)) if isinstance(event, dict) else 0


def _prefixes_of(document: dict[str, Any]) -> dict[str, Any]:
    """The prefixes and terms of a document, which its events need where they are shown by themselves."""
    if is_event(document):
        return {}
    parts = [part for part in _listed(document.get("@context", [])) if isinstance(part, dict)]
    return {name: meaning for part in parts for name, meaning in part.items()}


def _used(event: dict[str, Any], prefixes: Mapping[str, Any]) -> dict[str, Any]:
    """The prefixes and terms that an event uses, itself or by another one: a document may have a thousand."""
    used: dict[str, Any] = {}
    waiting: list[Any] = [event, [name for name in prefixes if name.startswith("@")]]
    while prefixes and waiting:
        for text in _texts(waiting.pop()):
            name = text if text in prefixes else text.partition(":")[0]
            if name in prefixes and name not in used:
                used[name] = prefixes[name]
                waiting.append(prefixes[name])
    return {name: meaning for name, meaning in prefixes.items() if name in used}


def _texts(value: Any) -> Iterator[str]:
    """Yield the names and texts within a value."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, dict):
            yield from found
            waiting.extend(found.values())
        elif isinstance(found, list):
            waiting.extend(found)


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
