"""What the page for participants shows is true: its code runs, its tables are those of the program."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from single_window.channels.webhook_headers import headers
from single_window.clock import system_now
from single_window.receipts.messages import ReceiptsMessage
from single_window.receipts.pushing.pauses import BLOCKED_AFTER, DAY, HOUR, MINUTE, OF_PARTICIPANTS, SECOND

PAGE = (Path(__file__).parents[2] / "docs" / "connect.md").read_text("utf-8")
MESSAGE = ReceiptsMessage("id", "main", "DXPENT0000000001", 5, 7, "622", "<a>青岛</a>".encode())


def code(name: str) -> Callable[..., Any]:
    """A function that a block of the page defines."""
    (block,) = [row for row in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if f"def {name}(" in row]
    results: dict[str, Any] = {}
    exec(block, results)
    return results[name]  # type: ignore[no-any-return]


@pytest.fixture
def is_genuine() -> Callable[..., bool]:
    return code("is_genuine")


def posted(secret: str = "geheim", age: int = 0) -> dict[str, str]:
    return headers(secret, MESSAGE, system_now() // 1_000 - age)


def test_the_pages_code_believes_what_the_window_signs(is_genuine: Callable[..., bool]) -> None:
    assert is_genuine("geheim", posted(), MESSAGE.body)


@pytest.mark.parametrize(
    ("secret", "age", "body"),
    [
        ("other", 0, MESSAGE.body),
        ("geheim", 0, MESSAGE.body + b" "),
        ("geheim", 400, MESSAGE.body),
        ("geheim", -400, MESSAGE.body),
    ],
    ids=["another secret", "another body", "too old", "of the future"],
)
def test_and_nothing_else(is_genuine: Callable[..., bool], secret: str, age: int, body: bytes) -> None:
    assert not is_genuine(secret, posted(age=age), body)


def test_a_timestamp_that_was_changed_breaks_the_signature(is_genuine: Callable[..., bool]) -> None:
    changed = {**posted(age=100), "X-Single-Window-Timestamp": str(system_now() // 1_000)}
    assert not is_genuine("geheim", changed, MESSAGE.body)


def test_every_header_is_on_the_page() -> None:
    assert [name for name in posted() if name.startswith("X-") and f"`{name}`" not in PAGE] == []


def test_the_table_of_pauses_is_that_of_the_program() -> None:
    assert (
        *OF_PARTICIPANTS.first,
        OF_PARTICIPANTS.then,
        OF_PARTICIPANTS.later,
        OF_PARTICIPANTS.long_blocked,
        BLOCKED_AFTER,
    ) == (
        5 * SECOND,
        30 * SECOND,
        2 * MINUTE,
        10 * MINUTE,
        30 * MINUTE,
        HOUR,
        DAY,
        3 * DAY,
        3,
    )
    for words in (
        "| 1, 2 | 5 s, 30 s | active |",
        "| 3, 4, 5 | 2 min, 10 min, 30 min | blocked",
        "| more | 1 h; after three days blocked, 1 day |",
    ):
        assert words in PAGE
