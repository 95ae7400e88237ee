"""Judges a load by the generator's expectations for each trade: finds what was lost, doubled, wrong or late.

A window over HTTP is judged by its receipts alone, as an outsider sees them, and by what comes without anybody's help:
a trade whose promise needs days, or a person, is under way, and no fault of the window.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simulators.entry.reports import LATE, LOST, WRONG, ReportedFinding
from simulators.entry.sending import ACCEPTED
from simulators.imports.arithmetic import POLICIES
from simulators.imports.bills import check_bill
from simulators.list_paths import reviewed_by_officers_only
from simulators.load import sets
from simulators.load.measurement import BILL, LISTS, TimedReceipt, Track, ends
from simulators.load.run import LoadRun
from simulators.traffic.making import Expectation

REFUSED_WHOLE = "CEB900"
REJECTED, REVIEW, INSPECTION, RELEASED, LEFT = "100", "300", "500", "800", "899"
UNPROCESSABLE = 422


def findings(ran: LoadRun, limit: float) -> list[ReportedFinding]:
    """Judge every message and trade of a load; `limit`: milliseconds after which a first receipt is late."""
    cut, received = cut_off(ran), ran.measurement.by_trade()
    faults = [*_check_messages(ran, limit), *sets.findings(ran, cut)]
    faults += [ReportedFinding(WRONG, f"audit: {words}") for words in (ran.audit.differences if ran.audit else ())]
    for trade, promise in ran.made.promises.items():
        if trade not in cut:
            faults += check_trade(promise, received.get(trade, ()), ran.rounding)
    return faults


def under_way(ran: LoadRun) -> int:
    """Count the trades that were sent whole and whose list has not come to an end."""
    cut = cut_off(ran)
    lists = [track for track in ran.sent if track.item.code in LISTS and track.status == ACCEPTED]
    return sum(1 for track in lists if track.ended is None and track.item.trade not in cut)


def expected_refusal(ran: LoadRun, track: Track) -> bool:
    """True if a message was refused as expected for its fault."""
    promise = ran.made.promises.get(track.item.trade)
    return track.status == UNPROCESSABLE and promise is not None and REFUSED_WHOLE in promise.codes


def cut_off(ran: LoadRun) -> set[str]:
    """Trades that were not completely sent or accepted: they have no expected outcome."""
    return {
        track.item.trade
        for track in ran.measurement.tracks
        if track.status < 0 or (track.status != ACCEPTED and not expected_refusal(ran, track))
    }


def _check_messages(ran: LoadRun, limit: float) -> Iterator[ReportedFinding]:
    for track in ran.sent:
        name, trade = f"{track.item.code} {track.item.guid}", track.item.trade
        if track.status != ACCEPTED:
            if not track.not_now and not expected_refusal(ran, track):
                answer = f"HTTP {track.status} {' '.join(track.refused_for)}".strip() if track.status else "no answer"
                yield ReportedFinding(
                    WRONG, f"{name} was answered with {answer}", trade=trade, mailbox=track.item.sender
                )
        elif track.first_receipt is None and track.item.guid:
            yield ReportedFinding(
                LOST, f"{name} was accepted, and no receipt came about it", trade=trade, mailbox=track.item.sender
            )
        elif track.first_receipt is not None and track.first_receipt > limit:
            answer = f"{name}: its first receipt came {track.first_receipt / 1_000:.1f} s after it was due"
            yield ReportedFinding(LATE, answer, trade=trade, mailbox=track.item.sender)


def check_trade(
    promise: Expectation, receipts: Sequence[TimedReceipt], rounding: str = POLICIES[0]
) -> Iterator[ReportedFinding]:
    """Compare a trade's receipts with its promise; that it has not come to an end is not judged. `rounding` is that of
    the sandbox's taxes."""
    yield from _check_bills(promise, receipts, rounding)
    path = [receipt.status for receipt in receipts if receipt.code in LISTS.values()]
    if not any(map(ends, path)):
        return
    name = f"{promise.flow} {promise.mode} ({promise.fault or 'sound'})"
    if not _is_as_promised(promise, set(path), reviewed_by_officers_only(receipts)):
        course = f"{name}: its list went {' '.join(path)}, and should come to {promise.outcome or 'no list'}"
        yield ReportedFinding(WRONG, course, trade=promise.trade)
        return
    named = {code for receipt in receipts for code in (receipt.status, f"CEB{receipt.code}", *receipt.codes)}
    for code in () if INSPECTION in path else promise.codes:
        if code not in named:
            course = f"{name}: no receipt names {code}; named are {', '.join(sorted(named))}"
            yield ReportedFinding(WRONG, course, trade=promise.trade)


def _check_bills(promise: Expectation, receipts: Sequence[TimedReceipt], rounding: str) -> Iterator[ReportedFinding]:
    """Compare its tax bills with the expected ones."""
    bills = [receipt for receipt in receipts if receipt.code == BILL]
    for receipt in bills:
        if "unreadable" in receipt.bill:
            complaint = f"a tax bill cannot be read: {receipt.bill['unreadable']}"
            yield ReportedFinding(WRONG, complaint, "", promise.trade, receipt.mailbox, receipt.sequence)
    for receipt, wanted in zip(bills, promise.bills_by(rounding), strict=False):
        for complaint in check_bill(receipt.bill.get("taxNo", ""), receipt.bill, receipt.bill.get("lines", ()), wanted):
            yield ReportedFinding(WRONG, complaint, "", promise.trade, receipt.mailbox, receipt.sequence)


def _is_as_promised(promise: Expectation, path: set[str], by_officer: bool) -> bool:
    """True if the statuses of a list are as promised. Inspections come to any list, and what an officer does after one,
    or with a list that waits for him, is his to decide; so is a list that he has had looked at himself (`by_officer`).
    Whether its steps may follow each other is judged beside (`sets`)."""
    if promise.outcome in {RELEASED, LEFT}:
        whole = INSPECTION in path or (bool(path & {RELEASED, LEFT}) and REJECTED not in path)
        return by_officer or (whole and REVIEW not in path) or bool(promise.then)
    if promise.outcome == REVIEW:
        return bool(path & {REVIEW, INSPECTION})
    if promise.outcome == REJECTED:
        return REJECTED in path and RELEASED not in path
    return bool(promise.outcome) and promise.outcome in path
