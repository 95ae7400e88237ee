"""What a day's participants hear: reads receipts as they came in XML and finds the trade that each is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from schemas import catalogue
from schemas.reading import open_message, read
from simulators.messages import SyntheticMessage
from simulators.traded import Elements, Numbered

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
LISTS = frozenset({"622", "604"})
"""The receipts of lists."""
"""What tells in a receipt which trade it is about; the first that is there."""
_REASON = re.compile(r"Code:([^;\]]+)")
MESSAGE_GUID = re.compile(rb'guid="([^"]+)"')


class Word(NamedTuple):
    """One receipt as its receiver reads it. `time` is the return time's text, `codes` what its words name; `lines` are
    kept of results of a summary (792) only."""

    code: str
    status: str
    time: str
    codes: tuple[str, ...]
    head: Elements
    lines: Sequence[Elements] = ()

    @property
    def tax(self) -> Decimal:
        """What a tax bill (816) asks for, in yuan."""
        return sum((Decimal(self.head.get(name) or 0) for name in TAXES), Decimal(0))


TAXES = ("customsTax", "valueAddedTax", "consumptionTax")


class Wrong(NamedTuple):
    """A message of receipts that no participant should get."""

    mailbox: str
    why: str


class Hearing:
    """The receipts of a day, by trade."""

    def __init__(self, trades: Iterable[Numbered]) -> None:
        self._trade_of: dict[str, str] = {}
        self._words: dict[str, list[Word]] = {}
        self.counts: Counter[str] = Counter()
        self.statuses: Counter[str] = Counter()
        self.wrong: list[Wrong] = []
        self.expect(trades)

    def expect(self, trades: Iterable[Numbered]) -> None:
        """Listen for these trades, or whatever else has an id and numbers, too."""
        for trade in trades:
            self._words.setdefault(trade.id, [])
            self._trade_of.update(dict.fromkeys(trade.numbers, trade.id))

    def note_sent(self, message: SyntheticMessage) -> None:
        """Remember who sent a message of one document: what is refused as a whole comes back under its guid."""
        guid = MESSAGE_GUID.search(message.body)
        if guid:
            self.note_transmission(guid[1].decode(), message.trades)

    def note_transmission(self, guid: str, trades: Sequence[str]) -> None:
        """Remember what a message of this guid was about, if it was about one trade."""
        if len(trades) == 1:
            self._trade_of[guid] = trades[0]

    def hear(self, mailbox: str, bodies: Sequence[bytes]) -> None:
        """Read messages of receipts that came for a participant."""
        for body in bodies:
            try:
                opened = open_message(body)
                message = read(opened)
                if message.findings:
                    raise ValueError(message.findings[0].en)
            except Exception as error:
                self.wrong.append(Wrong(mailbox, str(error)))
                continue
            heads, lines = catalogue.names(message.code)
            for block in message.blocks:
                self.take(
                    mailbox,
                    message.code,
                    _elements(heads, block.head),
                    [_elements(lines, line) for line in block.lines],
                )

    def trade_of(self, head: Elements) -> str | None:
        """The trade that a receipt is about, as far as its numbers tell; None: it is about none, or of nobody's."""
        return next((self._trade_of[head[name]] for name in _KEYS if head.get(name) in self._trade_of), None)

    @staticmethod
    def key_of(head: Elements) -> str:
        """The number under which a receipt speaks of what was sent; empty where it has none."""
        return next((head[name] for name in _KEYS if head.get(name)), "")

    def take(self, mailbox: str, code: str, head: Elements, lines: list[Elements]) -> None:
        """Take note of one receipt that came for a participant."""
        status = head.get("returnStatus") or head.get("status", "")
        codes = tuple(_REASON.findall(head.get("returnInfo", "")))
        self.counts[code] += 1
        trade = self.trade_of(head)
        if trade is None:
            return
        if code in LISTS:
            self.statuses[status] += 1
            self._trade_of.setdefault(head.get("invtNo") or trade, trade)
        if code == "816" and any(Decimal(head[tax]) != sum(Decimal(line[tax]) for line in lines) for tax in TAXES):
            self.wrong.append(Wrong(mailbox, f"the tax bill {head['taxNo']} is not the sum of its lines"))
        if code == "702":
            self._trade_of.setdefault(head.get("sumNo") or trade, trade)
        when = head.get("returnTime") or head.get("opDate", "")
        self._words[trade].append(Word(code, status, when, codes, head, lines if code == "792" else ()))

    def of(self, trade: str, code: str = "") -> list[Word]:
        """What was said about a trade, in the order of the return times; with a code, in these receipts only."""
        words = self._words[trade]
        return sorted((word for word in words if code in ("", word.code)), key=lambda word: word.time)

    def as_they_came(self, trade: str, code: str = "") -> list[Word]:
        """The same in the order in which they came, whatever times they name."""
        return [word for word in self._words[trade] if code in ("", word.code)]

    def statuses_of(self, trade: str, code: str = "622") -> list[str]:
        """The statuses that a trade's list (or another of its documents) went through, in order."""
        return [word.status for word in self.of(trade, code)]


def _elements(names: Sequence[str], texts: Sequence[str | None]) -> Elements:
    return {name: text for name, text in zip(names, texts, strict=True) if text is not None}
