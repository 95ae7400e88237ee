"""The observations of a recording: what was sent and answered, and each receipt in the order of its mailbox.

A recording has no places of mailboxes, no polls and no balances; it is whole until its last instant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from single_window.histories.observations import (
    RECEIVED,
    SENT,
    TAKEN,
    Acknowledged,
    Observation,
    SeenReceipt,
    Sent,
    WholeHistory,
)
from single_window.histories.seen_receipts import BillReader, content_digest
from single_window.histories.sent_documents import content_of
from single_window.recordings.bodies import body_of
from single_window.recordings.events import Event, MessageEvent, ReceiptEvent

EVENTS_A_STEP = 500
"""Events after which progress is told."""


def observations(
    events: Iterable[Event], ended: int, progress: Callable[[int], None] = lambda done: None
) -> Iterator[Observation]:
    """The observations of a recording's events, which end at an instant of its sandbox."""
    reader = BillReader()
    last = ended
    for done, event in enumerate(events, 1):
        last = max(last, event.at)
        if isinstance(event, MessageEvent):
            yield from _message(event)
        elif isinstance(event, ReceiptEvent):
            yield reader.read(_receipt(event), event.fields)
        if done % EVENTS_A_STEP == 0:
            progress(done)
    yield WholeHistory(last, SENT)
    yield WholeHistory(last, RECEIVED)


def _message(event: MessageEvent) -> Iterator[Observation]:
    content = content_of(body_of(event), event.edition)
    name = event.transmission or f"without a number, event {event.id}"
    documents = content.documents if event.status == TAKEN else ()
    yield Sent(event.at, event.sender, name, content.digest, documents)
    yield Acknowledged(event.at, event.sender, name, event.status, str(event.id), content.digest)


def _receipt(event: ReceiptEvent) -> SeenReceipt:
    content = content_digest(event.fields, event.words, event.rule)
    return SeenReceipt(event.at, event.mailbox, event.kind, event.key, event.status, code=event.code, content=content)
