"""What the window may rely on, whichever broker it has. A broker that is added is added to BROKERS, and passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Thread
from typing import NamedTuple

import pytest

from single_window.messaging.broker import CONNECTED, Broker, ReceivedMessage
from single_window.messaging.embedded import EmbeddedBroker
from single_window.messaging.rabbitmq import RabbitBroker
from single_window.messaging.topology import EXCHANGE, QUEUES, UnknownTopic
from tests.brokers import Vhost, scrub
from tests.chaos.programs import until

TABLE: Mapping[str, tuple[str, ...]] = {
    "customs": ("import.order", "tax.assessed"),
    "tax": ("tax.requested",),
    "ledger": ("tax.assessed", "tax.requested"),
}
END = b"the last one"
PATIENCE = 120.0


class Kind(NamedTuple):
    """A kind of broker. `open` takes where it may be (RabbitMQ only) and a name that no other test uses."""

    open: Callable[[Vhost | None, str], Broker]
    remembers: bool
    """What it holds outlives the instance."""
    served: bool
    """It needs a server."""


def embedded(_: Vhost | None, name: str) -> Broker:
    return EmbeddedBroker(name)


def rabbitmq(vhost: Vhost | None, name: str) -> Broker:
    assert vhost is not None
    return RabbitBroker(vhost.url, f"{vhost.namespace}.{name}")


BROKERS = {
    "embedded": Kind(embedded, remembers=False, served=False),
    "rabbitmq": Kind(rabbitmq, remembers=True, served=True),
}
Opener = Callable[..., Broker]


@pytest.fixture(
    params=[pytest.param(name, marks=[pytest.mark.service] if kind.served else []) for name, kind in BROKERS.items()]
)
def kind(request: pytest.FixtureRequest) -> Kind:
    return BROKERS[request.param]


@pytest.fixture
def start(kind: Kind, request: pytest.FixtureRequest) -> Iterator[Opener]:
    """Opens a broker with the table of queues declared, under a name of this test."""
    place = request.getfixturevalue("vhost") if kind.served else None
    opened: list[Broker] = []
    names: set[str] = set()

    def starting(suffix: str = "") -> Broker:
        name = f"{request.node.name}{suffix}"
        broker = kind.open(place, name)
        opened.append(broker)
        names.add(name)
        broker.declare("contract", TABLE)
        return broker

    yield starting
    for broker in opened:
        broker.close()
    for name in names if place else ():
        inside = f"{place.namespace}.{name}"
        scrub(
            place,
            [f"{inside}.{queue}" for queue in (*TABLE, "unreadable")],
            [f"{inside}.{exchange}" for exchange in ("contract", "dead", "hints")],
        )


def gathered(broker: Broker, queue: str, count: int, most: int = 1_000) -> list[ReceivedMessage]:
    """So many messages of a queue, taken as they come, not acknowledged."""
    messages: list[ReceivedMessage] = []

    def enough() -> bool:
        taken = broker.take(queue, min(most, count - len(messages)))
        assert len(taken) <= most
        messages.extend(taken)
        return len(messages) == count

    until(enough, PATIENCE, f"{count} messages of {queue}", pause=0.002)
    return messages


def rest(broker: Broker, queue: str) -> list[bytes]:
    """What waits in a queue, taken and acknowledged: all that comes before a message that is sent after it."""
    topic = TABLE[queue][0]
    broker.publish(topic, [END])
    results: list[bytes] = []

    def ended() -> bool:
        taken = broker.take(queue, 1_000)
        broker.acknowledge(taken)
        results.extend(message.body for message in taken)
        return END in results

    until(ended, PATIENCE, f"the last message of {queue}", pause=0.002)
    assert results[-1] == END
    return results[:-1]


def numbered(count: int) -> list[bytes]:
    return [b"%d" % number for number in range(count)]


def bodies(taken: Sequence[ReceivedMessage]) -> list[bytes]:
    return [message.body for message in taken]


def calm(broker: Broker) -> None:
    """Wait until nothing comes any more: beginning to consume, or connecting, may count as a first event."""
    until(lambda: not broker.wait(0.1), PATIENCE, "a broker at rest")


def test_a_message_reaches_the_queue_that_receives_its_topic_and_no_other(start: Opener) -> None:
    broker = start()
    broker.publish("import.order", [b"[1]"])
    assert rest(broker, "tax") == []
    assert rest(broker, "customs") == [b"[1]"]


def test_every_queue_that_receives_a_topic_gets_its_own_copy(start: Opener) -> None:
    broker = start()
    broker.publish("tax.assessed", [b"[1]"])
    assert rest(broker, "customs") == [b"[1]"]
    assert rest(broker, "ledger") == [b"[1]"]


def test_a_topic_that_no_queue_receives_is_refused_and_nothing_is_sent(start: Opener) -> None:
    broker = start()
    with pytest.raises(UnknownTopic, match=r"tax\.asessed"):
        broker.publish("tax.asessed", [b"[1]"])
    assert rest(broker, "customs") == rest(broker, "tax") == []


def test_a_topic_is_no_pattern(start: Opener) -> None:
    broker = start()
    for topic in ("tax", "tax.*", "tax.#", "#", "import.order.x"):
        with pytest.raises(UnknownTopic):
            broker.publish(topic, [b"[1]"])


def test_publishing_nothing_sends_nothing(start: Opener) -> None:
    broker = start()
    broker.publish("import.order", [])
    assert rest(broker, "customs") == []


def test_what_was_published_is_there_however_much_it_is(start: Opener) -> None:
    broker = start()
    broker.publish("import.order", numbered(3_000))
    assert rest(broker, "customs") == numbered(3_000)


def test_taking_from_an_empty_queue_gives_nothing_at_once(start: Opener) -> None:
    broker = start()
    assert broker.take("customs", 10) == broker.take("customs", 10) == []


def test_no_more_is_taken_than_requested(start: Opener) -> None:
    broker = start()
    broker.publish("import.order", numbered(5))
    assert bodies(gathered(broker, "customs", 5, most=2)) == numbered(5)
    assert broker.take("customs", 0) == []


def test_order_within_a_queue_is_that_of_publication(start: Opener) -> None:
    broker = start()
    broker.publish("import.order", numbered(50))
    broker.publish("tax.assessed", [b"50"])
    broker.publish("import.order", [b"51"])
    assert rest(broker, "customs") == numbered(52)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[1,2,3]",
        b" \r\n[1]\t\n",
        "中文".encode(),
        "中文".encode("gb18030"),
        bytes(range(256)),
        b"\xff\xfe\x00",
        b"x" * 1_000_000,
    ],
    ids=["empty", "json", "space around", "utf-8", "gb18030", "every byte", "not text", "a megabyte"],
)
def test_bytes_arrive_untouched(start: Opener, body: bytes) -> None:
    broker = start()
    broker.publish("import.order", [body])
    assert rest(broker, "customs") == [body]


def test_what_is_acknowledged_is_gone(start: Opener) -> None:
    broker = start()
    broker.publish("import.order", [b"[1]"])
    broker.acknowledge(gathered(broker, "customs", 1))
    assert rest(broker, "customs") == []


def test_what_is_taken_is_not_handed_out_twice(start: Opener) -> None:
    broker = start()
    broker.publish("import.order", [b"[1]"])
    gathered(broker, "customs", 1)
    assert rest(broker, "customs") == []


def test_acknowledging_nothing_is_no_harm(start: Opener) -> None:
    start().acknowledge([])


def test_acknowledging_twice_is_no_harm(start: Opener) -> None:
    broker = start()
    broker.publish("import.order", numbered(3))
    first, second = gathered(broker, "customs", 2)
    broker.acknowledge([first])
    broker.acknowledge([first])
    broker.acknowledge([second])
    assert rest(broker, "customs") == [b"2"]


def test_what_is_refused_is_not_handed_out_again_and_holds_up_nothing(start: Opener) -> None:
    broker = start()
    broker.publish("import.order", [b"\x00 not a list of ids", b"[1]"])
    broker.reject(gathered(broker, "customs", 1))
    assert rest(broker, "customs") == [b"[1]"]
    broker.requeue()
    assert rest(broker, "customs") == []


def test_what_is_given_back_comes_again_but_not_what_was_acknowledged(start: Opener) -> None:
    broker = start()
    broker.publish("import.order", numbered(3))
    broker.publish("tax.requested", [b"3"])
    first, *others = gathered(broker, "customs", 3)
    gathered(broker, "tax", 1)
    broker.acknowledge([first])
    broker.requeue()
    assert sorted(bodies(gathered(broker, "customs", 2))) == sorted(bodies(others))
    assert bodies(gathered(broker, "tax", 1)) == [b"3"]


def test_what_was_given_back_can_no_longer_be_acknowledged(start: Opener) -> None:
    broker = start()
    broker.publish("import.order", [b"[1]"])
    before = gathered(broker, "customs", 1)
    broker.requeue()
    broker.acknowledge(before)
    assert bodies(gathered(broker, "customs", 1)) == [b"[1]"]


def test_giving_back_nothing_is_no_harm(start: Opener) -> None:
    start().requeue()


def test_a_message_ends_a_wait(start: Opener) -> None:
    broker = start()
    broker.take("customs", 1)
    calm(broker)
    broker.publish("import.order", [b"[1]"])
    assert broker.wait(PATIENCE)
    assert bodies(gathered(broker, "customs", 1)) == [b"[1]"]


def test_what_is_given_back_ends_a_wait(start: Opener) -> None:
    broker = start()
    broker.publish("import.order", [b"[1]"])
    gathered(broker, "customs", 1)
    calm(broker)
    broker.requeue()
    assert broker.wait(PATIENCE)


def test_a_wait_in_which_nothing_comes_says_so(start: Opener) -> None:
    broker = start()
    calm(broker)
    assert not broker.wait(0)


def test_a_hint_ends_a_wait_of_another_thread(start: Opener) -> None:
    broker = start()
    broker.listen(["filed"])
    calm(broker)
    ended: list[bool] = []
    waiting = Thread(target=lambda: ended.append(broker.wait(PATIENCE)))
    waiting.start()
    broker.wake("filed")
    waiting.join(PATIENCE)
    assert ended == [True]


def test_a_hint_that_came_before_the_wait_ends_it(start: Opener) -> None:
    broker = start()
    broker.listen(["filed"])
    calm(broker)
    broker.wake("filed")
    assert broker.wait(PATIENCE)


def test_topics_may_be_listened_to_one_after_the_other_and_twice(start: Opener) -> None:
    broker = start()
    broker.listen(["filed"])
    broker.listen(["receipts", "filed"])
    for topic in ("filed", "receipts"):
        calm(broker)
        broker.wake(topic)
        assert broker.wait(PATIENCE)


def test_hints_that_nobody_waits_for_do_not_heap_up(start: Opener) -> None:
    broker = start()
    broker.listen(["filed"])
    for _ in range(500):
        broker.wake("filed")
    calm(broker)


def test_a_hint_that_nobody_listens_to_is_no_harm_nor_one_after_the_end(start: Opener) -> None:
    broker = start()
    broker.wake("filed")
    broker.close()
    broker.wake("filed")


def test_a_broker_at_work_says_that_it_is_connected(start: Opener) -> None:
    assert start().state == CONNECTED


def test_what_was_not_acknowledged_comes_again_after_reopening(kind: Kind, start: Opener) -> None:
    if not kind.remembers:
        pytest.skip("this broker forgets at its end: delivery rows become ready again and are published anew")
    broker = start()
    broker.publish("import.order", [b"1", b"2"])
    broker.acknowledge(gathered(broker, "customs", 1))
    gathered(broker, "customs", 1)
    broker.close()
    assert rest(start(), "customs") == [b"2"]


def test_a_broker_that_forgets_starts_empty(kind: Kind, start: Opener) -> None:
    if kind.remembers:
        pytest.skip("this broker remembers")
    broker = start()
    broker.publish("import.order", [b"1", b"2"])
    gathered(broker, "customs", 1)
    broker.close()
    assert rest(start(), "customs") == []


def test_a_broker_says_whether_it_remembers(kind: Kind, start: Opener) -> None:
    assert start().is_durable == kind.remembers


def test_two_names_do_not_see_each_other(start: Opener) -> None:
    first, other = start("-one"), start("-other")
    first.publish("import.order", [b"[1]"])
    assert rest(other, "customs") == []
    assert rest(first, "customs") == [b"[1]"]


def test_closing_one_leaves_the_other_its_messages(start: Opener) -> None:
    first, other = start("-one"), start("-other")
    other.publish("import.order", [b"[1]"])
    first.close()
    assert rest(other, "customs") == [b"[1]"]


def test_declaring_twice_does_no_harm(start: Opener) -> None:
    broker = start()
    broker.publish("import.order", [b"[1]"])
    broker.declare("contract", TABLE)
    broker.publish("import.order", [b"[2]"])
    assert rest(broker, "customs") == [b"[1]", b"[2]"]


def test_closing_twice_does_no_harm(start: Opener) -> None:
    broker = start()
    broker.close()
    broker.close()


def test_instances_of_the_embedded_broker_without_a_name_have_one_each() -> None:
    first, other = EmbeddedBroker(), EmbeddedBroker()
    for broker in (first, other):
        broker.declare(EXCHANGE, QUEUES)
    first.publish("tax.requested", [b"[1]"])
    assert other.take("tax", 1) == []
    assert bodies(first.take("tax", 1)) == [b"[1]"]
    first.close()
    other.close()
