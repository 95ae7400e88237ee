"""Jobs side by side: what shares a name goes in its order, what is to be done again holds up its followers only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event

import pytest

from single_window.sending.ordered_jobs import Lanes
from tests.databases import kept_open


class Nothing:
    """What a lane has of its own: nothing."""

    closed = 0

    def close(self) -> None:
        type(self).closed += 1


@pytest.fixture
def lanes() -> Iterator[Lanes[Nothing]]:
    yield from kept_open(Lanes(4, Nothing))


def job(work: Callable[[], object]) -> Callable[[Nothing], float]:
    def done(_: Nothing) -> float:
        work()
        return 0.0

    return done


def test_the_order_of_each_trade_is_kept_and_the_others_go_ahead(lanes: Lanes[Nothing]) -> None:
    done, gate = list[str](), Event()
    at_once = [
        lanes.put(["a"], job(lambda: (gate.wait(), done.append("a1")))),
        lanes.put(["a", "b"], job(lambda: done.append("ab"))),
        lanes.put(["b"], job(lambda: done.append("b2"))),
        lanes.put(["c"], job(lambda: (done.append("c"), gate.set()))),
    ]
    lanes.finish()
    assert done == ["c", "a1", "ab", "b2"]
    assert at_once == [True, False, False, True]


def test_what_is_to_be_done_again_keeps_its_place_and_holds_up_nobody_else(lanes: Lanes[Nothing]) -> None:
    done, pauses = list[str](), iter((0.01, 0.01, 0.0))

    def busy(_: Nothing) -> float:
        done.append("a")
        return next(pauses)

    lanes.put(["a"], busy)
    lanes.put(["a"], job(lambda: done.append("follower")))
    lanes.put(["c"], job(lambda: done.append("c")))
    lanes.finish()
    assert done.index("c") < done.index("follower")
    assert [name for name in done if name != "c"] == ["a", "a", "a", "follower"]


def test_as_many_threads_as_are_needed_and_no_more() -> None:
    gate, opened = Event(), list[Nothing]()

    def open_() -> Nothing:
        opened.append(Nothing())
        return opened[-1]

    lanes = Lanes(3, open_)
    for _ in range(3):
        lanes.put((), job(lambda: None))
        lanes.finish()
    assert len(opened) == 1
    for _ in range(10):
        lanes.put((), job(gate.wait))
    gate.set()
    lanes.finish()
    assert len(opened) <= 3
    lanes.close()


def test_what_fails_is_reported_to_whoever_gives_more(lanes: Lanes[Nothing]) -> None:
    def fail() -> None:
        raise KeyError("gone")

    lanes.put((), job(fail))
    with pytest.raises(KeyError, match="gone"):
        lanes.finish()
    with pytest.raises(KeyError, match="gone"):
        lanes.put((), job(lambda: None))
