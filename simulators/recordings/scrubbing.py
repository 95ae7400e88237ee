"""Replaces personal data of a recording by stand-ins: in messages, receipts, master data, officers' names.

The key of the hash that chooses stand-ins is never written; the manifest has the stand-ins, so that a check can tell
them from people.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace

from simulators.entry.recordings import (
    CallEvent,
    Event,
    MessageEvent,
    OfficerAct,
    ReceiptEvent,
    Recorded,
    Recording,
    SandboxChanged,
    body_of,
    is_signed,
    rewrite_body,
    with_body,
)
from simulators.recordings.personal import ELEMENTS, ID, NAME, OFFICER, looks_personal
from simulators.recordings.stand_ins import StandIns

KEPT_OFFICERS = frozenset({"operator", "system"})


class Scrubbed(NamedTuple):
    """A scrubbed recording: sandbox and events (iterate once); `counts` is updated during the iteration."""

    sandbox: Recorded
    events: Iterator[Event]
    counts: dict[str, int]


def scrub_recording(recording: Recording, strangers: StandIns) -> Scrubbed:
    """The recording with stand-ins and without calls, because their responses may contain any personal data.

    All values are collected first, so that they are also replaced in receipts.
    """
    count = {"messages": 0, "signatures": 0}
    _gather(recording, strangers)
    master = {kind: _rows(kind, rows, strangers) for kind, rows in recording.sandbox.master_data.items()}
    sandbox = replace(recording.sandbox, master_data=master)
    events = (event for event in recording.events() if not isinstance(event, CallEvent))
    return Scrubbed(sandbox, (_event(event, strangers, count) for event in events), count)


def _gather(recording: Recording, strangers: StandIns) -> None:
    values: dict[tuple[str, str], None] = {}

    def note(name: str, text: str) -> str:
        if sort := ELEMENTS.get(name):
            values[sort, text] = None
        return text

    for event in recording.events():
        if isinstance(event, MessageEvent):
            rewrite_body(body_of(event), note)
    strangers.replace_all(values)


def _event(
    event: MessageEvent | OfficerAct | ReceiptEvent | SandboxChanged, strangers: StandIns, count: dict[str, int]
) -> Event:
    if isinstance(event, SandboxChanged):
        return replace(event, contents=_rows(event.name, event.contents, strangers))
    if isinstance(event, MessageEvent):
        return _scrub_message(event, strangers, count)
    if isinstance(event, ReceiptEvent):
        return replace(event, fields=_scrub(event.fields, strangers), words=_scrub(event.words, strangers))
    return _act(event, strangers)


def _scrub_message(message: MessageEvent, strangers: StandIns, count: dict[str, int]) -> MessageEvent:
    body = body_of(message)

    def text(name: str, personal: str) -> str:
        sort = ELEMENTS.get(name)
        return strangers.of(sort, personal) if sort else _in(personal, strangers)

    changed = rewrite_body(body, text)
    count["messages"] += changed != body
    count["signatures"] += changed != body and is_signed(body)
    return replace(message, **with_body(message, changed))


def _act(act: OfficerAct, strangers: StandIns) -> OfficerAct:
    def officer(name: str) -> str:
        return name if name in KEPT_OFFICERS else strangers.of(OFFICER, name)

    return replace(
        act,
        by=officer(act.by),
        second=officer(act.second),
        reason=_in(act.reason, strangers),
        values=_scrub(act.values, strangers),
    )


def _scrub(value: Any, strangers: StandIns) -> Any:
    """The content of a receipt with stand-ins for personal values."""
    if isinstance(value, str):
        return _in(value, strangers)
    if isinstance(value, Mapping):
        return {name: _scrub(each, strangers) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_scrub(each, strangers) for each in value]
    return value


def _in(text: str, strangers: StandIns) -> str:
    """A text with stand-ins for known personal values and personal-looking numbers."""
    for sort, personal in looks_personal(text):
        text = text.replace(personal, strangers.of(sort, personal))
    for word in _words(text):
        if stand_in := strangers.known.get(word):
            text = text.replace(word, stand_in)
    return text


def _words(text: str) -> list[str]:
    """Parts of a text that may be a name or an address: the whole text, and parts between punctuation."""
    parts = "".join(character if character.isalnum() else " " for character in text).split()
    return sorted({text, *parts}, key=len, reverse=True)


def _rows(kind: str, rows: str, strangers: StandIns) -> str:
    """Master data with stand-ins for numbers and names of persons; other kinds have no personal data."""
    if kind != "persons":
        return rows
    records = list(csv.DictReader(io.StringIO(rows)))
    text = io.StringIO()
    written = csv.DictWriter(text, ["id_number", "name"], lineterminator="\n")
    written.writeheader()
    for row in records:
        written.writerow({"id_number": strangers.of(ID, row["id_number"]), "name": strangers.of(NAME, row["name"])})
    return text.getvalue()
