"""Judges the receipts of a load's trades as a whole: recipients, duplicates, order, gaps and times.

A window over HTTP is judged by what its participants received, and by what comes without anybody's help: what has not
come to its end is under way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from simulators.entry.reports import DOUBLED, LOST, WRONG, ReportedFinding
from simulators.entry.sending import ACCEPTED
from simulators.list_paths import check_path
from simulators.load.measurement import BILL, TimedReceipt, Track
from simulators.load.run import LoadRun
from simulators.receipt_log import MESSAGE_OF
from simulators.receipt_sets import ACCEPTED_STATUSES
from simulators.receipt_times import MISSING, check_times
from simulators.traffic.making import Expectation
from simulators.transport_notes import ACCEPTED_STATUSES as NOTE_TAKEN
from simulators.transport_notes import DEPARTURE, RECEIPT_OF

PARTNERS = {"import": {"311": "312", "411": "412", "511": "512"}, "export": {"303": "304", "505": "506"}}
"""The messages that a list is matched with, by flow, and their receipts."""
LIST = {"import": "622", "export": "604"}
OF_A_LIST = {BILL: "621", "818": "621"}
"""Unsolicited receipts, and the message whose sender gets them."""
RANKS = {
    status: rank
    for rank, statuses in enumerate((("1",), ("2",), ("120",), ("400",), ("500", "300"), ("399",), ("800",), ("899",)))
    for status in statuses
}
"""The order of the statuses of one document; others may come at any time."""
FORWARD = frozenset({"622", "604", "312", "412", "512", "304", "506", "514"})


def findings(ran: LoadRun, cut: set[str]) -> list[ReportedFinding]:
    """Judge the sets of receipts; trades that were `cut` are not judged."""
    by_trade = ran.measurement.by_trade()
    sent: dict[str, dict[str, Track]] = {}
    for track in ran.sent:
        if track.status == ACCEPTED:
            sent.setdefault(track.item.trade, {}).setdefault(track.item.code, track)
    found = [*_gaps(ran), *_find_doubled(ran), *_backwards(ran), *check_notes(ran)]
    for trade, promise in ran.made.promises.items():
        receipts = by_trade.get(trade, ())
        found += _astray(sent.get(trade, {}), receipts)
        if trade not in cut:
            found += lacking(promise, sent.get(trade, {}), receipts)
            found += check_moments(promise, receipts)
            found += check_steps(promise, receipts)
    return found


def may_be_unfinished(ran: LoadRun, cut: set[str]) -> bool:
    """True if receipts that follow from a decided list may still be on their way."""
    return any(finding.kind == LOST for finding in findings(ran, cut))


def lacking(
    promise: Expectation, sent: Mapping[str, Track], receipts: Sequence[TimedReceipt]
) -> Iterator[ReportedFinding]:
    """Receipts that should come with the decision about a list but are missing: its partners' and its tax bill."""
    listed = [receipt for receipt in receipts if receipt.code == LIST[promise.flow]]
    path, named = {receipt.status for receipt in listed}, {code for receipt in listed for code in receipt.codes}
    if "120" in path or ("100" in path and not named & MISSING):
        for message, code in PARTNERS[promise.flow].items():
            statuses = [receipt.status for receipt in receipts if receipt.code == code]
            wanted = {ACCEPTED_STATUSES.get(code, "120"), "100"}
            refused = any(status.startswith("-") for status in statuses)
            if message in sent and not refused and not ("2" in statuses and wanted & set(statuses)):
                words = f"{code} came with {' '.join(statuses) or 'nothing'}, though the list was decided"
                yield ReportedFinding(LOST, words, trade=promise.trade, mailbox=sent[message].item.sender)
    if "800" in path and promise.bills and not any(receipt.code == BILL for receipt in receipts):
        yield ReportedFinding(LOST, "the list was released, and no tax bill came", trade=promise.trade)


def check_moments(promise: Expectation, receipts: Sequence[TimedReceipt]) -> Iterator[ReportedFinding]:
    """Report receipts that came too early or too late by the sandbox's clock."""
    timed = sorted((receipt for receipt in receipts if receipt.time), key=lambda receipt: (receipt.time, receipt.at))
    for complaint in check_times(promise.then, promise.flow, timed, automatic=False):
        yield ReportedFinding(WRONG, complaint, trade=promise.trade)


def check_steps(promise: Expectation, receipts: Sequence[TimedReceipt]) -> Iterator[ReportedFinding]:
    """Report status steps that are not allowed, and tax bills for lists that were not released."""
    in_order = sorted(receipts, key=lambda receipt: receipt.sequence)
    for complaint in check_path(in_order):
        yield ReportedFinding(WRONG, complaint, trade=promise.trade)
    if any(receipt.code == BILL for receipt in receipts) and not any(receipt.status == "800" for receipt in receipts):
        yield ReportedFinding(WRONG, "a tax bill came, and the list was not released", trade=promise.trade)


