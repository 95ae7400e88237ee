"""Parses receipts of a day's participants from XML and assigns each to its trade."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from schemas import catalogue, schema_pool
from schemas.opened import Opened
from schemas.reading import open_message, read
from simulators.messages import MESSAGE_GUID, SyntheticMessage
from simulators.traded import Elements, Numbered
from simulators.transport_notes import RECEIPT_OF, Note, SentNotePart, note_of

_KEYS = (
    "orderNo",
    "copNo",
    "payTransactionId",
    "coElNo",
    "logisticsNo",
    "invtNo",
    "sumNo",
    "oriCopMsgId",
    "invoiceNo",
    "code",
)
"""Elements of a receipt that identify its trade; the first existing one is used."""
LISTS = frozenset({"622", "604"})
"""The receipts of lists."""
MESSAGE_OF = {
    "312": "311",
    "412": "411",
    "512": "511",
    "514": "513",
    "622": "621",
    "624": "623",
    "626": "625",
    "304": "303",
    "404": "403",
    "506": "505",
    "508": "507",
    "510": "509",
    "604": "603",
    "606": "605",
    "608": "607",
    "214": "213",
    "216": "215",
}
"""Code of a receipt → code of the message that it answers."""
WITH_LINES = frozenset({"792", "816"})
"""The receipts whose lines are kept."""
_REASON = re.compile(r"Code:([^;\]]+)")


class LoggedReceipt(NamedTuple):
    """A received receipt. `time`: text of the return time; `codes`: codes in its text; `lines`: only of summary results
    (792) and tax bills (816); `mailbox`: the receiver."""

    code: str
    status: str
    time: str
    codes: tuple[str, ...]
    head: Elements
    lines: Sequence[Elements] = ()
    mailbox: str = ""

    @property
    def tax(self) -> Decimal:
        """The tax of a tax bill (816), in yuan."""
        return sum((Decimal(self.head.get(name) or 0) for name in TAXES), Decimal(0))


TAXES = ("customsTax", "valueAddedTax", "consumptionTax")


class UnreadableReceipt(NamedTuple):
    """An invalid receipt message."""

    mailbox: str
    why: str


class ReadReceipt(NamedTuple):
    """A parsed receipt, not yet assigned to a trade."""

    mailbox: str
    code: str
    head: Elements
    lines: list[Elements]


class ReadReceipts(NamedTuple):
    """Parsed messages: stored receipts, counts of others by type, invalid messages, and guids of messages with several
    receipts."""

    receipts: list[ReadReceipt]
    counted: Counter[str]
    wrong: list[UnreadableReceipt]
    guids: list[tuple[str, str]]

    @classmethod
    def nothing(cls) -> ReadReceipts:
        """An empty result."""
        return cls([], Counter(), [], [])

    def add(self, more: ReadReceipts) -> None:
        """Add another result."""
        self.receipts.extend(more.receipts)
        self.counted.update(more.counted)
        self.wrong.extend(more.wrong)
        self.guids.extend(more.guids)


KeptElements = Mapping[str, Collection[str]]
"""Type of receipts → elements to keep; none: such receipts are only counted."""


def read_receipts(mailbox: str, bodies: Iterable[bytes], kept: KeptElements | None = None) -> ReadReceipts:
    """Parse a participant's receipt messages and validate each by its schema."""
    receipts = ReadReceipts.nothing()
    for body in bodies:
        try:
            opened = open_message(body)
            if opened.count > 1 and (guid := MESSAGE_GUID.search(body)):
                receipts.guids.append((mailbox, guid[1].decode()))
            _drop_order_numbers(opened)
            names = (kept or {}).get(opened.entry.code)
            if names is not None and not names and not schema_pool.errors(opened.tree, opened.entry.code):
                receipts.counted[opened.entry.code] += opened.count
                continue
            message = read(opened)
            if message.findings:
                raise ValueError(message.findings[0].en)
        except Exception as error:
            receipts.wrong.append(UnreadableReceipt(mailbox, str(error)))
            continue
        heads, lines = catalogue.names(message.code)
        for block in message.blocks:
            head = _elements(heads, block.head)
            if names is not None:
                head = {name: text for name, text in head.items() if name in names}
            receipts.receipts.append(
                ReadReceipt(mailbox, message.code, head, [_elements(lines, line) for line in block.lines])
            )
    return receipts


