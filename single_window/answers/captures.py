"""Answers about captured EPCIS events: what a document led to, and queries with the parameters of the standard."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta, Raw

from schemas.epcis.checking import nearest_word
from schemas.epcis.facts import GoodsRole, digest_of, milliseconds_of, short_word
from schemas.epcis.identifiers import families_like, is_malformed
from schemas.epcis.tables import EVENT_TYPES, bare_word, words_of
from schemas.epcis.values import example, has_form, is_time, is_uri
from schemas.findings import Finding
from single_window.frame.findings import FindingOut, findings_out
from single_window.frame.typed import Answer
from single_window.refused import Refused
from single_window.store.epcis_events import Capture, EventQuery, FoundEvent

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
_ITEMS = {
    "epc": (GoodsRole.ITEM,),
    "parentID": (GoodsRole.PARENT,),
    "inputEPC": (GoodsRole.INPUT,),
    "outputEPC": (GoodsRole.OUTPUT,),
    "anyEPC": (GoodsRole.ITEM, GoodsRole.PARENT, GoodsRole.INPUT, GoodsRole.OUTPUT),
    "epcClass": (GoodsRole.CLASS,),
    "inputEPCClass": (GoodsRole.INPUT_CLASS,),
    "outputEPCClass": (GoodsRole.OUTPUT_CLASS,),
    "anyEPCClass": (GoodsRole.CLASS, GoodsRole.INPUT_CLASS, GoodsRole.OUTPUT_CLASS),
}


class _Word(NamedTuple):
    """What a value of a parameter is compared with. `kind`: what it must be, as in `schemas.epcis.values`, or
    `type`."""

    column: str
    form: Callable[[str], str]
    kind: str


_WORDS: Mapping[str, _Word] = {
    "eventType": _Word("kind", short_word, "type"),
    "EQ_action": _Word("action", str, "action"),
    "EQ_bizStep": _Word("biz_step", short_word, "bizStep"),
    "EQ_disposition": _Word("disposition", short_word, "disposition"),
    "EQ_readPoint": _Word("read_point", digest_of, "uri"),
    "EQ_bizLocation": _Word("biz_location", digest_of, "uri"),
    "EQ_eventID": _Word("event_id", digest_of, "uri"),
}
_BOUNDS = {
    "GE_eventTime": "since",
    "LT_eventTime": "until",
    "GE_recordTime": "recorded_since",
    "LT_recordTime": "recorded_until",
}
MATCHES = tuple(f"MATCH_{name}" for name in _ITEMS)
CORRECTIONS = "EXISTS_errorDeclaration"
PARAMETERS = ("eventType", *list(_WORDS)[1:], *_BOUNDS, *MATCHES, CORRECTIONS)
"""The parameters of the standard's simple event query that are understood, beside paging."""
ANY_GOODS = (*_ITEMS["anyEPC"], *_ITEMS["anyEPCClass"])
_MOST_VALUES = 100


_OF_THE_STANDARD = {
    "capture_id": "captureID",
    "created_at": "createdAt",
    "finished_at": "finishedAt",
    "capture_error_behaviour": "captureErrorBehaviour",
}


class CaptureOut(Answer, frozen=True, kw_only=True, rename=_OF_THE_STANDARD):
    """The outcome of a captured document, by the names of the standard and of this window."""

    capture_id: Annotated[str, Meta(description="its number")]
    created_at: str
    finished_at: str
    running: bool
    success: Annotated[bool, Meta(description="true: every event was taken, now or before")]
    capture_error_behaviour: str
    mailbox: str
    sent: Annotated[int, Meta(description="events of the document")]
    taken: Annotated[int, Meta(description="events that were not captured before")]
    errors: Annotated[tuple[FindingOut, ...], Meta(description="of events that were not taken")]
    warnings: Annotated[tuple[FindingOut, ...], Meta(description="remarks on those that were")]


