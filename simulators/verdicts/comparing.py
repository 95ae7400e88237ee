"""Compares the receipts of each document with a reference run: missing, additional, order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from simulators.entry.reports import DOUBLED, LOST, WRONG, ReportedFinding
from simulators.verdicts.statements import JournalEntry, ReceiptStatement, ReceiptSubject

RECEIPT_OF = {
    "311": "312",
    "411": "412",
    "511": "512",
    "513": "514",
    "621": "622",
    "623": "624",
    "625": "626",
    "711": "712",
}
"""Message code → code of its first receipt."""


def check_receipts(
    sent: Iterable[JournalEntry],
    by_subject: Mapping[ReceiptSubject, Sequence[ReceiptStatement]],
    reference: Mapping[ReceiptSubject, Sequence[ReceiptStatement]],
) -> Iterator[ReportedFinding]:
    """Deviations of each document's receipts from the reference run."""
    by_document = {(trade, RECEIPT_OF.get(entry.code, "")): entry for entry in sent for trade in entry.trades}
    silent = list(_find_unanswered(sent, by_subject, reference))
    yield from (finding for _, finding in silent)
    excused = {(trade, RECEIPT_OF.get(entry.code, "")) for entry, _ in silent for trade in entry.trades}
    for subject in sorted({*reference, *by_subject}):
        if (subject.trade, subject.code) in excused:
            continue
        source = by_document.get((subject.trade, subject.code)) or by_document.get((subject.trade, "622"))
        yield from _check_subject(subject, source, by_subject.get(subject, ()), reference.get(subject, ()))


def _find_unanswered(
    sent: Iterable[JournalEntry],
    by_subject: Mapping[ReceiptSubject, Sequence[ReceiptStatement]],
    reference: Mapping[ReceiptSubject, Sequence[ReceiptStatement]],
) -> Iterator[tuple[JournalEntry, ReportedFinding]]:
    """Acknowledged messages without any receipt for their documents."""
    expected = {(subject.trade, subject.code) for subject in reference}
    answered = {(subject.trade, subject.code) for subject in by_subject}
    for entry in sent:
        documents = {(trade, RECEIPT_OF.get(entry.code, "")) for trade in entry.trades}
        if entry.ids and documents & expected and not documents & answered:
            complaint = f"{entry} was acknowledged and never answered"
            yield entry, ReportedFinding(LOST, complaint, entry.transmission, entry.only_trade, entry.sender)


def _check_subject(
    subject: ReceiptSubject,
    source: JournalEntry | None,
    statements: Sequence[ReceiptStatement],
    reference: Sequence[ReceiptStatement],
) -> Iterator[ReportedFinding]:
    about: dict[str, Any] = {
        "message": source.transmission if source else "",
        "trade": subject.trade,
        "mailbox": subject.mailbox,
    }
    origin = f" ({source})" if source else ""
    extra, missing = _unmatched_statements(statements, reference)
    for statement in extra:
        kind, fault = _extra(statement, missing, reference)
        complaint = f"{subject}, receipt {statement.status} at {statement.sequence}: {fault}{origin}"
        yield ReportedFinding(kind, complaint, sequence=statement.sequence, **about)
    for statement in missing:
        yield ReportedFinding(LOST, f"{subject}: there is no receipt {statement.status}{origin}", **about)
    yield from _check_order(subject, statements, reference, about)


def _extra(
    statement: ReceiptStatement, missing: list[ReceiptStatement], reference: Sequence[ReceiptStatement]
) -> tuple[str, str]:
    """The finding about an unexpected receipt; a missing one that it replaces is removed from `missing`."""
    same = [expected for expected in missing if expected.status == statement.status]
    if twin := next(
        (expected for expected in [*same, *missing] if expected in same or expected.fields == statement.fields), None
    ):
        missing.remove(twin)
        return WRONG, _differences(statement, twin)
    if any((statement.status, statement.fields) == (expected.status, expected.fields) for expected in reference):
        return DOUBLED, "it is there twice"
    return WRONG, "nobody expected it"


def _unmatched_statements(
    statements: Sequence[ReceiptStatement], reference: Sequence[ReceiptStatement]
) -> tuple[list[ReceiptStatement], list[ReceiptStatement]]:
    """(unexpected receipts, missing receipts)"""
    wanted = Counter((statement.status, statement.fields) for statement in reference)
    extra = []
    for statement in statements:
        if wanted[statement.status, statement.fields] > 0:
            wanted[statement.status, statement.fields] -= 1
        else:
            extra.append(statement)
    return extra, [ReceiptStatement(0, status, "", element) for status, element in wanted.elements()]


def _check_order(
    subject: ReceiptSubject,
    statements: Sequence[ReceiptStatement],
    reference: Sequence[ReceiptStatement],
    about: Mapping[str, Any],
) -> Iterator[ReportedFinding]:
    got, want = [statement.status for statement in statements], [statement.status for statement in reference]
    if got != want and sorted(got) == sorted(want):
        yield ReportedFinding(WRONG, f"{subject}: the statuses came as {got}, not as {want}", **about)
    for statement, following in pairwise(statements):
        if statement.time >= following.time:
            complaint = (
                f"{subject}: {statement.status} and {following.status} have the same return time {statement.time}"
            )
            yield ReportedFinding(WRONG, complaint, sequence=following.sequence, **about)


def _differences(got: ReceiptStatement, want: ReceiptStatement) -> str:
    found, expected = {"status": got.status, **dict(got.fields)}, {"status": want.status, **dict(want.fields)}
    return "; ".join(
        f"{name} is {found.get(name, 'missing')}, and should be {expected.get(name, 'missing')}"
        for name in {**found, **expected}
        if found.get(name) != expected.get(name)
    )
