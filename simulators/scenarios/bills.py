"""Compares every tax bill of a scenario with the simulators' own calculation.

A scenario may amend a list and return goods in several steps. A bill is right if it belongs to one of the sent lists,
on a day on which one was accepted, after any number of the sent returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from schemas import catalogue
from schemas.reading import open_message, read
from simulators.imports.arithmetic import Bill, bill
from simulators.imports.bills import bill_in, check_bill
from simulators.receipt_log import LoggedReceipt, ReceiptLog
from simulators.scenarios.actors import Actor
from simulators.scenarios.expecting import Mismatch
from simulators.traded import Document, Elements

LIST_CODE, RETURN_CODE = "621", "625"


@dataclass(slots=True)
class SentLists:
    """Lists and returns that were sent, by order number: the lists, and the goods that returns gave back."""

    lists: dict[str, list[Document]] = field(default_factory=dict)
    returns: dict[str, list[Elements]] = field(default_factory=dict)

    def record(self, body: bytes) -> None:
        """Record an accepted message."""
        opened = open_message(body)
        if (code := opened.entry.code) not in {LIST_CODE, RETURN_CODE}:
            return
        heads, lines = catalogue.names(code)
        for block in read(opened).blocks:
            document = Document(_elements(heads, block.head), [_elements(lines, line) for line in block.lines])
            if code == LIST_CODE:
                self.lists.setdefault(document.head["orderNo"], []).append(document)
            else:
                quantities = {line["gnum"]: line["qty"] for line in document.lines}
                self.returns.setdefault(document.head["orderNo"], []).append(quantities)

    def mismatches(self, actors: Iterable[Actor], receipt_log: ReceiptLog, rounding: str) -> Iterator[Mismatch]:
        """Compare the tax bills of these trades with our own calculation."""
        for actor in actors:
            if actor.flow == "import":
                for complaint in self._complaints(actor.trade.id, receipt_log.of(actor.trade.id), rounding):
                    yield Mismatch(f"a right tax bill of {actor.name}", complaint, "the bill asks for other amounts")

    def _complaints(self, trade: str, receipts: Sequence[LoggedReceipt], rounding: str) -> Iterator[str]:
        days = dict.fromkeys(
            _receipt_day(receipt) for receipt in receipts if receipt.code == "622" and receipt.status == "120"
        )
        for receipt in receipts:
            if receipt.code != "816":
                continue
            possible = list(self._possible_bills(trade, list(days) or [_receipt_day(receipt)], rounding))
            if possible and bill_in(receipt.lines) not in possible:
                yield from check_bill(receipt.head["taxNo"], receipt.head, receipt.lines, possible[-1])

    def _possible_bills(self, trade: str, days: Sequence[date], rounding: str) -> Iterator[Bill]:
        for document in self.lists.get(trade, ()):
            for day in days:
                for returned in self._returned_quantities(trade):
                    possible = bill(document, day, rounding, returned)
                    if possible is not None:
                        yield possible

    def _returned_quantities(self, trade: str) -> Iterator[dict[str, str]]:
        """The total quantities after each return: the last return first, no return last."""
        totals: list[dict[str, str]] = [{}]
        for quantities in self.returns.get(trade, ()):
            increased = {
                gnum: str(Decimal(qty) + Decimal(totals[-1].get(gnum, "0"))) for gnum, qty in quantities.items()
            }
            totals.append({**totals[-1], **increased})
        return reversed(totals)


def _elements(names: Sequence[str], texts: Sequence[str | None]) -> Elements:
    return {name: text for name, text in zip(names, texts, strict=True) if text is not None}


def _receipt_day(receipt: LoggedReceipt) -> date:
    return datetime.strptime(receipt.time[:8], "%Y%m%d").date()
