"""The order in which a recording is played: waves of messages, each worked off before the next one begins.

A message that may answer a receipt comes behind it: with the receipt a wave ends. Orders, payments, waybills and lists
concern their own trades only, everything else any receipt. Played exactly, a wave ends with every receipt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from hashlib import blake2b
from typing import NamedTuple

from schemas import catalogue
from single_window.recordings.events import CallEvent, Event, MessageEvent, OfficerAct, ReceiptEvent

MEETING = frozenset({"order", "payment", "waybill", "inventory"})
"""Kinds of documents that name the trade they belong to, and concern no other."""
MOST = 2_000
"""Messages of a wave at most."""


class Wave(NamedTuple):
    """Messages that may be worked together at an instant, or an act; then the receipts that follow them in the
    recording."""

    at: int
    came: tuple[MessageEvent, ...] = ()
    act: OfficerAct | None = None
    receipts: tuple[ReceiptEvent, ...] = ()


class Chosen(NamedTuple):
    """The part of a recording that is played: message types, senders (DXP ids), a pattern of order numbers with * and
    ?, instants from `since` up to `until` (not included; 0: no end). Empty: all."""

    types: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    orders: str = ""
    since: int = 0
    until: int = 0

    def takes(self, event: Event) -> bool:
        """True if an event is played; what went out is known whatever is chosen."""
        if isinstance(event, ReceiptEvent | CallEvent):
            return True
        if event.at < self.since or (self.until and event.at >= self.until):
            return False
        if self.orders and not any(fnmatchcase(trade, self.orders) for trade in event.trades):
            return False
        if isinstance(event, OfficerAct):
            return not self.types and not self.senders
        return (not self.types or event.code in self.types) and (not self.senders or event.sender in self.senders)

    @property
    def everything(self) -> bool:
        """True if nothing is left out."""
        return self == EVERYTHING


EVERYTHING = Chosen()


def waves(events: Iterable[Event], chosen: Chosen = EVERYTHING, exactly: bool = False) -> Iterator[Wave]:
    """A recording's events as waves, in their order. `exactly`: what any receipt separates is not worked together, and
    what none does is, so that receipts come in the order in which they came."""
    came: list[MessageEvent] = []
    receipts: list[ReceiptEvent] = []
    for event in filter(chosen.takes, events):
        if isinstance(event, CallEvent):  # its message and its receipts are events of their own
            continue
        if isinstance(event, ReceiptEvent):
            receipts.append(event)
            continue
        together = _as_recorded if exactly else _together
        if came and (len(came) >= MOST or not together(came, receipts, event)):
            yield Wave(came[0].at, tuple(came), receipts=tuple(receipts))
            came, receipts = [], []
        elif receipts and not came:
            yield Wave(receipts[0].at, receipts=tuple(receipts))
            receipts = []
        if isinstance(event, OfficerAct):
            yield Wave(event.at, act=event)
        else:
            came.append(event)
    if came or receipts:
        yield Wave(came[0].at if came else receipts[0].at, tuple(came), receipts=tuple(receipts))


def _as_recorded(
    came: Sequence[MessageEvent], receipts: Sequence[ReceiptEvent], event: MessageEvent | OfficerAct
) -> bool:
    """True if nothing came between an event and the wave so far."""
    return not isinstance(event, OfficerAct) and event.at == came[0].at and not receipts


def _together(came: Sequence[MessageEvent], receipts: Sequence[ReceiptEvent], event: MessageEvent | OfficerAct) -> bool:
    """True if an event may be worked together with the wave so far: it answers no receipt of it."""
    if isinstance(event, OfficerAct) or event.at != came[0].at or not came[-1].trades:
        return False
    if not receipts:
        return bool(event.trades)
    return _meets(event) and not {receipt.trade for receipt in receipts} & {*event.trades, ""}


def _meets(event: MessageEvent) -> bool:
    try:
        return bool(event.trades) and catalogue.by_code(event.code).kind.removeprefix("export_") in MEETING
    except catalogue.UnknownMessage:
        return False


def shuffled(wave: Wave, key: str) -> Wave:
    """The same wave with its trades in another order, drawn by a key; within a trade the order stays."""
    groups = _groups(wave.came)
    order = sorted(range(len(groups)), key=lambda place: blake2b(f"{key}|{wave.at}|{place}".encode()).digest())
    return wave._replace(came=tuple(group for place in order for group in groups[place]))


def _groups(came: Sequence[MessageEvent]) -> list[list[MessageEvent]]:
    """Messages that share a trade, directly or through others, together; each group in its order."""
    leader: dict[str, str] = {}

    def first(trade: str) -> str:
        while (above := leader.setdefault(trade, trade)) != trade:
            leader[trade] = leader[above]
            trade = above
        return trade

    for message in came:
        for other in message.trades[1:]:
            leader[first(other)] = first(message.trades[0])
    by_trade: dict[str, list[MessageEvent]] = {}
    for message in came:
        by_trade.setdefault(first(message.trades[0]) if message.trades else "", []).append(message)
    return list(by_trade.values())


def instant(text: str) -> int:
    """The instant of a text like 2026-11-24 or 2026-11-24T08:00, by the clocks of Qingdao; raises `ValueError`."""
    return int(datetime.fromisoformat(f"{text}+08:00" if "T" in text else f"{text}T00:00+08:00").timestamp() * 1_000)