def _drop_order_numbers(opened: Opened) -> None:
    """Drop what a tax bill carries beyond its schema, as captured ones do, so that the rest can be validated."""
    if opened.entry.code != "816":
        return
    for name in ("orderNo", "logisticsNo"):
        for element in list(opened.tree.iter(f"{{{opened.entry.namespace}}}{name}")):
            element.getparent().remove(element)


class ReceiptLog:
    """The receipts of a day, by trade. `kept`: types of which not all elements are stored; `alone`: types that name no
    trade, all of which are stored."""

    def __init__(
        self, trades: Iterable[Numbered], kept: KeptElements | None = None, alone: Collection[str] = ()
    ) -> None:
        self.kept, self._alone, self._by_type = kept, alone, dict[str, list[LoggedReceipt]]()
        self._trade_of: dict[str, str] = {}
        self._by_trade: dict[str, list[LoggedReceipt]] = {}
        self.counts: Counter[str] = Counter()
        self.statuses: Counter[str] = Counter()
        self.wrong: list[UnreadableReceipt] = []
        self._sent: Counter[tuple[str, str]] = Counter()
        self.notes: dict[Note, list[SentNotePart]] = {}
        """Shared note → its sent parts."""
        self._sent_notes: dict[str, dict[str, list[datetime]]] = {}
        self._guids, self._echoed = set[str](), set[str]()
        """Guids of received messages, and guids of sent messages, which answers may echo."""
        self.expect(trades)

    def expect(self, trades: Iterable[Numbered]) -> None:
        """Also assign receipts to these trades, or other objects with an id and numbers."""
        for trade in trades:
            self._by_trade.setdefault(trade.id, [])
            self._trade_of.update(dict.fromkeys(trade.numbers, trade.id))

    def note_sent(self, message: SyntheticMessage, at: datetime | None = None) -> None:
        """Log a sent message: a CEB900 names its guid, and a document must not be answered more often than it was sent.
        `at`: the sandbox's instant, for checks of transport notes."""
        self._sent.update((trade, message.code) for trade in message.trades)
        if message.code in RECEIPT_OF and at is not None:
            self._record_note(message, at)
        guid = MESSAGE_GUID.search(message.body)
        if guid:
            self._echoed.add(guid[1].decode())
            self.note_transmission(guid[1].decode(), message.trades)

    def _record_note(self, message: SyntheticMessage, at: datetime) -> None:
        note = note_of(message)
        if self._trade_of.get(note.id, note.id) == note.id:  # those of one trade alone are its own
            self.expect([note])
            self.notes.setdefault(note, []).append(SentNotePart(at, message.trades))
        for trade in message.trades:
            self._sent_notes.setdefault(trade, {}).setdefault(message.code, []).append(at)

    def sent_notes_of(self, trade: str) -> Mapping[str, Sequence[datetime]]:
        """Message type → when transport notes with a trade's parcel were sent."""
        return self._sent_notes.get(trade, {})

    def note_transmission(self, guid: str, trades: Sequence[str]) -> None:
        """Log the guid of a message if it concerns a single trade."""
        if len(trades) == 1:
            self._trade_of[guid] = trades[0]

    def sent_of(self, trade: str) -> dict[str, int]:
        """Count the documents of a trade that were sent, by message type."""
        return {code: self._sent[trade, code] for code in MESSAGE_OF.values() if self._sent[trade, code]}

    def read(self, mailbox: str, bodies: Sequence[bytes]) -> None:
        """Read messages of receipts that came for a participant."""
        self.add_all(read_receipts(mailbox, bodies, self.kept))

    def add_all(self, receipts: ReadReceipts) -> None:
        """Add parsed receipts."""
        self.wrong += receipts.wrong
        self.counts.update(receipts.counted)
        for box, guid in receipts.guids:
            if guid in self._guids and guid not in self._echoed:
                self.wrong.append(UnreadableReceipt(box, f"the guid {guid} is that of another message, too"))
            self._guids.add(guid)
        for receipt in receipts.receipts:
            self.add_receipt(*receipt)

    def forget(self, trades: Iterable[Numbered]) -> None:
        """Drop the receipts of finished trades; counts stay."""
        for trade in trades:
            self._sent_notes.pop(trade.id, None)
            for receipt in self._by_trade.pop(trade.id, ()):
                self._trade_of.pop(receipt.head.get("invtNo", ""), None)
            for number in trade.numbers:
                self._trade_of.pop(number, None)

    def clear(self, trade: str) -> None:
        """Drop the receipts so far of a checked trade; later ones are stored."""
        self._by_trade[trade] = []

    def trade_of(self, head: Elements) -> str | None:
        """The trade of a receipt by its numbers, or None."""
        return next((self._trade_of[head[name]] for name in _KEYS if head.get(name) in self._trade_of), None)

    @staticmethod
    def key_of(head: Elements) -> str:
        """The identifying number in a receipt; empty if it has none."""
        return next((head[name] for name in _KEYS if head.get(name)), "")

    def add_receipt(self, mailbox: str, code: str, head: Elements, lines: list[Elements]) -> None:
        """Add one received receipt."""
        status = head.get("returnStatus") or head.get("status", "")
        codes = tuple(_REASON.findall(head.get("returnInfo", "")))
        self.counts[code] += 1
        when = head.get("returnTime") or head.get("opDate", "")
        if code in self._alone:
            logged = LoggedReceipt(code, status, when, codes, head, (), mailbox)
            self._by_type.setdefault(code, []).append(logged)
            return
        trade = self.trade_of(head)
        if trade is None or trade not in self._by_trade:  # about nobody, or about what is over
            return
        if code in LISTS:
            self.statuses[status] += 1
            self._trade_of.setdefault(head.get("invtNo") or trade, trade)
        if code == "816" and any(Decimal(head[tax]) != sum(Decimal(line[tax]) for line in lines) for tax in TAXES):
            self.wrong.append(UnreadableReceipt(mailbox, f"the tax bill {head['taxNo']} is not the sum of its lines"))
        if code == "702":
            self._trade_of.setdefault(head.get("sumNo") or trade, trade)
        kept = lines if code in WITH_LINES else ()
        self._by_trade[trade].append(LoggedReceipt(code, status, when, codes, head, kept, mailbox))

    def of_type(self, code: str, about: str = "") -> list[LoggedReceipt]:
        """The receipts of a type that names no trade, in the order of arrival; `about`: only those that have this text
        as an element."""
        receipts = self._by_type.get(code, ())
        return [receipt for receipt in receipts if not about or about in receipt.head.values()]

    def knows(self, trade: str) -> bool:
        """True if receipts of a trade are kept."""
        return trade in self._by_trade

    def of(self, trade: str, code: str = "") -> list[LoggedReceipt]:
        """The receipts of a trade by return time; with `code` only of this type."""
        receipts = self._by_trade[trade]
        return sorted((receipt for receipt in receipts if code in ("", receipt.code)), key=lambda receipt: receipt.time)

    def as_they_came(self, trade: str, code: str = "") -> list[LoggedReceipt]:
        """Like `of`, in the order of arrival."""
        return [receipt for receipt in self._by_trade[trade] if code in ("", receipt.code)]

    def statuses_of(self, trade: str, code: str = "622") -> list[str]:
        """The statuses of a trade's list, or another document, in order."""
        return [receipt.status for receipt in self.of(trade, code)]


def _elements(names: Sequence[str], texts: Sequence[str | None]) -> Elements:
    return {name: text for name, text in zip(names, texts, strict=True) if text is not None}
