"""Compares what was said about each document with what a reference says: none less, none more, none else, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from simulators.audit.evidence import Statement, Subject
from simulators.audit.journal import Entry
from simulators.entry.reports import DOUBLED, LOST, WRONG, Finding

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
"""The receipt that answers each kind of document first."""


def about_receipts(
    sent: Iterable[Entry],
    by_subject: Mapping[Subject, Sequence[Statement]],
    reference: Mapping[Subject, Sequence[Statement]],
) -> Iterator[Finding]:
    """About each document there are the receipts of the reference: none less, none more, none else, in their order."""
    by_document = {(trade, RECEIPT_OF.get(entry.code, "")): entry for entry in sent for trade in entry.trades}
    silent = list(_silent(sent, by_subject, reference))
    yield from (finding for _, finding in silent)
    excused = {(trade, RECEIPT_OF.get(entry.code, "")) for entry, _ in silent for trade in entry.trades}
    for subject in sorted({*reference, *by_subject}):
        if (subject.trade, subject.code) in excused:
            continue
        source = by_document.get((subject.trade, subject.code)) or by_document.get((subject.trade, "622"))
        yield from _about_subject(subject, source, by_subject.get(subject, ()), reference.get(subject, ()))


def _silent(
    sent: Iterable[Entry],
    by_subject: Mapping[Subject, Sequence[Statement]],
    reference: Mapping[Subject, Sequence[Statement]],
) -> Iterator[tuple[Entry, Finding]]:
    """Messages that were acknowledged and of whose documents not one was answered."""
    expected = {(subject.trade, subject.code) for subject in reference}
    answered = {(subject.trade, subject.code) for subject in by_subject}
    for entry in sent:
        documents = {(trade, RECEIPT_OF.get(entry.code, "")) for trade in entry.trades}
        if entry.ids and documents & expected and not documents & answered:
            yield (
                entry,
                Finding(
                    LOST,
                    f"{entry} was acknowledged and never answered",
                    entry.transmission,
                    entry.trades[0] if len(entry.trades) == 1 else "",
                    entry.sender,
                ),
            )


def _about_subject(
    subject: Subject, source: Entry | None, statements: Sequence[Statement], reference: Sequence[Statement]
) -> Iterator[Finding]:
    about: dict[str, Any] = {
        "message": source.transmission if source else "",
        "trade": subject.trade,
        "mailbox": subject.mailbox,
    }
    origin = f" ({source})" if source else ""
    extra, missing = _unmatched(statements, reference)
    for statement in extra:
        twin = next((other for other in missing if other.status == statement.status), None) or next(
            (other for other in missing if other.fields == statement.fields), None
        )
        if twin is not None:
            missing.remove(twin)
            kind, differences = WRONG, _differences(statement, twin)
        elif any((statement.status, statement.fields) == (other.status, other.fields) for other in reference):
            kind, differences = DOUBLED, "it is there twice"
        else:
            kind, differences = WRONG, "nobody expected it"
        yield Finding(
            kind,
            f"{subject}, receipt {statement.status} at {statement.sequence}: {differences}{origin}",
            sequence=statement.sequence,
            **about,
        )
    for statement in missing:
        yield Finding(LOST, f"{subject}: there is no receipt {statement.status}{origin}", **about)
    yield from _about_order(subject, statements, reference, about)


def _unmatched(
    statements: Sequence[Statement], reference: Sequence[Statement]
) -> tuple[list[Statement], list[Statement]]:
    """What was heard and not expected, and what was expected and not heard."""
    wanted = Counter((statement.status, statement.fields) for statement in reference)
    extra = []
    for statement in statements:
        if wanted[statement.status, statement.fields] > 0:
            wanted[statement.status, statement.fields] -= 1
        else:
            extra.append(statement)
    return extra, [Statement(0, status, "", element) for status, element in wanted.elements()]


def _about_order(
    subject: Subject, statements: Sequence[Statement], reference: Sequence[Statement], about: Mapping[str, Any]
) -> Iterator[Finding]:
    got, want = [statement.status for statement in statements], [statement.status for statement in reference]
    if got != want and sorted(got) == sorted(want):
        yield Finding(WRONG, f"{subject}: the statuses came as {got}, not as {want}", **about)
    for statement, following in pairwise(statements):
        if statement.time >= following.time:
            yield Finding(
                WRONG,
                f"{subject}: {statement.status} and {following.status} have the same return time {statement.time}",
                sequence=following.sequence,
                **about,
            )


def _differences(got: Statement, want: Statement) -> str:
    mine, other = {"status": got.status, **dict(got.fields)}, {"status": want.status, **dict(want.fields)}
    return "; ".join(
        f"{name} is {mine.get(name, 'missing')}, and should be {other.get(name, 'missing')}"
        for name in {**mine, **other}
        if mine.get(name) != other.get(name)
    )
