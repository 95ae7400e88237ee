"""A tax bill: its sums are those of its lines, and a number of a bill is not given twice for other amounts."""

from __future__ import annotations

from collections.abc import Iterator

from single_window.histories.findings import ContradictingSet, HistoryRule
from single_window.histories.grouping import Grouped, ReceiptReply
from single_window.language.words import Words


def sums_that_differ(grouped: Grouped) -> Iterator[ContradictingSet]:
    """Bills whose sums are not those of their lines."""
    for reply in _bills(grouped):
        seen = reply.seen
        if seen.lines and tuple(map(sum, zip(*seen.lines, strict=True))) != seen.sums:
            yield ContradictingSet([reply.by])


def numbers_given_twice(grouped: Grouped) -> Iterator[ContradictingSet]:
    """Pairs of bills with the same number and other amounts."""
    first: dict[str, ReceiptReply] = {}
    for reply in _bills(grouped):
        earlier = first.setdefault(reply.seen.bill, reply)
        if (earlier.seen.sums, earlier.seen.key) != (reply.seen.sums, reply.seen.key):
            yield ContradictingSet([earlier.by, reply.by])


def _bills(grouped: Grouped) -> Iterator[ReceiptReply]:
    for document in grouped.documents.values():
        for replies in document.replies.values():
            yield from (reply for reply in replies if reply.seen.bill and not reply.by.hidden)


RULES = (
    HistoryRule(
        "bill-sums-differ",
        Words("税单的税款等于其各项之和", "the taxes of a bill are the sums of those of its list's lines"),
        sums_that_differ,
    ),
    HistoryRule(
        "bill-number-twice",
        Words("同一税单号不得用于其他金额", "the number of a tax bill is not given again for other amounts"),
        numbers_given_twice,
    ),
)
