"""Months of open data in a year: each is published once it is drafted, and two are to be revised, of which nothing has
changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from simulators.beside import OperatorCalls, decided
from simulators.entry.windows import CallRefused
from simulators.messages import SyntheticMessage
from simulators.receipt_log import ReceiptLog
from simulators.refunds.exporting import month as month_after
from simulators.traded import Numbered

PUBLISHED_ON, REVISED_ON = 20, 25
"""The days of the next month on which a month is published (it was closed on the 18th), and is to be revised."""
FIRST, MONTHS = date(2026, 1, 1), 12
REVISED = (date(2026, 3, 1), date(2026, 6, 1))
"""Months that an officer wants to revise."""


class PublishedMonths:
    """The story of a year's months; `refused`: what should have been possible and was not."""

    days: Collection[date]

    def __init__(self, calls: OperatorCalls) -> None:
        self._calls, self.refused = calls, list[str]()
        self._published_on = {month_after(month, 1).replace(day=PUBLISHED_ON): month for month in _months()}
        self._drafted_on = {month_after(month, 1).replace(day=REVISED_ON): month for month in REVISED}
        self._drafted_on[month_after(FIRST, 1).replace(day=PUBLISHED_ON - 1)] = FIRST
        self.days = {*self._published_on, *self._drafted_on}

    def expected(self) -> Iterable[Numbered]:
        """No trades of its own."""
        return ()

    def messages(self, day: date, receipt_log: ReceiptLog) -> Sequence[SyntheticMessage]:
        """Nobody sends anything."""
        return ()

    def act(self, day: date) -> None:
        """Officers draft the first month, after which months draft themselves; publish each; and want two again."""
        if month := self._drafted_on.get(day):
            wanted = {"action": "draft_month", "values": {"month": f"{month:%Y-%m}"}}
            try:
                self._calls.call("POST", "/cases/open_data_month/decisions", json=wanted)
            except CallRefused as refused:
                self.refused.append(f"a draft of {month:%Y-%m} cannot be asked for: {refused}")
        if month := self._published_on.get(day):
            self.refused += decided(self._calls, f"OD{month:%Y%m}-1", "publish", "open_data_month")

    def versions(self) -> Sequence[Any]:
        """The versions of months as the window shows them."""
        return list(self._calls.call("GET", "/open-data/months", query={"limit": "100"})["months"])


def _months() -> Sequence[date]:
    return [month_after(FIRST, number) for number in range(MONTHS)]


def complaints(story: PublishedMonths, receipt_log: ReceiptLog) -> Iterator[str]:
    """Yield a sentence for each thing that was not as it must have been: the twelve months are published, each has one
    version, and lists are counted."""
    months = {f"{month:%Y-%m}" for month in _months()}
    versions = [shown for shown in story.versions() if shown["month"] in months]
    found = sorted((shown["month"], shown["edition"], shown["state"]) for shown in versions)
    if found != (wanted := [(month, 1, "published") for month in sorted(months)]):
        yield f"open data: the versions should be {wanted}, and are {found}"
    if not sum(shown["lists"] for shown in versions):
        yield "open data: no month counts any list"
    for complaint in story.refused:
        yield f"open data: {complaint}"
