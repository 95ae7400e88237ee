"""Checks that a trade's set of receipts is complete: kinds, numbers, receivers, order and times.

Uses only received receipts. Outcomes and codes are checked in `imports.judging` and `exports.judging`; here every
document must have its answers, each once, for its sender.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from simulators.list_paths import check_path
from simulators.note_times import check_export, check_parts, departure_times
from simulators.receipt_log import MESSAGE_OF, LoggedReceipt, ReceiptLog
from simulators.receipt_times import MISSING, check_times
from simulators.transport_notes import DEPARTURE
from simulators.verdict import TradeVerdict, with_complaints

LIST_OF = {"import": "622", "export": "604"}
PARTNERS = {
    "import": {"312": "order", "412": "payment", "512": "waybill"},
    "export": {"304": "order", "404": "collection", "506": "waybill"},
}
"""Flow → receipt of a partner document → its kind."""
DOCUMENT_OF = {
    **{code: kind for partners in PARTNERS.values() for code, kind in partners.items()},
    **dict.fromkeys((*LIST_OF.values(), "816", "818"), "inventory"),
}
"""Code of a receipt → kind of document whose identifying elements it repeats."""
REPEATED_ELEMENTS = frozenset(
    {"ebpCode", "ebcCode", "agentCode", "customsCode", "orderNo", "logisticsCode", "logisticsNo", "payCode"}
)
"""Elements that a receipt repeats from its document."""
ACCEPTED_STATUSES = {"506": "399"}
"""Receipt → status of an accepted partner, if not 120."""
REJECTED = "100"
TEXT_CODES = {"120": "1800", "399": "2300", "500": "14500", "600": "14600", "800": "2600", "899": "14899"}
"""Status of a list → code of the text in its receipt."""


def with_set_complaints(verdict: TradeVerdict, trade: Any, receipt_log: ReceiptLog) -> TradeVerdict:
    """A trade's verdict with complaints about its set of receipts."""
    return with_complaints(verdict, check_receipts(trade, verdict.flow, receipt_log))


def check_receipts(trade: Any, flow: str, receipt_log: ReceiptLog) -> Iterator[str]:
    """Complaints about the set of receipts of a completed trade."""
    receipts = receipt_log.as_they_came(trade.id)
    path = [receipt.status for receipt in receipts if receipt.code == LIST_OF[flow]]
    yield from _check_receivers(trade, flow, receipts)
    yield from _check_names(trade, receipts)
    yield from _check_order(receipts)
    yield from _check_doubles(receipts, receipt_log.sent_of(trade.id))
    yield from _check_words(receipts)
    yield from check_path(receipts)
    yield from _check_partners(trade, flow, path, receipts)
    yield from (_check_import if flow == "import" else _check_export)(trade, path, receipts, receipt_log)
    yield from check_times(trade.story, flow, receipts)


def _check_import(
    trade: Any, path: list[str], receipts: Sequence[LoggedReceipt], receipt_log: ReceiptLog
) -> Iterator[str]:
    yield from _check_bills(trade, path, receipts)
    yield from _check_deliveries(receipts, receipt_log.sent_of(trade.id))


def _check_export(
    trade: Any, path: list[str], receipts: Sequence[LoggedReceipt], receipt_log: ReceiptLog
) -> Iterator[str]:
    yield from _check_transport(trade, receipts, receipt_log.sent_notes_of(trade.id))


def _check_transport(
    trade: Any, receipts: Sequence[LoggedReceipt], sent: Mapping[str, Sequence[datetime]]
) -> Iterator[str]:
    """Complaints about the times of an export's receipts that depend on its transport notes."""
    yield from check_export(receipts, sent, trade.story == "in_batch")
    if not trade.flight.alone:
        return
    for code, instants in sent.items():
        complete = max([*instants, *(departure_times(receipts) if code == DEPARTURE else ())])
        yield from check_parts(code, instants, receipts, [complete] * len(instants))


def _check_receivers(trade: Any, flow: str, receipts: Sequence[LoggedReceipt]) -> Iterator[str]:
    parties = trade.parties
    boxes = {code: parties.sender(kind).dxp_id for code, kind in PARTNERS[flow].items()}
    boxes |= dict.fromkeys((LIST_OF[flow], "624", "626", "816", "818", "606", "214"), parties.agent.dxp_id)
    boxes["514"] = parties.carrier.dxp_id
    for receipt in receipts:
        if boxes.get(receipt.code, receipt.mailbox) != receipt.mailbox:
            yield f"{receipt.code} {receipt.status} went to {receipt.mailbox}, and should go to {boxes[receipt.code]}"


