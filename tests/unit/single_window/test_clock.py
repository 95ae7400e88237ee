"""Time is read in one place, and who runs a simulation can say what time it is there."""

from __future__ import annotations

from decimal import Decimal
from threading import Thread

import pytest

from single_window import clock
from single_window.clock import Clock, monotonic, system_now

NOON = 1_795_147_200_000


class Standing:
    """A timepiece that stands still."""

    def now(self) -> int:
        return NOON

    def monotonic(self) -> float:
        return 7.5


def test_another_timepiece_gives_the_time_while_its_block_lasts():
    with clock.timed_by(Standing()):
        assert (system_now(), monotonic()) == (NOON, 7.5)
        assert Clock().now() == NOON
        assert Clock("virtual", 1_000, NOON - 60_000, Decimal(2)).now() == 121_000
    assert system_now() != NOON


def test_it_is_put_away_when_the_block_fails():
    with pytest.raises(ZeroDivisionError), clock.timed_by(Standing()):
        1 / 0  # noqa: B018
    assert system_now() != NOON


def test_other_threads_keep_their_own_time():
    reports = []
    with clock.timed_by(Standing()):
        other = Thread(target=lambda: reports.append(system_now()))
        other.start()
        other.join()
    assert reports[0] != NOON
