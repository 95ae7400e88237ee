"""The set of receipts that a trade promises: of which kinds, how often, to whom, in which order, and when.

Judged by what the participants received and nothing else. What a list comes to, and which codes are named, is judged
beside (`imports.judging`, `exports.judging`); here every document has its answers, each once, at its sender's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Protocol

from simulators.receipt_log import LISTS, MESSAGE_OF, ReceiptLog, ReceivedReceipt
from simulators.verdict import Verdict, with_complaints

LIST_OF = {"import": "622", "export": "604"}
PARTNERS = {
    "import": {"312": "order", "412": "payment", "512": "waybill"},
    "export": {"304": "order", "404": "collection", "506": "waybill"},
}
"""The receipts of the documents that a list meets, by flow, and our words for these."""
TAKEN_IN = {"506": "399"}
"""What says that a partner was taken in, where it is not 120."""
MISSING = frozenset({"14301", "14302", "14303", "17132"})
"""Why a list is rejected whose partners do not come."""
RELEASED, CLOSED, REJECTED, REVIEW, INSPECTION = "800", "899", "100", "300", "500"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PARTNERS_DUE, EXAMINED, OFFICER, CLOSES = 72 * HOUR, 52 * HOUR, 24 * HOUR, 15 * DAY
"""How long a list waits for its partners; an inspection with its result; the automatic officer; until it closes."""
COLLECTED = (31, 46)
"""The days after release on which tax is collected: from the first, not after the last, which a return may need."""
TOGETHER = timedelta(seconds=2)


class AnyReceipt(Protocol):
    """A receipt as far as its times are judged."""

    @property
    def code(self) -> str:
        """Its type, as "622"."""

    @property
    def status(self) -> str:
        """Its return status."""

    @property
    def time(self) -> str:
        """Its return time, yyyyMMddHHmmss and perhaps more."""

    @property
    def codes(self) -> Sequence[str]:
        """The codes that it names."""


def whole(verdict: Verdict, trade: Any, receipt_log: ReceiptLog) -> Verdict:
    """The verdict about a trade, with what is not as it should be in the set of its receipts."""
    return with_complaints(verdict, about_receipts(trade, verdict.flow, receipt_log))


def about_receipts(trade: Any, flow: str, receipt_log: ReceiptLog) -> Iterator[str]:
    """What is not as it should be in the set of receipts of a trade that has come to its end."""
    receipts = receipt_log.as_they_came(trade.id)
    path = [receipt.status for receipt in receipts if receipt.code == LIST_OF[flow]]
    yield from _about_receivers(trade, flow, receipts)
    yield from _about_order(receipts)
    yield from _about_doubles(receipts, receipt_log.sent_of(trade.id))
    yield from _about_partners(trade, flow, path, receipts)
    if flow == "import":
        yield from _about_bills(trade, path, receipts)
        yield from _about_deliveries(receipts, receipt_log.sent_of(trade.id))
    yield from about_times(trade.story, flow, receipts)


def _about_receivers(trade: Any, flow: str, receipts: Sequence[ReceivedReceipt]) -> Iterator[str]:
    parties = trade.parties
    boxes = {code: parties.sender(kind).dxp_id for code, kind in PARTNERS[flow].items()}
    boxes |= dict.fromkeys((LIST_OF[flow], "624", "626", "816", "818", "606", "214"), parties.agent.dxp_id)
    boxes["514"] = parties.carrier.dxp_id
    for receipt in receipts:
        if boxes.get(receipt.code, receipt.mailbox) != receipt.mailbox:
            yield f"{receipt.code} {receipt.status} went to {receipt.mailbox}, and should go to {boxes[receipt.code]}"


def _about_order(receipts: Sequence[ReceivedReceipt]) -> Iterator[str]:
    """Receipts about one document come in the order of their times, which differ."""
    last: dict[tuple[str, str, str], ReceivedReceipt] = {}
    for receipt in receipts:
        if receipt.code not in ORDERED or receipt.status[:1] == "-":  # what came again is answered beside
            continue
        about = (receipt.mailbox, receipt.code, number_of(receipt))
        before = last.get(about)
        if before is not None and receipt.time <= before.time:
            yield f"{receipt.code} {receipt.status} of {receipt.time} came after {before.status} of {before.time}"
        last[about] = receipt


ORDERED = frozenset({"312", "412", "512", "514", "622", "624", "626", "304", "404", "506", "604", "606", "818"})


def number_of(receipt: ReceivedReceipt) -> str:
    """The number of the document that a receipt is about."""
    names = ("taxNo",) if receipt.code in {"816", "818"} else ("copNo", "coElNo", "payTransactionId", "orderNo")
    return next((receipt.head[name] for name in names if receipt.head.get(name)), "")


def _about_doubles(receipts: Sequence[ReceivedReceipt], sent: Mapping[str, int]) -> Iterator[str]:
    """No receipt says the same of one document more often than the document was sent."""
    counted = Counter(
        (receipt.mailbox, receipt.code, number_of(receipt), receipt.status, *receipt.codes) for receipt in receipts
    )
    for (_, code, number, status, *_codes), count in counted.items():
        if count > max(1, sent.get(MESSAGE_OF.get(code, ""), 1)):
            yield f"{code} {status} about {number or 'it'} came {count} times"


def _about_partners(trade: Any, flow: str, path: Sequence[str], receipts: Sequence[ReceivedReceipt]) -> Iterator[str]:
    """Each document that a list meets is received once (2), and answered once when the list was decided with it."""
    refused = {code for receipt in receipts if receipt.code == LIST_OF[flow] for code in receipt.codes}
    decided = "120" in path or (REJECTED in path and not refused & MISSING)
    late = {kind for kind, _ in trade.afterwards}
    for code, kind in PARTNERS[flow].items():
        statuses = [receipt.status for receipt in receipts if receipt.code == code and receipt.status[:1] != "-"]
        negative = any(receipt.code == code and receipt.status[:1] == "-" for receipt in receipts)
        spoilt = trade.spoiling is not None and trade.spoiling.kind == kind
        if trade.document(kind) is None and kind not in late:
            wanted: list[list[str]] = [[]]
        else:
            taken = TAKEN_IN.get(code, "120")
            wanted = [["2", taken]] if decided else [["2"]]
            if decided and REJECTED in path:
                wanted.append(["2", REJECTED])
            if (negative or spoilt) and not decided:
                wanted.append([])
            if kind == "collection" or trade.document("inventory") is None or negative:
                wanted.append(["2"])
            if negative:
                wanted.append([])
        if statuses not in wanted:
            yield f"{code} went through {' '.join(statuses) or 'nothing'}, and should go {' '.join(wanted[0])}".rstrip()


def _about_bills(trade: Any, path: Sequence[str], receipts: Sequence[ReceivedReceipt]) -> Iterator[str]:
    """One bill for a release, another for what stays after a part came back, and one end (818) for each bill."""
    bills = [number_of(receipt) for receipt in receipts if receipt.code == "816"]
    ends = Counter(number_of(receipt) for receipt in receipts if receipt.code == "818")
    if len(set(bills)) != len(bills):
        yield f"tax bills came {len(bills)} times, and are {len(set(bills))}"
    for number in dict.fromkeys(bills):
        if ends[number] != 1:
            yield f"the end of the tax bill {number} (818) came {ends[number]} times, not once"
    for number in ends.keys() - set(bills):
        yield f"an 818 is about the tax bill {number}, which never came"


def _about_deliveries(receipts: Sequence[ReceivedReceipt], sent: Mapping[str, int]) -> Iterator[str]:
    statuses = [receipt.status for receipt in receipts if receipt.code == "514"]
    if statuses != ["2", "120"] * sent.get("513", 0):
        yield f"{sent.get('513', 0)} deliveries (513) were answered with {' '.join(statuses) or 'nothing'}"


def about_times(story: str, flow: str, receipts: Sequence[AnyReceipt], automatic: bool = True) -> Iterator[str]:
    """What came too early or too late. `story` is what follows a trade; `automatic`: nobody decides, closes or pays
    but the window by itself, so that what it does by itself is due to the minute."""
    listed = [receipt for receipt in receipts if receipt.code in LISTS and receipt.status[:1] != "-"]
    for before, after in pairwise(listed):
        took, step = moment(after) - moment(before), (before.status, after.status)
        if step == ("2", REJECTED) and set(after.codes) & MISSING and not _within(took, PARTNERS_DUE, PARTNERS_DUE):
            yield f"rejected for missing documents after {took}, and should be after {PARTNERS_DUE}"
        if automatic and step == (INSPECTION, "399") and not _within(took, EXAMINED, EXAMINED + OFFICER):
            yield f"the inspection was over after {took}, and should be after {EXAMINED}"
        if automatic and before.status == REVIEW and not _within(took, timedelta(), OFFICER):
            yield f"an officer looked at it for {took}, and has {OFFICER}"
    released = _first(receipts, "622", RELEASED)
    if flow == "import" and released is not None:
        yield from _about_closing(receipts, released, automatic)
        yield from _about_collection(story, receipts, released, automatic)


def _about_closing(receipts: Sequence[AnyReceipt], released: datetime, automatic: bool) -> Iterator[str]:
    """A list closes when its parcel was delivered, at the latest after its days."""
    delivered, closed = _first(receipts, "514", "120"), _first(receipts, "622", CLOSED)
    due = min(max(delivered, released), released + CLOSES) if delivered is not None else released + CLOSES
    if automatic and closed is not None and not _within(closed, due, due):
        yield f"it was closed on {closed}, and should be on {due}"


def _about_collection(story: str, receipts: Sequence[AnyReceipt], released: datetime, automatic: bool) -> Iterator[str]:
    """The bill is of the release; its tax is collected when the days of return are over."""
    bills = [receipt for receipt in receipts if receipt.code == "816"]
    if automatic and bills and not _within(moment(bills[0]), released, released):
        yield f"the tax bill is of {moment(bills[0])}, and the release of {released}"
    first, last = COLLECTED
    latest = last if story.startswith("returned") or not automatic else first
    for receipt in receipts:
        days = (moment(receipt).date() - released.date()).days
        if receipt.code == "818" and receipt.status == "2" and not first <= days <= latest:
            yield f"the tax was collected {days} days after the release, and should be on day {first}"


def _first(receipts: Sequence[AnyReceipt], code: str, status: str) -> datetime | None:
    return next((moment(receipt) for receipt in receipts if (receipt.code, receipt.status) == (code, status)), None)


def moment(receipt: AnyReceipt) -> datetime:
    """The return time of a receipt."""
    return datetime.strptime(receipt.time[:14], "%Y%m%d%H%M%S")


def _within(value: Any, least: Any, most: Any) -> bool:
    """Whether a moment or a span lies between two, with the little that answers are apart."""
    return bool(least - TOGETHER <= value <= most + MINUTE)
