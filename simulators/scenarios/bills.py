"""Compares every tax bill of a scenario with the simulators' own calculation.

A scenario may amend a list and take goods back step by step: a bill must be that of a list that was sent, on a day on
which it was accepted, after some of the returns that were sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from schemas import catalogue
from schemas.reading import open_message, read
from simulators.imports.arithmetic import Bill, bill
from simulators.imports.bills import about_bill, bill_in
from simulators.receipt_log import LoggedReceipt, ReceiptLog
from simulators.scenarios.actors import Actor
from simulators.scenarios.expecting import Miss
from simulators.traded import Document, Elements

LIST, RETURN = "621", "625"


@dataclass(slots=True)
class SentLists:
    """Lists and returns that were sent, by order number: the lists, and the goods that returns gave back."""

    lists: dict[str, list[Document]] = field(default_factory=dict)
    returns: dict[str, list[Elements]] = field(default_factory=dict)

    def note(self, body: bytes) -> None:
        """Record an accepted message."""
        opened = open_message(body)
        if (code := opened.entry.code) not in {LIST, RETURN}:
            return
        heads, lines = catalogue.names(code)
        for block in read(opened).blocks:
            document = Document(_elements(heads, block.head), [_elements(lines, line) for line in block.lines])
            if code == LIST:
                self.lists.setdefault(document.head["orderNo"], []).append(document)
            else:
                back = {line["gnum"]: line["qty"] for line in document.lines}
                self.returns.setdefault(document.head["orderNo"], []).append(back)

    def misses(self, actors: Iterable[Actor], receipt_log: ReceiptLog, rounding: str) -> Iterator[Miss]:
        """Compare the tax bills of these trades with our own calculation."""
        for actor in actors:
            if actor.flow == "import":
                for complaint in self._complaints(actor.trade.id, receipt_log.of(actor.trade.id), rounding):
                    yield Miss(f"a right tax bill of {actor.name}", complaint, "the bill asks for other amounts")

    def _complaints(self, trade: str, receipts: Sequence[LoggedReceipt], rounding: str) -> Iterator[str]:
        days = dict.fromkeys(_day(receipt) for receipt in receipts if receipt.code == "622" and receipt.status == "120")
        for receipt in receipts:
            if receipt.code != "816":
                continue
            possible = list(self._possible(trade, list(days) or [_day(receipt)], rounding))
            if possible and bill_in(receipt.lines) not in possible:
                yield from about_bill(receipt.head["taxNo"], receipt.head, receipt.lines, possible[-1])

    def _possible(self, trade: str, days: Sequence[date], rounding: str) -> Iterator[Bill]:
        for document in self.lists.get(trade, ()):
            for day in days:
                for returned in self._returned(trade):
                    made = bill(document, day, rounding, returned)
                    if made is not None:
                        yield made

    def _returned(self, trade: str) -> Iterator[dict[str, str]]:
        """The quantities returned after each return, the last of all first, nothing last."""
        after: list[dict[str, str]] = [{}]
        for back in self.returns.get(trade, ()):
            more = {gnum: str(Decimal(qty) + Decimal(after[-1].get(gnum, "0"))) for gnum, qty in back.items()}
            after.append({**after[-1], **more})
        return reversed(after)


def _elements(names: Sequence[str], texts: Sequence[str | None]) -> Elements:
    return {name: text for name, text in zip(names, texts, strict=True) if text is not None}


def _day(receipt: LoggedReceipt) -> date:
    return datetime.strptime(receipt.time[:8], "%Y%m%d").date()
