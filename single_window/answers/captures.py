"""Answers about captured EPCIS events: what a document led to, and queries with the parameters of the standard."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Raw

from schemas.epcis.facts import GoodsRole, digest_of, milliseconds_of, short_word
from schemas.epcis.values import is_time
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
_WORDS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "eventType": ("kind", short_word),
    "EQ_action": ("action", str),
    "EQ_bizStep": ("biz_step", short_word),
    "EQ_disposition": ("disposition", short_word),
    "EQ_readPoint": ("read_point", digest_of),
    "EQ_bizLocation": ("biz_location", digest_of),
    "EQ_eventID": ("event_id", digest_of),
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


def capture_out(capture: Capture) -> CaptureOut:
    """Return the answer about a capture."""
    at = time_text(capture.at)
    errors = msgspec.json.decode(capture.findings or "[]", type=tuple[FindingOut, ...])
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
    )


def findings_text(findings: Sequence[Finding]) -> str:
    """Return findings as they are stored with a capture."""
    return msgspec.json.encode(findings_out(findings)).decode() if findings else ""


def query_of(given: Mapping[str, Sequence[str]], **more: Any) -> EventQuery:
    """Return a query by the parameters of the standard, several values of one parted by `|`; `Refused` for a value
    that none can have."""
    values = {name: [part for value in given[name] for part in value.split("|") if part] for name in given}
    for name, found in values.items():
        if len(found) > _MOST_VALUES:
            raise _refused(name, f"{len(found)}", f"≤ {_MOST_VALUES}")
    words = [
        (column, [form(one) for one in values[name]]) for name, (column, form) in _WORDS.items() if values.get(name)
    ]
    goods = [
        ([digest_of(one) for one in values[f"MATCH_{name}"]], roles)
        for name, roles in _ITEMS.items()
        if values.get(f"MATCH_{name}")
    ]
    bounds: dict[str, Any] = dict(_bounds(values))
    return EventQuery(words=words, goods=goods, corrections=bool(given.get(CORRECTIONS)), **bounds, **more)


def _bounds(values: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, int]]:
    for name, field in _BOUNDS.items():
        for value in values.get(name, ()):
            if not is_time(value):
                raise _refused(name, value, "2026-11-20T08:00:00+08:00")
            yield field, milliseconds_of(value)


def _refused(name: str, found: str, expected: str) -> Refused:
    return Refused("epcis-query", f"{name} cannot be {found}", name=name, path=name, found=found, expected=expected)


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
