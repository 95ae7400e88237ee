"""Reading takes time by the bytes and no faster growth, whatever they are."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from edifact_samples import HEAD, RECADV, interchange, message

from schemas.edifact.reading import read_interchange
from schemas.edifact.warehouse import stock_lines
from tests.tables import each


def steps(work: Callable[[], object]) -> int:
    """How many lines of Python run: unlike seconds, they are the same on every machine."""
    count = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def lines(count: int) -> bytes:
    """A stock report of so many lines."""
    line = "LIN+1++9521141010013:EN'PIA+1+S:SA'QTY+145:1'"
    head = "BGM+35+S1+9'DTM+137:20261120:102'NAD+WH+W::92'"
    return interchange(message(head + line * count, kind="INVRPT:D:96A:UN"))


def small_messages(count: int) -> bytes:
    return interchange(*(message(reference=str(number)) for number in range(count)))


def wrong_segments(count: int) -> bytes:
    return interchange(message(RECADV + "XYZ+1'" * count))


def wrong_elements(count: int) -> bytes:
    return interchange(message(RECADV + "QTY+1:x:y:z'" * count))


def empty_messages(count: int) -> bytes:
    return (HEAD + "UNH+1'" * count).encode()


def open_groups(count: int) -> bytes:
    return (HEAD + "UNG+1'UNE'" * count).encode()


def released(count: int) -> bytes:
    return (HEAD + "?" * count).encode()


def separators(count: int) -> bytes:
    return interchange(message(RECADV.replace("GR1", "G:+" * count)))


MADE = [lines, small_messages, wrong_segments, wrong_elements, empty_messages, open_groups, released, separators]


@pytest.mark.long
@each("made", MADE, ids=[one.__name__ for one in MADE])
def test_four_times_as_much_takes_four_times_as_long(made: Callable[[int], bytes]) -> None:
    small, large = made(200), made(800)
    stock_lines(read_interchange(small))  # what is made once is made
    once, four_times = (steps(lambda data=data: stock_lines(read_interchange(data))) for data in (small, large))
    assert four_times < 4.6 * once + 1_000