def _check_names(trade: Any, receipts: Sequence[LoggedReceipt]) -> Iterator[str]:
    """A receipt must repeat the identifying elements of its document."""
    for receipt in receipts:
        document = trade.document(DOCUMENT_OF.get(receipt.code, "")) if receipt.code in DOCUMENT_OF else None
        if document is None or receipt.status[:1] == "-":  # what was refused may have been another than the last
            continue
        for name in REPEATED_ELEMENTS & receipt.head.keys() & document.head.keys():
            if receipt.head[name] != document.head[name]:
                wrong, right = receipt.head[name], document.head[name]
                yield f"{receipt.code} {receipt.status} says {name} {wrong}, and should say {right}"


def _check_order(receipts: Sequence[LoggedReceipt]) -> Iterator[str]:
    """Receipts of a document must arrive in the order of their times, which must differ."""
    last: dict[tuple[str, str, str], LoggedReceipt] = {}
    for receipt in receipts:
        if receipt.code not in ORDERED or receipt.status[:1] == "-":  # what came again is answered beside
            continue
        about = (receipt.mailbox, receipt.code, document_number(receipt))
        before = last.get(about)
        if before is not None and receipt.time <= before.time:
            yield f"{receipt.code} {receipt.status} of {receipt.time} came after {before.status} of {before.time}"
        last[about] = receipt


ORDERED = frozenset({"312", "412", "512", "514", "622", "624", "626", "304", "404", "506", "604", "606", "818"})


def document_number(receipt: LoggedReceipt) -> str:
    """The number of a receipt's document."""
    names = ("taxNo",) if receipt.code in {"816", "818"} else ("copNo", "coElNo", "payTransactionId", "orderNo")
    return next((receipt.head[name] for name in names if receipt.head.get(name)), "")


def _check_doubles(receipts: Sequence[LoggedReceipt], sent: Mapping[str, int]) -> Iterator[str]:
    """A document must not get the same receipt more often than it was sent."""
    counted = Counter(
        (receipt.mailbox, receipt.code, document_number(receipt), receipt.status, *receipt.codes)
        for receipt in receipts
    )
    for (_, code, number, status, *_codes), count in counted.items():
        if count > max(1, sent.get(MESSAGE_OF.get(code, ""), 1)):
            yield f"{code} {status} about {number or 'it'} came {count} times"


def _check_words(receipts: Sequence[LoggedReceipt]) -> Iterator[str]:
    """The text of a list's receipt must match its status."""
    for receipt in receipts:
        code = TEXT_CODES.get(receipt.status) if receipt.code in LIST_OF.values() else None
        if code is not None and receipt.codes[:1] != (code,):
            said = receipt.head.get("returnInfo", "")
            yield f"{receipt.code} {receipt.status} should say [Code:{code}], and says {said}"


def _check_partners(trade: Any, flow: str, path: Sequence[str], receipts: Sequence[LoggedReceipt]) -> Iterator[str]:
    """Each partner document must be received once (2), and answered once when its list was decided."""
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
            taken = ACCEPTED_STATUSES.get(code, "120")
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


def _check_bills(trade: Any, path: Sequence[str], receipts: Sequence[LoggedReceipt]) -> Iterator[str]:
    """A release needs one bill, a partial return another, and each bill one final receipt (818)."""
    bills = [document_number(receipt) for receipt in receipts if receipt.code == "816"]
    ends = Counter(document_number(receipt) for receipt in receipts if receipt.code == "818")
    if len(set(bills)) != len(bills):
        yield f"tax bills came {len(bills)} times, and are {len(set(bills))}"
    for number in dict.fromkeys(bills):
        if ends[number] != 1:
            yield f"the end of the tax bill {number} (818) came {ends[number]} times, not once"
    for number in ends.keys() - set(bills):
        yield f"an 818 is about the tax bill {number}, which never came"


def _check_deliveries(receipts: Sequence[LoggedReceipt], sent: Mapping[str, int]) -> Iterator[str]:
    statuses = [receipt.status for receipt in receipts if receipt.code == "514"]
    if statuses != ["2", "120"] * sent.get("513", 0):
        yield f"{sent.get('513', 0)} deliveries (513) were answered with {' '.join(statuses) or 'nothing'}"
