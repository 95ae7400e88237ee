"""Results of summaries share a message up to so many lines; other receipts by their number."""

from __future__ import annotations

from single_window.receipts.rows import MAX_LINES, MAX_RECEIPTS, Receipt, together
from tests.tables import each


def receipt(code: str, lines: int) -> Receipt:
    return Receipt(1, code, "k", "key", "", "", 0, "", {}, {"lines": [{}] * lines})


@each(
    ("code", "lines", "sizes"),
    [
        ("792", [MAX_LINES] * 3, [1, 1, 1]),
        ("792", [MAX_LINES + 1, 1], [1, 1]),
        ("792", [1, MAX_LINES - 1, 1], [2, 1]),
        ("792", [1] * (MAX_RECEIPTS + 1), [MAX_RECEIPTS, 1]),
        ("622", [MAX_LINES] * 3, [3]),
        ("622", [0] * (2 * MAX_RECEIPTS + 1), [MAX_RECEIPTS, MAX_RECEIPTS, 1]),
        ("900", [0, 0], [1, 1]),
    ],
)
def test_neighbours_share_messages(code: str, lines: list[int], sizes: list[int]) -> None:
    run = [receipt(code, count) for count in lines]
    shared = list(together(code, False, run))
    assert [len(receipts) for receipts in shared] == sizes
    assert [single for part in shared for single in part] == run
