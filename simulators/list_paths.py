"""Checks the sequence of a list's statuses in its receipts (622, 604), independently of the window's lifecycle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from simulators.receipt_log import LISTS
from simulators.receipt_times import AnyReceipt

DETAINED = frozenset({"501", "502", "503", "599"})
OPEN = frozenset({"2", "3", "4", "100", "120"})
"""Statuses that may follow before customs has accepted a list, or after it is declared again."""
DECIDED = frozenset({"100", "399", "500", "600"})
"""Statuses after an officer's decision: rejected, concluded, inspected, suspended."""
FOLLOWS: Mapping[str, frozenset[str]] = {
    "": frozenset({"1", *OPEN}),
    "1": frozenset({"1", "2"}),
    "2": OPEN,
    "3": OPEN,
    "4": OPEN,
    "120": DECIDED | {"300", "400", "800"},
    "400": frozenset({"100", "300", "399", "500", "800"}),
    "300": DECIDED | {"300"},
    "600": DECIDED | {"2", "300"} - {"600"},
    "500": frozenset({"399", "700", "100", *DETAINED}),
    **dict.fromkeys(DETAINED, frozenset({"399", "700", "100"})),
    "399": frozenset({"800", "300", "100"}),
    "100": frozenset({"1", "2"}),
    "700": frozenset({"1", "2"}),
    "800": frozenset({"899"}),
    "899": frozenset(),
}
"""Status of a list → allowed next ones; "" is before the first. An inspected or concluded list whose goods never arrive
is rejected (100)."""
REVIEW, SUSPENDED = "300", "600"
OFFICERS_REVIEW = "1200"
"""The code of a review (300) requested by an officer; automatic reviews have the code of their reason."""


def check_path(receipts: Sequence[AnyReceipt]) -> Iterator[str]:
    """Complaints about forbidden steps of a list, by its receipts in order. Duplicates are checked elsewhere."""
    path = ["", *(receipt.status for receipt in receipts if receipt.code in LISTS and receipt.status[:1] != "-")]
    for before, after in pairwise(path):
        if after != before and after not in FOLLOWS.get(before, ()):
            yield f"its list went from {before or 'nothing'} to {after}, which may not follow: {' '.join(path[1:])}"


def reviewed_by_officers_only(receipts: Sequence[AnyReceipt]) -> bool:
    """True if only an officer, and never the window, had a list reviewed or suspended."""
    reviews = [receipt for receipt in receipts if receipt.code in LISTS and receipt.status in {REVIEW, SUSPENDED}]
    return bool(reviews) and all(receipt.status == SUSPENDED or OFFICERS_REVIEW in receipt.codes for receipt in reviews)
