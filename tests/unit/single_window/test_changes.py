"""Waiting for receipts that another process places: a hint ends the wait, and a look of one's own where it is lost."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hints import Hints

from single_window.clock import monotonic
from single_window.receipts.changes import POLL_SECONDS, HintedChanges
from tests.patience import PATIENCE


@pytest.fixture
def broker() -> Hints:
    return Hints()


@pytest.fixture
def changes(broker: Hints) -> Iterator[HintedChanges]:
    listening = HintedChanges(broker, look=PATIENCE).start()  # type: ignore[arg-type]
    yield listening
    listening.stop()


def test_a_hint_of_receipts_ends_the_wait_of_all(broker: Hints, changes: HintedChanges) -> None:
    seen = changes.generation
    with ThreadPoolExecutor() as pool:
        waiting = [pool.submit(changes.wait_for_change, seen, PATIENCE) for _ in range(3)]
        broker.wake("receipts")
        assert [future.result(PATIENCE) for future in waiting] == [True] * 3
    assert changes.generation > seen


def test_a_hint_that_came_before_the_wait_counts(broker: Hints, changes: HintedChanges) -> None:
    seen = changes.generation
    broker.wake("receipts")
    assert changes.wait_for_change(seen, PATIENCE)
    assert changes.wait_for_change(seen, PATIENCE), "it has changed since it was seen, however often one asks"


def test_what_was_filed_concerns_nobody_here(broker: Hints, changes: HintedChanges) -> None:
    broker.wake("filed")
    assert broker.listened == ["receipts"]
    assert not changes.wait_for_change(changes.generation, 0.01)


def test_where_hints_are_lost_one_looks_for_oneself(broker: Hints) -> None:
    broker.deaf = True
    changes = HintedChanges(broker).start()  # type: ignore[arg-type]
    began = monotonic()
    assert not changes.wait_for_change(changes.generation, PATIENCE)
    assert POLL_SECONDS <= monotonic() - began < PATIENCE
    broker.deaf = False
    changes.stop()


def test_a_server_that_closes_lets_everybody_go(changes: HintedChanges) -> None:
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(changes.wait_for_change, changes.generation, PATIENCE)
        changes.release_waiting()
        assert waiting.result(PATIENCE) is False
    assert changes.closing and not changes.wait_for_change(changes.generation, PATIENCE)


def test_its_thread_ends_when_it_is_stopped(broker: Hints) -> None:
    changes = HintedChanges(broker).start()  # type: ignore[arg-type]
    changes.stop()
    waits = broker.waits
    broker.wake("receipts")
    assert changes.closing and broker.waits == waits
