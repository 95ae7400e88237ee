"""When notes of transport have to be answered, and what follows from them, by the instants at which they went out,
which only who sent them knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from simulators.receipt_log import ReceiptLog
from simulators.receipt_times import MINUTE, WINDOWS, AnyReceipt, moment, within
from simulators.transport_notes import ARRIVAL, DEPARTURE, INTAKE, RECEIPT_OF, TAKEN_IN
from simulators.verdict import Verdict

NOTES = "notes"
"""What shared notes are called among the faults."""
WINDOW = WINDOWS["17305"]


def judge_notes(receipt_log: ReceiptLog) -> Iterator[Verdict]:
    """Judge notes that trades share, by when their parts went out and what was answered: each part is taken in by the
    port (2) when it comes, then by customs, once, when the last has come."""
    for note, sent in receipt_log.notes.items():
        code = RECEIPT_OF[note.code]
        taken, receipts = TAKEN_IN[code], receipt_log.of(note.id, code)
        came = Counter(receipt.status for receipt in receipts)
        if came != {"2": len(sent), taken: len(sent)}:
            wrong = [f"the note {note.code} of {len(sent)} parts was answered with {dict(came)}"]
        else:
            wrong = list(about_parts(note.code, sent, receipts, max(sent)))
        got = " ".join(status for status in came if status != "2")
        flow = "import" if note.code == INTAKE else "export"
        yield Verdict(note.id, NOTES, taken, got or "nothing", tuple(wrong), flow)


def about_parts(
    code: str, sent: Iterable[datetime], receipts: Sequence[AnyReceipt], complete: datetime
) -> Iterator[str]:
    """What of a note's receipts came at another time: each first answer when its part went out, the others when it was
    `complete`, or for a departure when the last of its parcels had left."""
    kind = RECEIPT_OF[code]
    first = sorted(moment(receipt) for receipt in receipts if receipt.code == kind and receipt.status == "2")
    for when, due in zip(first, sorted(sent), strict=False):
        if not within(when, due, due):
            yield f"{kind} 2 is of {when}, and its part came at {due}"
    for receipt in receipts:
        if (receipt.code, receipt.status) == (kind, TAKEN_IN[kind]) and not within(moment(receipt), complete, complete):
            yield f"{kind} {receipt.status} is of {moment(receipt)}, and should be of {complete}"


def about_export(
    receipts: Sequence[AnyReceipt], sent: Mapping[str, Sequence[datetime]], waits_for_batch: bool = False
) -> Iterator[str]:
    """What came too early or too late of an export: it is released when its goods have arrived, unless somebody looks
    at it first or its batch is released, and closed when they have left. `sent`: when notes that name it went out,
    by message type."""
    path = [receipt for receipt in receipts if receipt.code == "604" and not receipt.status.startswith("-")]
    at = {receipt.status: moment(receipt) for receipt in path}
    statuses = [receipt.status for receipt in path]
    arrived, left = max(sent.get(ARRIVAL, ()), default=None), min(sent.get(DEPARTURE, ()), default=None)
    released, closed = at.get("800"), at.get("899")
    if released is not None and arrived is not None:
        at_once = statuses[statuses.index("800") - 1] == "120" and not waits_for_batch
        if not within(released, arrived, arrived if at_once else datetime.max - MINUTE):
            yield f"it was released on {released}, and its goods arrived on {arrived}"
    if released is not None and left is not None and released < left + WINDOW:
        due = max(released, left)
        if closed is None or not within(closed, due, due):
            yield f"it was closed on {closed}, and should be on {due}, when it was released and its goods had left"
