"""Judges an export trade by its receipts: does it reach the expected outcome of its fault, step by step?

An inspection may come to any list (500): then every end is allowed that customs gives after one. What an officer
decides about a list in review is his to decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from simulators.exports.trade import ExportTrade
from simulators.receipt_log import LoggedReceipt, ReceiptLog
from simulators.traded import Expected
from simulators.verdict import TradeVerdict, missing_codes, unexpected_code

REJECTED, REVIEW, INSPECTION, ACCEPTED, RELEASED, LEFT = "100", "300", "500", "120", "800", "899"
OPENING = "(1 )?2"
INSPECTED = " 500( 399 800 899| 399 100| 100)?"
"""Statuses that may follow an inspection; if the goods are held, 500 may be the last."""
PATHS = {
    LEFT: f"{OPENING} 120( 800 899|{INSPECTED})",
    REJECTED: f"{OPENING}( 120)? 100",
    REVIEW: f"{OPENING} 120( 300( 100| 399 800 899|{INSPECTED})|{INSPECTED})",
    INSPECTION: f"{OPENING} 120{INSPECTED}",
    ACCEPTED: f"{OPENING} 120",
}
"""By expected outcome: the statuses (604) that a list may go through, in order."""
CANCELLED, RETURNED, COUNTED = ["2", "399"], ["2", "120", "800"], ["2", "399"]
ENDED = {"606": (CANCELLED[-1], "cancelled"), "214": (RETURNED[-1], "returned")}
"""By receipt: the status at the end of a request, and its words."""


def judge(trade: ExportTrade, receipt_log: ReceiptLog, replacement: Expected | None = None) -> TradeVerdict:
    """Judge a finished trade; `replacement`: expected instead of what the trade itself expects."""
    expected = replacement or trade.expected
    receipts, path = receipt_log.of(trade.id), receipt_log.statuses_of(trade.id, "604")
    complaints = (
        *_check_path(expected, path),
        *_check_codes(expected, path, receipts),
        *_check_story(trade, path, receipts),
    )
    return TradeVerdict(
        trade.id,
        trade.fault,
        _expected_text(expected, trade),
        _outcome_text(path, receipts),
        tuple(complaints),
        "export",
    )


def check_samples(trades: Sequence[ExportTrade], receipt_log: ReceiptLog, least: int, most: int) -> Iterator[str]:
    """Report a batch with fewer inspected lists than required, or more than its samples."""
    inspected = sum(INSPECTION in receipt_log.statuses_of(trade.id, "604") for trade in trades)
    if inspected < least:
        yield f"of {len(trades)} lists of the batch {inspected} were inspected, and at least {least} should be"
    elif inspected > most:
        yield f"of {len(trades)} lists of the batch {inspected} were inspected, and no more than {most} should be"


def _expected_text(expected: Expected, trade: ExportTrade) -> str:
    codes = [code for code in expected.codes if code != expected.outcome]
    parts = [trade.story.replace("_", " ")] if trade.story else []
    return " ".join([expected.outcome or "no list", *(f"[{code}]" for code in codes), *parts])


def _outcome_text(path: Sequence[str], receipts: Sequence[LoggedReceipt]) -> str:
    """The statuses that matter, with the codes of what was refused, of the list and of all else."""
    steps = [status for status in path if status not in {"1", "2", ACCEPTED, "399"}] or list(path[-1:])
    refused = [
        f"{'CEB900' if receipt.code == '900' else receipt.code}:{receipt.status} {_code(receipt)}".rstrip()
        for receipt in receipts
        if receipt.code != "604" and _refuses(receipt)
    ]
    for number, receipt in enumerate(receipts):
        if receipt.code == "604" and _refuses(receipt) and _code(receipt):
            steps = [f"{step} {_code(receipt)}" if step == receipt.status else step for step in steps]
            receipts = [*receipts[:number], *receipts[number + 1 :]]
            break
    done = [name for code, (last, name) in ENDED.items() if last in _statuses(receipts, code)]
    return " → ".join([*steps, *refused, *done]) or "nothing"


def _code(receipt: LoggedReceipt) -> str:
    return next((f"[{code}]" for code in receipt.codes if code != receipt.status), "")


def _refuses(receipt: LoggedReceipt) -> bool:
    return receipt.status == REJECTED or receipt.status.startswith("-") or receipt.code == "900"


def _check_path(expected: Expected, path: Sequence[str]) -> Iterator[str]:
    seen, outcome = " ".join(path), expected.outcome
    if not outcome and path:
        yield f"there should be no list, and it went through {seen}"
    elif outcome.startswith("-"):
        if list(path) != [outcome]:
            yield f"the port should have refused it at once with {outcome}, and it went through {seen or 'nothing'}"
    elif outcome in PATHS:
        # what comes again is answered among the list's own statuses
        own = " ".join(status for status in path if not status.startswith("-"))
        if not re.fullmatch(PATHS[outcome], own):
            yield f"it should have come to {outcome}, and went through {seen or 'nothing'}"
    elif outcome:
        yield f"nobody knows how a list comes to {outcome}"


def _check_codes(expected: Expected, path: Sequence[str], receipts: Sequence[LoggedReceipt]) -> Iterator[str]:
    yield from missing_codes(expected.codes, receipts)
    for receipt in receipts:
        yield from unexpected_code(expected.codes, receipt)
        if receipt.code != "604" and receipt.status == REJECTED and not set(receipt.codes) & set(expected.codes):
            yield f"{receipt.code} with {receipt.status} {_code(receipt)} was not expected"


def _check_story(trade: ExportTrade, path: Sequence[str], receipts: Sequence[LoggedReceipt]) -> Iterator[str]:
    """Complaints about the trade's further events; none if the list was inspected first."""
    if INSPECTION in path and LEFT not in path:
        return
    if trade.story == "cancelled" and _statuses(receipts, "606") != CANCELLED:
        yield f"the cancellation went through {_statuses(receipts, '606')}"
    if trade.story == "cancelled_late" and _statuses(receipts, "606") != ["2", REJECTED]:
        yield f"the late cancellation went through {_statuses(receipts, '606')}"
    if trade.story in {"returned", "returned_twice"}:
        returned = _statuses(receipts, "214")
        wanted = RETURNED if trade.story == "returned" else sorted([*RETURNED, "2", REJECTED])
        if (returned if trade.story == "returned" else sorted(returned)) != wanted:
            yield f"the return went through {returned}"
        if _statuses(receipts, "216") != COUNTED:
            yield f"the tally went through {_statuses(receipts, '216')}"
    if trade.story == "in_batch" and not any("批次" in receipt.head.get("returnInfo", "") for receipt in receipts):
        yield "no receipt names its batch"
    if trade.story in {"returned_unexported", "returned_late"} and _statuses(receipts, "214") != ["2", REJECTED]:
        yield f"the return went through {_statuses(receipts, '214')}"


def _statuses(receipts: Sequence[LoggedReceipt], code: str) -> list[str]:
    return [receipt.status for receipt in receipts if receipt.code == code]
