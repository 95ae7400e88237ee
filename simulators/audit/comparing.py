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
    heard: Mapping[Subject, Sequence[Statement]],
    reference: Mapping[Subject, Sequence[Statement]],
) -> Iterator[Finding]:
    """About each document there are the receipts of the reference: none less, none more, none else, in their order."""
    by_document = {(trade, RECEIPT_OF.get(one.code, "")): one for one in sent for trade in one.trades}
    silent = list(_silent(sent, heard, reference))
    yield from (finding for _, finding in silent)
    excused = {(trade, RECEIPT_OF.get(one.code, "")) for one, _ in silent for trade in one.trades}
    for subject in sorted({*reference, *heard}):
        if (subject.trade, subject.code) in excused:
            continue
        source = by_document.get((subject.trade, subject.code)) or by_document.get((subject.trade, "622"))
        yield from _about_subject(subject, source, heard.get(subject, ()), reference.get(subject, ()))


def _silent(
    sent: Iterable[Entry],
    heard: Mapping[Subject, Sequence[Statement]],
    reference: Mapping[Subject, Sequence[Statement]],
) -> Iterator[tuple[Entry, Finding]]:
    """Messages that were acknowledged and of whose documents not one was answered."""
    expected = {(one.trade, one.code) for one in reference}
    answered = {(one.trade, one.code) for one in heard}
    for one in sent:
        documents = {(trade, RECEIPT_OF.get(one.code, "")) for trade in one.trades}
        if one.ids and documents & expected and not documents & answered:
            yield (
                one,
                Finding(
                    LOST,
                    f"{one} was acknowledged and never answered",
                    one.transmission,
                    one.trades[0] if len(one.trades) == 1 else "",
                    one.sender,
                ),
            )


def _about_subject(
    subject: Subject, source: Entry | None, heard: Sequence[Statement], reference: Sequence[Statement]
) -> Iterator[Finding]:
    about: dict[str, Any] = {
        "message": source.transmission if source else "",
        "trade": subject.trade,
        "mailbox": subject.mailbox,
    }
    origin = f" ({source})" if source else ""
    extra, missing = _unmatched(heard, reference)
    for one in extra:
        twin = next((other for other in missing if other.status == one.status), None) or next(
            (other for other in missing if other.said == one.said), None
        )
        if twin is not None:
            missing.remove(twin)
            kind, said = WRONG, _differences(one, twin)
        elif any((one.status, one.said) == (other.status, other.said) for other in reference):
            kind, said = DOUBLED, "it is there twice"
        else:
            kind, said = WRONG, "nobody expected it"
        yield Finding(
            kind, f"{subject}, receipt {one.status} at {one.sequence}: {said}{origin}", sequence=one.sequence, **about
        )
    for one in missing:
        yield Finding(LOST, f"{subject}: there is no receipt {one.status}{origin}", **about)
    yield from _about_order(subject, heard, reference, about)


def _unmatched(heard: Sequence[Statement], reference: Sequence[Statement]) -> tuple[list[Statement], list[Statement]]:
    """What was heard and not expected, and what was expected and not heard."""
    wanted = Counter((one.status, one.said) for one in reference)
    extra = []
    for one in heard:
        if wanted[one.status, one.said] > 0:
            wanted[one.status, one.said] -= 1
        else:
            extra.append(one)
    return extra, [Statement(0, status, "", said) for status, said in wanted.elements()]


def _about_order(
    subject: Subject, heard: Sequence[Statement], reference: Sequence[Statement], about: Mapping[str, Any]
) -> Iterator[Finding]:
    got, want = [one.status for one in heard], [one.status for one in reference]
    if got != want and sorted(got) == sorted(want):
        yield Finding(WRONG, f"{subject}: the statuses came as {got}, not as {want}", **about)
    for one, following in pairwise(heard):
        if one.time >= following.time:
            yield Finding(
                WRONG,
                f"{subject}: {one.status} and {following.status} have the same return time {one.time}",
                sequence=following.sequence,
                **about,
            )


def _differences(got: Statement, want: Statement) -> str:
    mine, other = {"status": got.status, **dict(got.said)}, {"status": want.status, **dict(want.said)}
    return "; ".join(
        f"{name} is {mine.get(name, 'missing')}, and should be {other.get(name, 'missing')}"
        for name in {**mine, **other}
        if mine.get(name) != other.get(name)
    )
