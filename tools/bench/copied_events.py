"""Events for performance measurements: lots that are registered, sold in many lists, released and closed, as the window
tells them of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from declarations.calendar import local_time_of
from schemas.epcis.facts import facts_of
from schemas.epcis.own_events import OwnGoods, goods_class, goods_steps, own_event, parcel
from single_window.store import epcis_events
from single_window.store.engine import writing
from single_window.store.epcis_events import CapturedEvent, OwnedEvent

if TYPE_CHECKING:
    from single_window.context import Context

GTIN, MAILBOX, CARRIER = "09521141012345", "DXPENT0000000001", "3702911BH2"
LISTS_OF_LOT = 31
"""Lists of a lot, beside the one that most people bought."""
EVENTS_PER_TRANSACTION = 5_000
STEPS = ("accepted", "released", "closed")
"""What is told of each list."""
_encode = msgspec.json.Encoder(decimal_format="number").encode


class LotsOfEvents(NamedTuple):
    """Lots, of which the first is in `most` lists and the others in a few each, until there are `events` events."""

    events: int
    most: int

    @property
    def lots(self) -> int:
        """The number of lots."""
        first = 1 + self.most * len(STEPS)
        return 1 + max(0, self.events - first) // (1 + LISTS_OF_LOT * len(STEPS))


def lot_of(lot: int) -> str:
    """Return the identifier of a lot, by its number."""
    return goods_class("", "", GTIN, f"L{lot:06d}")


def parcel_of(lot: int, number: int) -> str:
    """Return the identifier of the parcel of a list of a lot."""
    return parcel(CARRIER, f"P{lot:06d}{number:06d}")


def file_events(context: Context, sandbox: str, wanted: LotsOfEvents) -> int:
    """Store the events of such lots; returns how many."""
    events, now, stored = _events(wanted, context.now(sandbox)), context.now(sandbox), 0
    while some := list(islice(events, EVENTS_PER_TRANSACTION)):
        with writing(context.engine) as connection:
            stored += len(
                epcis_events.put_owned(connection, sandbox, [OwnedEvent(MAILBOX, now, event) for event in some])
            )
    return stored


def _events(wanted: LotsOfEvents, now: int) -> Iterator[CapturedEvent]:
    """Yield the events by time: all lots are registered, then sold, list by list."""
    steps, at = goods_steps(), now - 1_000 * wanted.events
    registered = steps["trace_batch", "trace_batch_registered"]
    for lot in range(wanted.lots):
        at += 1_000
        yield _event(own_event(registered, _time(at), _goods(lot, 1_000), "", f"urn:single-window:trace-batch:{lot}"))
    for number in range(max(wanted.most, LISTS_OF_LOT)):
        lots = range(wanted.lots) if number < LISTS_OF_LOT else range(1)
        for lot in lots if number < wanted.most else range(1, wanted.lots):
            for step in STEPS:
                at += 1_000
                about = f"urn:single-window:list:42582026I{lot:06d}{number:06d}"
                told = (steps["inventory", step], _time(at), _goods(lot, 1), "urn:single-window:office:4258", about)
                yield _event(own_event(*told, parcel_of(lot, number)))


def _time(at: int) -> str:
    return local_time_of(at).isoformat(timespec="milliseconds")


def _goods(lot: int, quantity: int) -> Sequence[OwnGoods]:
    return [OwnGoods(lot_of(lot), Decimal(quantity), "011")]


def _event(event: Any) -> CapturedEvent:
    return CapturedEvent(event["eventID"], "", facts_of(event), _encode(event))
