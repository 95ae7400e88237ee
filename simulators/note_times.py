"""Checks the times of answers to transport notes, and of steps that depend on them, by the times of sending."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from simulators.receipt_log import ReceiptLog
from simulators.receipt_times import MINUTE, REFUSAL_PERIODS, AnyReceipt, is_within, return_time
from simulators.transport_notes import ACCEPTED_STATUSES, ARRIVAL, DEPARTURE, INTAKE, RECEIPT_OF, Note
from simulators.verdict import TradeVerdict

NOTES = "notes"
"""Name of shared notes in the report of faults."""
RELEASE_PERIOD = REFUSAL_PERIODS["17305"]


def judge_notes(receipt_log: ReceiptLog) -> Iterator[TradeVerdict]:
    """Check notes shared by trades: each part must be accepted by the port (2) on arrival, and once by customs after
    the last part."""
    for note, sent in receipt_log.notes.items():
        code = RECEIPT_OF[note.code]
        accepted, receipts = ACCEPTED_STATUSES[code], receipt_log.of(note.id, code)
        statuses = Counter(receipt.status for receipt in receipts)
        if statuses != {"2": len(sent), accepted: len(sent)}:
            wrong = [f"the note {note.code} of {len(sent)} parts was answered with {dict(statuses)}"]
        else:
            wrong = list(
                check_parts(note.code, [part.at for part in sent], receipts, _completion_times(note, receipt_log))
            )
        got = " ".join(status for status in statuses if status != "2")
        flow = "import" if note.code == INTAKE else "export"
        yield TradeVerdict(note.id, NOTES, accepted, got or "nothing", tuple(wrong), flow)


def _completion_times(note: Note, receipt_log: ReceiptLog) -> list[datetime]:
    """When each part of a note must be accepted: with the last part; for a departure, when its parcels have left."""
    parts = receipt_log.notes[note]
    last = max(part.at for part in parts)
    if note.code != DEPARTURE:
        return [last] * len(parts)
    departures = ((when for trade in part.trades for when in departure_times(receipt_log.of(trade))) for part in parts)
    return [max([last, *instants]) for instants in departures]


def departure_times(receipts: Iterable[AnyReceipt]) -> list[datetime]:
    """When an export's list was closed because its parcel has left."""
    return [return_time(receipt) for receipt in receipts if (receipt.code, receipt.status) == ("604", "899")]


def check_parts(
    code: str, sent: Iterable[datetime], receipts: Sequence[AnyReceipt], complete: Iterable[datetime]
) -> Iterator[str]:
    """Complain about receipts of a note at wrong times: each first answer when its part went out, the others when the
    parts were `complete`."""
    kind = RECEIPT_OF[code]
    for status, dues in (("2", sent), (ACCEPTED_STATUSES[kind], complete)):
        moments = sorted(
            return_time(receipt) for receipt in receipts if (receipt.code, receipt.status) == (kind, status)
        )
        for when, due in zip(moments, sorted(dues), strict=False):
            if not is_within(when, due, due):
                yield f"{kind} {status} is of {when}, and should be of {due}"


def check_export(
    receipts: Sequence[AnyReceipt], sent: Mapping[str, Sequence[datetime]], waits_for_batch: bool = False
) -> Iterator[str]:
    """Complain about receipts of an export at wrong times: it is released when its goods have arrived, unless somebody
    looks at it first or its batch is released, and closed when they have left. `sent`: when notes that name it went
    out, by message type."""
    path = [receipt for receipt in receipts if receipt.code == "604" and not receipt.status.startswith("-")]
    at = {receipt.status: return_time(receipt) for receipt in path}
    statuses = [receipt.status for receipt in path]
    arrived, gone = max(sent.get(ARRIVAL, ()), default=None), min(sent.get(DEPARTURE, ()), default=None)
    released, closed = at.get("800"), at.get("899")
    if released is not None and arrived is not None:
        at_once = statuses[statuses.index("800") - 1] == "120" and not waits_for_batch
        if not is_within(released, arrived, arrived if at_once else datetime.max - MINUTE):
            yield f"it was released on {released}, and its goods arrived on {arrived}"
    if released is not None and gone is not None and released < gone + RELEASE_PERIOD:
        due = max(released, gone)
        if closed is None or not is_within(closed, due, due):
            yield f"it was closed on {closed}, and should be on {due}, when it was released and its goods had left"