def check_notes(ran: LoadRun) -> Iterator[ReportedFinding]:
    """Notes of transport (607, 507, 711) that were not taken in, and any note that was before all of it had come;
    nothing where a part was not sent or not taken. When a departure (509) is taken in depends on what has left."""
    if any(track.item.code in RECEIPT_OF and track.status != ACCEPTED for track in ran.measurement.tracks):
        return
    answers: dict[tuple[str, str, str], list[TimedReceipt]] = {}
    for receipt in ran.measurement.received:
        if receipt.code in NOTE_TAKEN:
            answers.setdefault((receipt.mailbox, receipt.code, receipt.key), []).append(receipt)
    for (mailbox, code, key), receipts in answers.items():
        arrived = [receipt.time for receipt in receipts if receipt.status == "2"]
        taken = [receipt.time for receipt in receipts if receipt.status == NOTE_TAKEN[code]]
        if code != RECEIPT_OF[DEPARTURE] and not taken:  # what comes twice is told beside
            words = f"{code} about {key} came with {' '.join(receipt.status for receipt in receipts)} and no more"
            yield ReportedFinding(LOST, words, mailbox=mailbox)
        if arrived and taken and min(taken) < max(arrived):
            words = (
                f"{code} {NOTE_TAKEN[code]} about {key} is of {min(taken)}, and its last part came at {max(arrived)}"
            )
            yield ReportedFinding(WRONG, words, mailbox=mailbox)


def _gaps(ran: LoadRun) -> Iterator[ReportedFinding]:
    """Report missing positions in mailboxes."""
    places: dict[str, set[int]] = {}
    for receipt in ran.measurement.received:
        places.setdefault(receipt.mailbox, set()).add(receipt.sequence)
    for mailbox, given in sorted(places.items()):
        missing = sorted(set(range(min(given), max(given) + 1)) - given)
        if missing:
            yield ReportedFinding(
                LOST, f"{len(missing)} receipts are missing, the first at {missing[0]}", mailbox=mailbox
            )


def _astray(sent: Mapping[str, Track], receipts: Sequence[TimedReceipt]) -> Iterator[ReportedFinding]:
    """Report receipts in another mailbox than the document's sender's."""
    for receipt in receipts:
        track = sent.get(OF_A_LIST.get(receipt.code) or MESSAGE_OF.get(receipt.code, ""))
        if track is not None and track.item.sender != receipt.mailbox:
            words = f"{receipt.code} {receipt.status} went to {receipt.mailbox}, and should go to {track.item.sender}"
            yield ReportedFinding(WRONG, words, "", receipt.trade, receipt.mailbox, receipt.sequence)


def _backwards(ran: LoadRun) -> Iterator[ReportedFinding]:
    """Report receipts about one document that came in the wrong order."""
    reached: dict[tuple[str, str, str, str], tuple[int, str]] = {}
    for receipt in sorted(ran.measurement.received, key=lambda receipt: (receipt.mailbox, receipt.sequence)):
        rank = RANKS.get(receipt.status)
        if rank is None or receipt.code not in FORWARD or not receipt.trade:
            continue
        about = (receipt.mailbox, receipt.code, receipt.key, receipt.trade)
        before, status = reached.get(about, (rank, ""))
        if rank < before:
            words = f"{receipt.code} {receipt.status} about {receipt.key} came after {status}"
            yield ReportedFinding(WRONG, words, "", receipt.trade, receipt.mailbox, receipt.sequence)
        reached[about] = max((before, status), (rank, receipt.status))


def _find_doubled(ran: LoadRun) -> Iterator[ReportedFinding]:
    """Report receipts that are repeated more often than their document was sent, and positions that occur twice."""
    times = Counter((track.item.trade, track.item.code) for track in ran.sent)
    counted: Counter[tuple[object, ...]] = Counter()
    places: set[tuple[str, int]] = set()
    for receipt in ran.measurement.received:
        about = (receipt.mailbox, receipt.code, receipt.key, receipt.status, receipt.codes, receipt.trade)
        counted[about] += 1
        again = (receipt.mailbox, receipt.sequence) in places
        places.add((receipt.mailbox, receipt.sequence))
        sent = max(1, times[receipt.trade, MESSAGE_OF.get(receipt.code, "")])
        if again or (receipt.trade and counted[about] > sent):
            words = f"{receipt.code} {receipt.status} about {receipt.key} is there twice, at {receipt.sequence}"
            yield ReportedFinding(DOUBLED, words, "", receipt.trade, receipt.mailbox, receipt.sequence)
