"""What the window may rely on, whichever broker it has. A broker that is added is added to BROKERS, and passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import pytest

from single_window.messaging.broker import Broker
from single_window.messaging.embedded import EmbeddedBroker
from single_window.messaging.topology import EXCHANGE, QUEUES, UnknownTopic

TABLE: Mapping[str, tuple[str, ...]] = {
    "customs": ("import.order", "tax.assessed"),
    "tax": ("tax.requested",),
    "ledger": ("tax.assessed", "tax.requested"),
}


class Kind(NamedTuple):
    """A kind of broker: how one is opened in a namespace. `remembers`: what it holds outlives the instance."""

    open: Callable[[str], Broker]
    remembers: bool


BROKERS = {"embedded": Kind(EmbeddedBroker, remembers=False)}
Opener = Callable[..., Broker]


@pytest.fixture(params=BROKERS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return BROKERS[request.param]


@pytest.fixture
def start(kind: Kind, request: pytest.FixtureRequest) -> Iterator[Opener]:
    """Opens a broker with the table of queues declared, in a namespace of this test."""
    opened: list[Broker] = []

    def starting(suffix: str = "") -> Broker:
        broker = kind.open(f"contract-{request.node.name}{suffix}")
        broker.declare("contract", TABLE)
        opened.append(broker)
        return broker

    yield starting
    for broker in opened:
        broker.close()


def bodies(broker: Broker, queue: str, most: int = 1_000) -> list[bytes]:
    """What waits in a queue; taken and acknowledged."""
    taken = broker.take(queue, most)
    broker.acknowledge(taken)
    return [one.body for one in taken]


def test_a_message_reaches_the_queue_that_hears_its_topic_and_no_other(start: Opener) -> None:
    broker = start()
    broker.publish("import.order", [b"[1]"])
    assert bodies(broker, "tax") == bodies(broker, "ledger") == []
    assert bodies(broker, "customs") == [b"[1]"]


def test_every_queue_that_hears_a_topic_gets_its_own_copy(start: Opener) -> None:
    broker = start()
    broker.publish("tax.assessed", [b"[1]"])
    assert bodies(broker, "customs") == [b"[1]"]
    assert bodies(broker, "ledger") == [b"[1]"]


def test_a_topic_that_no_queue_hears_is_refused_and_nothing_is_sent(start: Opener) -> None:
    broker = start()
    with pytest.raises(UnknownTopic, match=r"tax\.asessed"):
        broker.publish("tax.asessed", [b"[1]"])
    assert [bodies(broker, queue) for queue in TABLE] == [[], [], []]


def test_a_topic_is_no_pattern(start: Opener) -> None:
    broker = start()
    for topic in ("tax", "tax.*", "tax.#", "#", "import.order.x"):
        with pytest.raises(UnknownTopic):
            broker.publish(topic, [b"[1]"])


def test_taking_from_an_empty_queue_gives_nothing_at_once(start: Opener) -> None:
    broker = start()
    assert broker.take("customs", 10) == []


def test_no_more_is_taken_than_was_asked_for(start: Opener) -> None:
    broker = start()
    broker.publish("import.order", [b"1", b"2", b"3"])
    assert [one.body for one in broker.take("customs", 2)] == [b"1", b"2"]
    assert [one.body for one in broker.take("customs", 2)] == [b"3"]
    assert broker.take("customs", 0) == []


def test_order_within_a_queue_is_that_of_publication(start: Opener) -> None:
    broker = start()
    broker.publish("import.order", [b"%d" % number for number in range(50)])
    broker.publish("tax.assessed", [b"50"])
    broker.publish("import.order", [b"51"])
    assert bodies(broker, "customs") == [b"%d" % number for number in range(52)]


@pytest.mark.parametrize("body", [
    b"", b"[1,2,3]", b" \r\n[1]\t\n", "中文".encode(), "中文".encode("gb18030"), bytes(range(256)), b"\xff\xfe\x00",
    b"x" * 1_000_000,
], ids=["empty", "json", "space around", "utf-8", "gb18030", "every byte", "not text", "a megabyte"])
def test_bytes_arrive_untouched(start: Opener, body: bytes) -> None:
    broker = start()
    broker.publish("import.order", [body])
    assert bodies(broker, "customs") == [body]


def test_what_is_acknowledged_is_gone(start: Opener) -> None:
    broker = start()
    broker.publish("import.order", [b"[1]"])
    broker.acknowledge(broker.take("customs", 1))
    assert broker.take("customs", 1) == []


def test_what_is_taken_is_not_handed_out_twice(start: Opener) -> None:
    broker = start()
    broker.publish("import.order", [b"[1]"])
    assert len(broker.take("customs", 1)) == 1
    assert broker.take("customs", 1) == []


def test_acknowledging_nothing_is_no_harm(start: Opener) -> None:
    start().acknowledge([])


def test_what_was_not_acknowledged_comes_again_after_reopening(kind: Kind, start: Opener) -> None:
    if not kind.remembers:
        pytest.skip("this broker forgets at its end: delivery rows become ready again and are published anew")
    broker = start()
    broker.publish("import.order", [b"1", b"2"])
    broker.acknowledge(broker.take("customs", 1))
    broker.take("customs", 1)
    broker.close()
    assert bodies(start(), "customs") == [b"2"]


def test_a_broker_that_forgets_starts_empty(kind: Kind, start: Opener) -> None:
    if kind.remembers:
        pytest.skip("this broker remembers")
    broker = start()
    broker.publish("import.order", [b"1", b"2"])
    broker.take("customs", 1)
    broker.close()
    assert bodies(start(), "customs") == []


def test_two_instances_do_not_see_each_other(start: Opener) -> None:
    one, other = start("-one"), start("-other")
    one.publish("import.order", [b"[1]"])
    assert bodies(other, "customs") == []
    assert bodies(one, "customs") == [b"[1]"]


def test_closing_one_instance_leaves_the_other_its_messages(start: Opener) -> None:
    one, other = start("-one"), start("-other")
    other.publish("import.order", [b"[1]"])
    one.close()
    assert bodies(other, "customs") == [b"[1]"]


def test_declaring_twice_does_no_harm(start: Opener) -> None:
    broker = start()
    broker.publish("import.order", [b"[1]"])
    broker.declare("contract", TABLE)
    broker.publish("import.order", [b"[2]"])
    assert bodies(broker, "customs") == [b"[1]", b"[2]"]


def test_closing_twice_does_no_harm(start: Opener) -> None:
    broker = start()
    broker.close()
    broker.close()


def test_instances_of_the_embedded_broker_without_a_name_have_one_each() -> None:
    one, other = EmbeddedBroker(), EmbeddedBroker()
    for broker in (one, other):
        broker.declare(EXCHANGE, QUEUES)
    one.publish("tax.requested", [b"[1]"])
    assert bodies(other, "tax") == []
    assert bodies(one, "tax") == [b"[1]"]
    one.close()
    other.close()
