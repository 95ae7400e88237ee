"""Divides a recording into waves: messages that are sent together, and are processed before the next wave is sent.

A message that may depend on a receipt must be sent after it, so a wave ends before such a message. Orders, payments,
waybills and lists depend only on receipts of their own trades, every other message on any receipt. In an exact replay
a wave ends at every receipt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from hashlib import blake2b
from typing import NamedTuple

from schemas import catalogue
from single_window.recordings.events import CallEvent, Event, MessageEvent, OfficerAct, ReceiptEvent

TRADE_DOCUMENTS = frozenset({"order", "payment", "waybill", "inventory"})
"""Kinds of documents that name their trade, and concern no other."""
MAX_WAVE = 2_000
"""Maximum number of messages in a wave."""


class Wave(NamedTuple):
    """Messages of one instant that may be processed together, or an act; and the receipts that follow in the
    recording."""

    at: int
    messages: tuple[MessageEvent, ...] = ()
    act: OfficerAct | None = None
    receipts: tuple[ReceiptEvent, ...] = ()


class EventFilter(NamedTuple):
    """The part of a recording that is played: message types, senders (DXP ids), a pattern of order numbers with * and
    ?, instants from `since` up to `until` (not included; 0: no end). Empty: all."""

    types: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    orders: str = ""
    since: int = 0
    until: int = 0

    def takes(self, event: Event) -> bool:
        """True if an event is played. Receipts and calls always are: numbers are translated by receipts."""
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
    def takes_all(self) -> bool:
        """True if nothing is left out."""
        return self == EVERYTHING


EVERYTHING = EventFilter()


def divide_into_waves(
    events: Iterable[Event], chosen: EventFilter = EVERYTHING, exactly: bool = False
) -> Iterator[Wave]:
    """The waves of a recording, in order. `exactly`: messages are in one wave exactly if no receipt is between them, so
    that receipts come in the recorded order."""
    messages: list[MessageEvent] = []
    receipts: list[ReceiptEvent] = []
    for event in filter(chosen.takes, events):
        if isinstance(event, CallEvent):  # its message and its receipts are separate events
            continue
        if isinstance(event, ReceiptEvent):
            receipts.append(event)
            continue
        joins = _follows_at_once if exactly else _may_share_wave
        if messages and (len(messages) >= MAX_WAVE or not joins(messages, receipts, event)):
            yield Wave(messages[0].at, tuple(messages), receipts=tuple(receipts))
            messages, receipts = [], []
        elif receipts and not messages:
            yield Wave(receipts[0].at, receipts=tuple(receipts))
            receipts = []
        if isinstance(event, OfficerAct):
            yield Wave(event.at, act=event)
        else:
            messages.append(event)
    if messages or receipts:
        yield Wave(messages[0].at if messages else receipts[0].at, tuple(messages), receipts=tuple(receipts))


def _follows_at_once(
    messages: Sequence[MessageEvent], receipts: Sequence[ReceiptEvent], event: MessageEvent | OfficerAct
) -> bool:
    """True if there is no receipt between an event and the wave so far."""
    return not isinstance(event, OfficerAct) and event.at == messages[0].at and not receipts


def _may_share_wave(
    messages: Sequence[MessageEvent], receipts: Sequence[ReceiptEvent], event: MessageEvent | OfficerAct
) -> bool:
    """True if an event may join the wave so far: it does not depend on a receipt of it."""
    if isinstance(event, OfficerAct) or event.at != messages[0].at or not messages[-1].trades:
        return False
    if not receipts:
        return bool(event.trades)
    return _is_of_trades(event) and not {receipt.trade for receipt in receipts} & {*event.trades, ""}


def _is_of_trades(event: MessageEvent) -> bool:
    try:
        return bool(event.trades) and catalogue.by_code(event.code).kind.removeprefix("export_") in TRADE_DOCUMENTS
    except catalogue.UnknownMessage:
        return False


def shuffle_wave(wave: Wave, key: str) -> Wave:
    """The wave with its trades in another order, drawn by a key; the order within a trade stays."""
    groups = _connected_messages(wave.messages)
    order = sorted(range(len(groups)), key=lambda place: blake2b(f"{key}|{wave.at}|{place}".encode()).digest())
    return wave._replace(messages=tuple(group for place in order for group in groups[place]))


def _leader_of_trades(messages: Sequence[MessageEvent]) -> Callable[[str], str]:
    """The function from a trade to one that is the same for all trades that messages connect with it."""
    leader: dict[str, str] = {}

    def first(trade: str) -> str:
        while (above := leader.setdefault(trade, trade)) != trade:
            leader[trade] = leader[above]
            trade = above
        return trade

    for message in messages:
        for other in message.trades[1:]:
            leader[first(other)] = first(message.trades[0])
    return first


def _connected_messages(messages: Sequence[MessageEvent]) -> list[list[MessageEvent]]:
    """Groups of messages that share a trade, directly or through others; each group in order."""
    first = _leader_of_trades(messages)
    by_trade: dict[str, list[MessageEvent]] = {}
    for message in messages:
        by_trade.setdefault(first(message.trades[0]) if message.trades else "", []).append(message)
    return list(by_trade.values())


def parse_instant(text: str) -> int:
    """The instant of a text like 2026-11-24 or 2026-11-24T08:00, in China's time; raises `ValueError`."""
    return int(datetime.fromisoformat(f"{text}+08:00" if "T" in text else f"{text}T00:00+08:00").timestamp() * 1_000)
