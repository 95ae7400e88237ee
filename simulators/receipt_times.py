"""Checks that a trade's receipts are not too early or too late, by their return times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Protocol

from simulators.receipt_log import LISTS

MISSING = frozenset({"14301", "14302", "14303", "17132", "14102", "14105", "14107", "14108", "14109"})
"""Codes of rejections for missing partners, and for partners that came under other numbers."""
RELEASED, CLOSED, REJECTED, REVIEW, INSPECTION = "800", "899", "100", "300", "500"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PARTNERS_PERIOD, INSPECTION_PERIOD, OFFICER_PERIOD, CLOSING_PERIOD = 72 * HOUR, 52 * HOUR, 24 * HOUR, 15 * DAY
"""Time limits: for partners; of an inspection; of the automatic officer; until a list closes."""
COLLECTION_DAYS = (31, 46)
"""First and last day after release on which tax is collected; a return may delay it to the last."""
EARLY_TOLERANCE = timedelta(seconds=2)
REFUSAL_PERIODS = {"17304": 72 * HOUR, "17305": 72 * HOUR}
"""Code of a refusal → time limit: for other parts of a note, for the release of departed goods."""
REFUSAL_DAYS = {"14305": 14}
"""Code of a refusal → the last day that is waited for, counted from acceptance, until its end: of arriving goods."""


class AnyReceipt(Protocol):
    """The fields of a receipt that are needed here."""

    @property
    def code(self) -> str:
        """Its type, as "622"."""

    @property
    def status(self) -> str:
        """Its return status."""

    @property
    def time(self) -> str:
        """Its return time, yyyyMMddHHmmss and perhaps more."""

    @property
    def codes(self) -> Sequence[str]:
        """The codes in its text."""


def check_times(story: str, flow: str, receipts: Sequence[AnyReceipt], automatic: bool = True) -> Iterator[str]:
    """Complaints about early or late receipts. `story`: what happens after the trade; `automatic`: only the window
    acts, so that its steps must be exact to the minute.
    """
    list_receipts = [receipt for receipt in receipts if receipt.code in LISTS and receipt.status[:1] != "-"]
    for before, after in pairwise(list_receipts):
        duration, step = return_time(after) - return_time(before), (before.status, after.status)
        if (
            step == ("2", REJECTED)
            and set(after.codes) & MISSING
            and not is_within(duration, PARTNERS_PERIOD, PARTNERS_PERIOD)
        ):
            yield f"rejected for missing documents after {duration}, and should be after {PARTNERS_PERIOD}"
        if (
            automatic
            and step == (INSPECTION, "399")
            and not is_within(duration, INSPECTION_PERIOD, INSPECTION_PERIOD + OFFICER_PERIOD)
        ):
            yield f"the inspection was over after {duration}, and should be after {INSPECTION_PERIOD}"
        if automatic and before.status == REVIEW and not is_within(duration, timedelta(), OFFICER_PERIOD):
            yield f"an officer looked at it for {duration}, and has {OFFICER_PERIOD}"
    yield from _check_waiting(receipts, automatic)
    released = _first_time(receipts, "622", RELEASED)
    if flow == "import" and released is not None:
        yield from _check_closing(receipts, released, automatic)
        yield from _check_collection(story, receipts, released, automatic)


def _periods(since: datetime | None) -> dict[str, timedelta]:
    """Code of a refusal → how long is waited from an instant; what is counted in days ends with its last day."""
    if since is None:
        return {}
    midnight = since.replace(hour=0, minute=0, second=0, microsecond=0)
    return REFUSAL_PERIODS | {code: midnight + (days + 1) * DAY - since for code, days in REFUSAL_DAYS.items()}


def _check_waiting(receipts: Sequence[AnyReceipt], automatic: bool) -> Iterator[str]:
    """Complaints about early or late refusals after a time limit (`WINDOWS`)."""
    accepted_at: dict[str, datetime] = {}
    for receipt in receipts:
        if receipt.status in {"2", "120"}:
            accepted_at[receipt.code] = return_time(receipt)
        since = accepted_at.get(receipt.code)
        for code, period in _periods(since).items():
            if receipt.status != REJECTED or code not in receipt.codes or since is None:
                continue
            duration = return_time(receipt) - since
            if duration < period - EARLY_TOLERANCE or (automatic and duration > period + MINUTE):
                yield f"refused for [{code}] after {duration}, and should be after {period}"


def _check_closing(receipts: Sequence[AnyReceipt], released: datetime, automatic: bool) -> Iterator[str]:
    """A list must close when its parcel was delivered, at the latest after `CLOSES`."""
    delivered, closed = _first_time(receipts, "514", "120"), _first_time(receipts, "622", CLOSED)
    due = (
        min(max(delivered, released), released + CLOSING_PERIOD) if delivered is not None else released + CLOSING_PERIOD
    )
    if automatic and closed is not None and not is_within(closed, due, due):
        yield f"it was closed on {closed}, and should be on {due}"


def _check_collection(story: str, receipts: Sequence[AnyReceipt], released: datetime, automatic: bool) -> Iterator[str]:
    """The bill must come with the release; its tax is collected when the period for returns is over."""
    bills = [receipt for receipt in receipts if receipt.code == "816"]
    if automatic and bills and not is_within(return_time(bills[0]), released, released):
        yield f"the tax bill is of {return_time(bills[0])}, and the release of {released}"
    first, last = COLLECTION_DAYS
    latest = last if story.startswith("returned") or not automatic else first
    for receipt in receipts:
        days = (return_time(receipt).date() - released.date()).days
        if receipt.code == "818" and receipt.status == "2" and not first <= days <= latest:
            yield f"the tax was collected {days} days after the release, and should be on day {first}"


def _first_time(receipts: Sequence[AnyReceipt], code: str, status: str) -> datetime | None:
    return next(
        (return_time(receipt) for receipt in receipts if (receipt.code, receipt.status) == (code, status)), None
    )


def return_time(receipt: AnyReceipt) -> datetime:
    """The return time of a receipt."""
    return datetime.strptime(receipt.time[:14], "%Y%m%d%H%M%S")


def is_within(value: Any, earliest: Any, latest: Any) -> bool:
    """True if a value is between two limits, with a small tolerance."""
    return bool(earliest - EARLY_TOLERANCE <= value <= latest + MINUTE)
