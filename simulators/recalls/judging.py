"""Judges a recall by what its merchant and the platforms were told, by arithmetic of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from simulators.recalls.lot import BEGUN, CLOSED, FINISHED, KNOWN, PARCELS, RECALL_NO, RecalledLot
from simulators.receipt_log import LoggedReceipt, ReceiptLog

NEWS = "RecallStatus"
BATCH_ANSWER = "TraceBatchReturn"
ANSWERS = {
    BATCH_ANSWER: ["120", "100 24102"],
    "RecallNoticeReturn": ["120"],
    "RecallProgressReturn": ["100 24204", "399", "399"],
}
"""Type of answers → statuses in their order, with the code of what is refused."""
TOLD_ALONE = frozenset({NEWS, *ANSWERS})
"""Types of receipts that name no trade."""
HOURS, WORKING_DAYS = 24, 10
"""Food of class 1 is recalled within so many hours, and all of it is back after so many working days."""
SATURDAY = 5
CHARACTERS, CODE_LENGTH = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 14
OVERDUE, REFUSED_LIST = "24205", "24206"


def complaints(lot: RecalledLot, receipt_log: ReceiptLog) -> Iterator[str]:
    """Yield a sentence for each thing that was not as it must have been."""
    answered = (*_answers(receipt_log), *_codes(receipt_log), *_lists(lot, receipt_log))
    for complaint in (*lot.refused, *answered, *_news(lot, receipt_log), *_end(lot)):
        yield f"recall {RECALL_NO}: {complaint}"


def _answers(receipt_log: ReceiptLog) -> Iterator[str]:
    for code, statuses in ANSWERS.items():
        answers = [told for told in receipt_log.of_type(code) if told.status != "2"]
        found = [told.status if told.status != "100" else f"{told.status} {' '.join(told.codes)}" for told in answers]
        if found != statuses:
            yield f"{code} should come to {statuses}, and comes to {found}"


def _codes(receipt_log: ReceiptLog) -> Iterator[str]:
    """A trace code has 14 characters; the last one checks the others (ISO 7064, MOD 37,36)."""
    codes = [told.head["traceCode"] for told in receipt_log.of_type(BATCH_ANSWER) if "traceCode" in told.head]
    for code in codes:
        product = 36
        for character in code[:-1]:
            product = ((product + CHARACTERS.index(character)) % 36 or 36) * 2 % 37
        if len(code) != CODE_LENGTH or (product + CHARACTERS.index(code[-1])) % 36 != 1:
            yield f"{code} is no trace code"
    if len(codes) != 1:
        yield f"one batch should have a trace code, and there are {codes}"


def _lists(lot: RecalledLot, receipt_log: ReceiptLog) -> Iterator[str]:
    """Yield lists that did not come to their end: sold before the recall they are released, later they are refused."""
    for place, trade in enumerate(lot.trades):
        status = "800" if place < PARCELS else "100"
        told = receipt_log.of(trade.id, "622")
        if status not in [receipt.status for receipt in told]:
            yield f"the list {trade.id} should come to {status}, and comes to {[receipt.status for receipt in told]}"
        if status == "100" and not any(REFUSED_LIST in receipt.codes for receipt in told):
            yield f"no receipt of the list {trade.id} names {REFUSED_LIST}"


def _news(lot: RecalledLot, receipt_log: ReceiptLog) -> Iterator[str]:
    """The merchant and every platform that sold the goods, and nobody else, learn what was found, and at which instant
    the recall was late."""
    known = datetime.strptime(KNOWN, "%Y%m%d%H%M%S")
    start, finish = known + timedelta(hours=HOURS), _end_of_working_day(known.date())
    parties = {trade.parties.platform.dxp_id for trade in lot.trades[:PARCELS]} | {lot.merchant.dxp_id}
    told = receipt_log.of_type(NEWS)
    if strangers := {receipt.mailbox for receipt in told} - parties:
        yield f"who did not sell the goods is told of the recall: {sorted(strangers)}"
    for mailbox in sorted(parties):
        yield from _told(lot, mailbox, [news for news in told if news.mailbox == mailbox], (start, finish))


def _told(
    lot: RecalledLot, mailbox: str, news: Sequence[LoggedReceipt], clocks: tuple[datetime, datetime]
) -> Iterator[str]:
    stamps = [f"{clock:%Y%m%d%H%M%S}" for clock in clocks]
    found = [receipt.time[:14] for receipt in news if OVERDUE in receipt.codes]
    if found != stamps:
        yield f"{mailbox} should be told that it is late at {stamps}, and is told so at {found}"
    expected = {"soldQty": Decimal(lot.pieces()), "lists": Decimal(PARCELS)}
    for receipt in news:
        for name, quantity in expected.items():
            if Decimal(receipt.head[name]) != quantity:
                yield f"{mailbox} is told {name} {receipt.head[name]}, and should be told {quantity}"
        if [receipt.head["startDue"], receipt.head["finishDue"]] != stamps:
            yield f"{mailbox} is told other clocks than {stamps}"
    for day in (BEGUN, FINISHED, CLOSED):
        if not any(receipt.time[:8] == f"{day:%Y%m%d}" for receipt in news):
            yield f"{mailbox} is not told what happens on {day}"


def _end(lot: RecalledLot) -> Iterator[str]:
    """In the end nothing is held, nothing is out, and nothing is late any more."""
    if not (shown := lot.shown()):
        yield "the window does not know it"
        return
    back, destroyed = lot.pieces(0, 2), lot.pieces(1)
    expected = {"state": "closed", "precision": "lot", "overdue_kind": "", "lists": PARCELS}
    sums = {"sold_qty": lot.pieces(), "told": lot.pieces(), "back": back, "destroyed": destroyed}
    found = {"stock": 0, "waiting": 0, "sold": lot.pieces(), "out": 0}
    rows = [(name, shown[name], value) for name, value in expected.items()]
    rows += [(name, Decimal(shown[name]), Decimal(value)) for name, value in sums.items()]
    rows += [(name, Decimal(shown["findings"][name]), Decimal(value)) for name, value in found.items()]
    for name, seen, wanted in rows:
        if seen != wanted:
            yield f"{name} should be {wanted} in the end, and is {seen}"


def _end_of_working_day(day: date) -> datetime:
    """The last second of the day that ends the working days after a day; there is no holiday between them."""
    left = WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return datetime(day.year, day.month, day.day, 23, 59, 59)
