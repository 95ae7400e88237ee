"""Readings that wait in memory for reception are bounded by number and by size."""

from __future__ import annotations

from single_window.intake.reading import Reading
from single_window.intake.reception_consumer import ReadingCache


def a_reading(size: int) -> Reading:
    return Reading("", "", "", b"", size)


def test_the_oldest_are_let_go_when_there_are_too_many() -> None:
    kept = ReadingCache(3, 1_000)
    for number in range(5):
        kept.put(number, a_reading(1))
    assert [kept.get(number) is not None for number in range(5)] == [False, False, True, True, True]


def test_the_oldest_are_let_go_when_they_are_too_large_together() -> None:
    kept = ReadingCache(100, 1_000)
    for number in range(5):
        kept.put(number, a_reading(400))
    assert (len(kept), kept.get(4) is not None, kept.get(2)) == (2, True, None)


def test_a_reading_that_alone_is_too_large_is_not_kept() -> None:
    kept = ReadingCache(100, 1_000)
    kept.put(1, a_reading(1_001))
    assert len(kept) == 0


def test_what_was_dropped_or_kept_again_counts_no_more() -> None:
    kept = ReadingCache(100, 1_000)
    for _ in range(5):
        kept.put(1, a_reading(600))
    kept.drop(1)
    kept.drop(1)
    kept.put(2, a_reading(500))
    kept.put(3, a_reading(500))
    assert len(kept) == 2
