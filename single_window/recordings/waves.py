"""Divides a recording into waves: messages that are sent together, and are processed before the next wave is sent.

A message that may depend on a receipt must be sent after it, so a wave ends before such a message. Orders, payments,
waybills and lists depend only on receipts of their own trades, every other message on any receipt, and on messages that
name the same numbers. In an exact replay a wave ends at every receipt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple, TypeAlias

from schemas import catalogue
from single_window.cases.digests.outcomes import ASSIGNED_NUMBERS
from single_window.recordings.bodies import body_of, rewrite_body
from single_window.recordings.events import (
    CallEvent,
    Event,
    MessageEvent,
    OfficerAct,
    ReceiptEvent,
    SandboxChanged,
)
from single_window.recordings.moving import OWN_NUMBERS

TRADE_DOCUMENTS = frozenset({"order", "payment", "waybill", "inventory"})
"""Kinds of documents that name their trade, and concern no other."""
CONNECTING = (OWN_NUMBERS | ASSIGNED_NUMBERS | {"buyerIdNumber"}) - {"billNo", "guid"}
"""Elements by which messages concern each other: a return and its tally name the same list, and the yearly limit of a
buyer goes to whoever came first. A master waybill is shared by trades that have nothing else in common."""
MAX_WAVE = 2_000
"""Maximum number of messages in a wave."""
_Played: TypeAlias = MessageEvent | OfficerAct | SandboxChanged


class Wave(NamedTuple):
    """Messages of one instant that may be processed together, or an act, or a change of the sandbox; and the receipts
    that follow in the recording."""

    at: int
    messages: tuple[MessageEvent, ...] = ()
    act: OfficerAct | None = None
    receipts: tuple[ReceiptEvent, ...] = ()
    change: SandboxChanged | None = None


class EventFilter(NamedTuple):
    """The part of a recording that is played: message types, senders (DXP ids), a pattern of order numbers with * and
    ?, instants from `since` up to `until` (not included; 0: no end). Empty: all."""

    types: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    orders: str = ""
    since: int = 0
    until: int = 0

    def takes(self, event: Event) -> bool:
        """True if an event is played. Receipts, calls and changes of the sandbox always are: numbers are translated by
        receipts."""
        if isinstance(event, ReceiptEvent | CallEvent | SandboxChanged):
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
        elif isinstance(event, SandboxChanged):
            yield Wave(event.at, change=event)
        else:
            messages.append(event)
    if messages or receipts:
        yield Wave(messages[0].at if messages else receipts[0].at, tuple(messages), receipts=tuple(receipts))


def _follows_at_once(messages: Sequence[MessageEvent], receipts: Sequence[ReceiptEvent], event: _Played) -> bool:
    """True if there is no receipt between an event and the wave so far."""
    return isinstance(event, MessageEvent) and event.at == messages[0].at and not receipts


def _may_share_wave(messages: Sequence[MessageEvent], receipts: Sequence[ReceiptEvent], event: _Played) -> bool:
    """True if an event may join the wave so far: it does not depend on a receipt of it."""
    if not isinstance(event, MessageEvent) or event.at != messages[0].at or not messages[-1].trades:
        return False
    if not receipts:
        return bool(event.trades) and (_is_of_trades(event) or not _concerns(event, messages))
    return _is_of_trades(event) and not {receipt.trade for receipt in receipts} & {*event.trades, ""}


def _concerns(event: MessageEvent, messages: Sequence[MessageEvent]) -> bool:
    """True if a message names what one of the others names, too: only its order in the recording tells which is first,
    and workers side by side do not keep it."""
    return any(not numbers_of(event).isdisjoint(numbers_of(message)) for message in messages)


def _is_of_trades(event: MessageEvent) -> bool:
    try:
        return bool(event.trades) and catalogue.by_code(event.code).kind.removeprefix("export_") in TRADE_DOCUMENTS
    except catalogue.UnknownMessage:
        return False


@lru_cache(maxsize=2 * MAX_WAVE)
def numbers_of(message: MessageEvent) -> frozenset[str]:
    """The trades of a message, and the numbers and buyers in it."""
    names = set(message.trades)

    def note(name: str, text: str) -> str:
        if name in CONNECTING and text.strip():
            names.add(text.strip())
        return text

    rewrite_body(body_of(message), note)
    return frozenset(names)


def connections_of(message: MessageEvent) -> tuple[str, ...]:
    """The keys that a message shares with those that must stay in order with it: its numbers, and,
    unless it is a document of a trade, its sender. A message without a trade may concern any: empty."""
    if not message.trades:
        return ()
    return (*sorted(numbers_of(message)), *(() if _is_of_trades(message) else (f"from {message.sender}",)))


def shuffle_wave(wave: Wave, key: str) -> Wave:
    """The wave with its trades in another order, drawn by a key; messages that concern each other stay in order."""
    groups = _connected_messages(wave.messages)
    order = sorted(range(len(groups)), key=lambda place: blake2b(f"{key}|{wave.at}|{place}".encode()).digest())
    return wave._replace(messages=tuple(group for place in order for group in groups[place]))


def _connected_messages(messages: Sequence[MessageEvent]) -> list[list[MessageEvent]]:
    """Groups of messages that concern each other, directly or through others; each group in order."""
    names = [connections_of(message) or ("",) for message in messages]
    first = _leaders(names)
    by_name: dict[str, list[MessageEvent]] = {}
    for message, of_message in zip(messages, names, strict=True):
        by_name.setdefault(first(of_message[0]), []).append(message)
    return list(by_name.values())


def _leaders(connected: Iterable[Sequence[str]]) -> Callable[[str], str]:
    """The function from a name to one that is the same for all names that are connected with it."""
    leader: dict[str, str] = {}

    def first(name: str) -> str:
        while (above := leader.setdefault(name, name)) != name:
            leader[name] = leader[above]
            name = above
        return name

    for names in connected:
        for other in names[1:]:
            leader[first(other)] = first(names[0])
    return first


def parse_instant(text: str) -> int:
    """The instant of a text like 2026-11-24 or 2026-11-24T08:00, in China's time; raises `ValueError`."""
    return int(datetime.fromisoformat(f"{text}+08:00" if "T" in text else f"{text}T00:00+08:00").timestamp() * 1_000)
