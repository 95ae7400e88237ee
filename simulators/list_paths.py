"""The course of a list as its receipts (622, 604) have it: which status may follow which, whoever decides, and what
only an officer brings about. It rests on the meaning of the statuses, and on nothing that the window decides with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from simulators.receipt_log import LISTS
from simulators.receipt_times import AnyReceipt

DETAINED = frozenset({"501", "502", "503", "599"})
OPEN = frozenset({"2", "3", "4", "100", "120"})
"""What may follow before customs has taken a list in, or when it is declared once more."""
DECIDED = frozenset({"100", "399", "500", "600"})
"""What an officer may do with a list that waits for him: reject, conclude, inspect, suspend."""
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
"""Of each status of a list, those that may come next; "" is before the first. A list that was inspected or concluded,
and whose goods never arrive, is rejected (100)."""
REVIEW, SUSPENDED = "300", "600"
OFFICERS_REVIEW = "1200"
"""The code of a review (300) that an officer has asked for; what the window asks for by itself names its reason."""


def about_path(receipts: Sequence[AnyReceipt]) -> Iterator[str]:
    """Steps of a list, in the order in which its receipts came, that nobody may take. What is said twice is judged
    beside."""
    path = ["", *(receipt.status for receipt in receipts if receipt.code in LISTS and receipt.status[:1] != "-")]
    for before, after in pairwise(path):
        if after != before and after not in FOLLOWS.get(before, ()):
            yield f"its list went from {before or 'nothing'} to {after}, which may not follow: {' '.join(path[1:])}"


def sent_to_review(receipts: Sequence[AnyReceipt]) -> bool:
    """True if it was an officer, and the window never, who had a list looked at or suspended."""
    looked = [receipt for receipt in receipts if receipt.code in LISTS and receipt.status in {REVIEW, SUSPENDED}]
    return bool(looked) and all(receipt.status == SUSPENDED or OFFICERS_REVIEW in receipt.codes for receipt in looked)