def capture_out(capture: Capture) -> CaptureOut:
    """Return the answer about a capture."""
    at = time_text(capture.at)
    found = msgspec.json.decode(capture.findings or "[]", type=tuple[FindingOut, ...])
    errors = tuple(finding for finding in found if not finding.warning)
    return CaptureOut(
        capture_id=str(capture.id),
        created_at=at,
        finished_at=at,
        running=False,
        success=not errors,
        capture_error_behaviour=capture.behaviour,
        mailbox=capture.mailbox,
        sent=capture.sent,
        taken=capture.taken,
        errors=errors,
        warnings=tuple(finding for finding in found if finding.warning),
    )


def findings_text(findings: Sequence[Finding]) -> str:
    """Return findings as they are stored with a capture."""
    return msgspec.json.encode(findings_out(findings)).decode() if findings else ""


def query_of(given: Mapping[str, Sequence[str]], **more: Any) -> EventQuery:
    """Return a query by the parameters of the standard, several values of one parted by `|`; `Refused` for a value
    that none can have: it would find nothing, or everything."""
    values = {name: [part for value in given[name] for part in value.split("|") if part] for name in given}
    for name, found in values.items():
        _demand_values(name, given[name], found)
    words = [(word.column, _words(name, word, values[name])) for name, word in _WORDS.items() if name in values]
    goods = [
        (list(chain.from_iterable(_named(f"MATCH_{name}", one) for one in values[f"MATCH_{name}"])), roles)
        for name, roles in _ITEMS.items()
        if f"MATCH_{name}" in values
    ]
    bounds: dict[str, Any] = dict(_bounds(values))
    return EventQuery(words=words, goods=goods, corrections=CORRECTIONS in given, **bounds, **more)


def goods_of(identifier: str) -> Sequence[str]:
    """Return by what an item or lot is found, or the items and lots of a pattern."""
    return families_like(identifier) or [digest_of(identifier)]


def _demand_values(name: str, given: Sequence[str], found: Sequence[str]) -> None:
    if len(found) > _MOST_VALUES:
        raise _refused(name, f"{len(found)}", f"≤ {_MOST_VALUES}")
    if name == CORRECTIONS:
        if set(found) - {"true"}:
            raise _refused(name, found[0], "true")
    elif not found or (name in _BOUNDS and len(found) > 1):
        raise _refused(name, "|".join(given), "1")


def _words(name: str, word: _Word, values: Sequence[str]) -> list[str]:
    for value in values:
        if word.kind == "type":
            right, expected = value in EVENT_TYPES or is_uri(value), " / ".join(EVENT_TYPES)
        elif words_of(word.kind):
            right = has_form(value, word.kind) or bare_word(value, word.kind) in words_of(word.kind)
            expected = nearest_word(word.kind, value)
        else:
            right, expected = has_form(value, word.kind), example(word.kind)
        if not right:
            raise _refused(name, value, expected)
    return [word.form(value) for value in values]


def _named(name: str, value: str) -> Sequence[str]:
    if not is_uri(value) or is_malformed(value):
        raise _refused(name, value, example("uri"))
    return goods_of(value)


def _bounds(values: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, int]]:
    for name, field in _BOUNDS.items():
        for value in values.get(name, ()):
            if not is_time(value):
                raise _refused(name, value, example("time"))
            yield field, milliseconds_of(value)


def _refused(name: str, found: str, expected: str) -> Refused:
    values = {"name": name, "path": name, "found": found, "expected": expected, "allowed": expected}
    return Refused("epcis-query", f"{name} cannot be {found}", **values)


def query_document(found: Sequence[FoundEvent], now: int) -> bytes:
    """Return events as an EPCIS query document in JSON-LD, each with the time of its recording."""
    events = []
    for one in found:
        event = msgspec.json.decode(one.body, type=dict[str, Raw])
        events.append({**event, "recordTime": time_text(one.recorded_at)})
    document = {
        "@context": [CONTEXT],
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": time_text(now),
        "epcisBody": {"queryResults": {"queryName": "SimpleEventQuery", "resultsBody": {"eventList": events}}},
    }
    return msgspec.json.encode(document)


def time_text(at: int) -> str:
    """Return an instant, in milliseconds, in UTC as EPCIS writes it."""
    seconds, milliseconds = divmod(at, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{milliseconds:03}Z"
