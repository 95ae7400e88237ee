"""The trades of a recording as a traffic profile counts them: when they began, by which mode, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from schemas import catalogue
from schemas.message_types import EDITION
from schemas.parsing import Unreadable
from schemas.reading import open_message, read
from simulators.entry import SHANGHAI
from simulators.entry.recordings import Event, MessageEvent, ReceiptEvent, body_of

LISTS: Mapping[str, str] = MappingProxyType({"621": "import", "603": "export"})
"""Types of lists → direction of their trades."""
OF_LISTS = frozenset({"622", "604"})
"""Types of receipts of lists."""
ORDER, PAYMENT = frozenset({"311", "303"}), "411"
REQUESTS: Mapping[str, str] = MappingProxyType({"623": "cancelled", "605": "cancelled", "625": "returned"})
"""Types of requests → the known fault of a trade that has one."""
STAGED, REFUSED, REVIEWED = "1", "100", "300"
"""Return statuses."""


@dataclass(slots=True)
class SeenTrade:
    """A trade. `codes`: those of the receipts that refused or questioned one of its documents; `came`: type of message
    → instants in milliseconds; `staged`: its list was kept undeclared at first."""

    flow: str = ""
    mode: str = ""
    merchant: str = ""
    codes: set[str] = field(default_factory=set)
    came: dict[str, list[int]] = field(default_factory=dict)
    staged: bool = False

    @property
    def began(self) -> datetime:
        """When its first message came."""
        return datetime.fromtimestamp(min(map(min, self.came.values())) / 1_000, SHANGHAI)

    def is_late(self, code: str) -> bool:
        """True if no message of this type came before the first list."""
        lists = [at for kind in LISTS for at in self.came.get(kind, ())]
        return bool(lists) and min(self.came.get(code, [0])) > min(lists)


@dataclass(slots=True)
class SeenTraffic:
    """The trades of a recording by order number, and how many messages came, and came again to the byte."""

    trades: dict[str, SeenTrade] = field(default_factory=dict)
    messages: int = 0
    repeated: int = 0
    _transmissions: set[str] = field(default_factory=set)

    def declared(self) -> list[SeenTrade]:
        """The trades of which a list was seen."""
        return [trade for trade in self.trades.values() if trade.flow]


def traffic_of(events: Iterable[Event]) -> SeenTraffic:
    """Collect the trades of a recording; raises `BadRecording` where it is damaged."""
    seen = SeenTraffic()
    for event in events:
        if isinstance(event, MessageEvent):
            _came(event, seen)
        elif isinstance(event, ReceiptEvent) and event.trade in seen.trades:
            _told(event, seen.trades[event.trade])
    return seen


def _came(message: MessageEvent, seen: SeenTraffic) -> None:
    seen.messages += 1
    if message.transmission in seen._transmissions:
        seen.repeated += 1
        return
    if message.transmission:  # what could not be read has none
        seen._transmissions.add(message.transmission)
    for number in message.trades:
        seen.trades.setdefault(number, SeenTrade()).came.setdefault(message.code, []).append(message.at)
    if message.code in LISTS:
        _declared(message, seen.trades)


def _declared(message: MessageEvent, trades: Mapping[str, SeenTrade]) -> None:
    """Note direction, mode and merchant of the lists of a message; what cannot be read has none."""
    try:
        read_message = read(open_message(body_of(message)), message.edition or EDITION)
    except Unreadable:
        return
    head, _ = catalogue.names(message.code, read_message.edition)
    for block in read_message.blocks:
        texts = {name: str(text) for name, text in zip(head, block.head, strict=True)}
        if trade := trades.get(texts["orderNo"]):
            trade.flow, trade.mode, trade.merchant = LISTS[message.code], texts["tradeMode"], texts["ebcCode"]


def _told(receipt: ReceiptEvent, trade: SeenTrade) -> None:
    if receipt.status.startswith("-"):
        trade.codes |= {receipt.rule, receipt.status}
    elif receipt.status in {REFUSED, REVIEWED}:
        trade.codes.add(receipt.rule)
    trade.staged = trade.staged or (receipt.status == STAGED and receipt.code in OF_LISTS)
