"""A broker that may come later: one can begin without it, and nothing that was asked of it meanwhile is forgotten."""

from __future__ import annotations

import pytest
from hints import Hints

from single_window.messaging.broker import BrokerUnavailable
from single_window.messaging.deferred import DeferredBroker
from single_window.messaging.embedded import EmbeddedBroker


def test_before_it_comes_hints_go_nowhere_and_what_needs_an_answer_is_refused() -> None:
    late = DeferredBroker()
    late.wake("filed")
    late.requeue()
    assert late.state == "disconnected" and not late.wait(0)
    for ask in (lambda: late.publish("t", [b"1"]), lambda: late.take("q", 1), lambda: late.declare("x", {})):
        with pytest.raises(BrokerUnavailable, match="no connection"):
            ask()


def test_whoever_listened_before_it_came_is_notified() -> None:
    late, broker = DeferredBroker(), Hints("blocked")
    late.listen(["receipts"])
    late.attach(broker)  # type: ignore[arg-type]
    assert broker.listened == ["receipts"] and late.state == "blocked"
    late.listen(["filed"])
    late.wake("filed")
    assert broker.listened == ["receipts", "filed"] and late.wait(10)


def test_its_coming_ends_a_wait() -> None:
    late = DeferredBroker()
    late.attach(Hints())  # type: ignore[arg-type]
    assert late._came.is_set()


def test_once_there_it_carries_messages() -> None:
    late = DeferredBroker()
    late.attach(EmbeddedBroker())
    late.declare("x", {"q": ["t"]})
    late.publish("t", [b"1", b"2"])
    taken = late.take("q", 2)
    late.reject(taken[:1])
    late.acknowledge(taken[1:])
    assert [message.body for message in taken] == [b"1", b"2"]
    late.close()


def test_it_is_closed_with_it_even_when_it_comes_too_late() -> None:
    early, late = Hints(), Hints()
    for broker, steps in ((early, ("comes", "close")), (late, ("close", "comes"))):
        stand_in = DeferredBroker()
        for step in steps:
            stand_in.attach(broker) if step == "comes" else stand_in.close()  # type: ignore[arg-type]
        assert broker.closed
