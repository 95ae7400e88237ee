"""The broker on RabbitMQ through outages: nothing is lost, nothing hangs, and it goes on by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from threading import Thread, Timer

import pytest
from pika import BlockingConnection, URLParameters

from single_window.messaging.broker import BLOCKED, CONNECTED, DISCONNECTED, BrokerUnavailable, ReceivedMessage
from single_window.messaging.client import RabbitClient
from single_window.messaging.rabbitmq import RabbitBroker
from tests.brokers import Vhost, scrub
from tests.chaos.programs import until
from tests.proxy import Proxy

pytestmark = pytest.mark.service

TABLE = {"customs": ("import.order",)}
PATIENCE = 120.0
_numbers = count(1)


@pytest.fixture
def proxy(vhost: Vhost) -> Iterator[Proxy]:
    made = Proxy(vhost.url)
    yield made
    made.close()


@pytest.fixture
def namespace(vhost: Vhost) -> Iterator[str]:
    name = f"{vhost.namespace}.{next(_numbers)}"
    yield name
    scrub(vhost, [f"{name}.customs", f"{name}.unreadable"], [f"{name}.contract", f"{name}.dead", f"{name}.hints"])


Opener = Callable[..., RabbitBroker]


@pytest.fixture
def start(namespace: str) -> Iterator[Opener]:
    """Opens a broker at an address, with one queue."""
    opened: list[RabbitBroker] = []

    def starting(url: str, **how: object) -> RabbitBroker:
        broker = RabbitBroker(url, namespace, **how)  # type: ignore[arg-type]
        opened.append(broker)
        broker.declare("contract", TABLE)
        return broker

    yield starting
    for broker in opened:
        broker.close()


@pytest.fixture
def broker(start: Opener, proxy: Proxy) -> RabbitBroker:
    """A broker whose connections run through the proxy."""
    return start(proxy.url)


def gathered(broker: RabbitBroker, wanted: int, queue: str = "customs") -> list[ReceivedMessage]:
    """So many messages of a queue, taken as they come, not acknowledged."""
    messages: list[ReceivedMessage] = []

    def enough() -> bool:
        messages.extend(broker.take(queue, wanted - len(messages)))
        return len(messages) == wanted

    until(enough, PATIENCE, f"{wanted} messages")
    return messages


def bodies(taken: Sequence[ReceivedMessage]) -> set[bytes]:
    return {message.body for message in taken}


def comes_to(broker: RabbitBroker, state: str) -> None:
    until(lambda: broker.state == state, PATIENCE, f"a broker that is {state}")


def cut_off(broker: RabbitBroker, proxy: Proxy) -> None:
    """End its connections, and let it come back."""
    proxy.close_gate()
    comes_to(broker, DISCONNECTED)
    proxy.open_gate()
    comes_to(broker, CONNECTED)


def publishes_in_the_end(broker: RabbitBroker, body: bytes) -> None:
    def published() -> bool:
        try:
            broker.publish("import.order", [body])
        except BrokerUnavailable:
            return False
        return True

    until(published, PATIENCE, "a message taken by the broker")


class Publishing(Thread):
    """Publishes in a thread of its own; `error` is what came of it."""

    def __init__(self, broker: RabbitBroker, bodies: Sequence[bytes]) -> None:
        super().__init__(daemon=True)
        self._broker, self._bodies = broker, bodies
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            self._broker.publish("import.order", self._bodies)
        except BrokerUnavailable as error:
            self.error = error


def test_what_was_not_acknowledged_when_the_connection_was_cut_comes_again(broker: RabbitBroker, proxy: Proxy) -> None:
    broker.publish("import.order", [b"1", b"2"])
    before = gathered(broker, 2)
    cut_off(broker, proxy)
    assert bodies(gathered(broker, 2)) == bodies(before)


def test_whatever_was_confirmed_arrives_though_the_connections_are_cut_again_and_again(
    broker: RabbitBroker, proxy: Proxy
) -> None:
    sent = [b"%d" % number for number in range(200)]
    sending = Thread(target=lambda: [publishes_in_the_end(broker, body) for body in sent], daemon=True)
    sending.start()
    results: set[bytes] = set()

    def reached(wanted: int) -> bool:
        taken = broker.take("customs", 100)
        results.update(bodies(taken))
        broker.acknowledge(taken)
        return len(results) >= wanted

    for cut in range(1, 8):
        until(partial(reached, 25 * cut), PATIENCE, f"{25 * cut} messages after {cut - 1} cuts", pause=0.002)
        proxy.cut()
    until(partial(reached, len(sent)), PATIENCE, "all messages", pause=0.002)
    sending.join(PATIENCE)
    assert results == set(sent)


def test_tags_from_before_a_cut_are_dropped(broker: RabbitBroker, proxy: Proxy) -> None:
    broker.publish("import.order", [b"1", b"2"])
    before = gathered(broker, 2)
    cut_off(broker, proxy)
    again = gathered(broker, 2)
    broker.acknowledge(before)
    broker.reject(before)
    broker.requeue()
    assert bodies(gathered(broker, 2)) == bodies(again)
    assert broker.state == CONNECTED


def test_what_lay_here_untaken_when_the_connection_was_cut_comes_once(broker: RabbitBroker, proxy: Proxy) -> None:
    broker.publish("import.order", [b"%d" % number for number in range(6)])
    gathered(broker, 1)
    cut_off(broker, proxy)
    broker.acknowledge(gathered(broker, 6))
    broker.publish("import.order", [b"end"])
    assert bodies(gathered(broker, 1)) == {b"end"}


def test_publishing_without_a_connection_says_so_at_once_and_works_again_later(
    broker: RabbitBroker, proxy: Proxy
) -> None:
    proxy.close_gate()
    comes_to(broker, DISCONNECTED)
    with pytest.raises(BrokerUnavailable, match=r"127\.0\.0\.1:\d+.*SINGLE_WINDOW_BROKER") as raised:
        broker.publish("import.order", [b"lost"])
    assert raised.value.state == DISCONNECTED
    assert raised.value.retry_after > 0
    proxy.open_gate()
    comes_to(broker, CONNECTED)
    broker.publish("import.order", [b"1"])
    assert bodies(gathered(broker, 1)) == {b"1"}


def test_publishing_that_is_cut_off_halfway_says_so(broker: RabbitBroker, proxy: Proxy) -> None:
    proxy.hold()
    publishing = Publishing(broker, [b"1"] * 5_000)
    proxy.close_gate()
    publishing.join(PATIENCE)
    assert isinstance(publishing.error, BrokerUnavailable)


def test_a_broker_that_confirms_nothing_is_given_up(start: Opener, proxy: Proxy) -> None:
    broker = start(proxy.url, patience=0.5)
    proxy.hold()
    with pytest.raises(BrokerUnavailable, match=r"confirmed nothing for 0\.5 seconds"):
        broker.publish("import.order", [b"1"])
    proxy.release()
    publishes_in_the_end(broker, b"2")
    assert bodies(gathered(broker, 2)) == {b"1", b"2"}


def test_queues_and_bindings_that_went_with_an_outage_are_declared_again(
    broker: RabbitBroker, proxy: Proxy, vhost: Vhost, namespace: str
) -> None:
    broker.take("customs", 1)
    proxy.close_gate()
    comes_to(broker, DISCONNECTED)
    delete_queue(vhost, f"{namespace}.customs")
    proxy.open_gate()
    comes_to(broker, CONNECTED)
    broker.publish("import.order", [b"1"])
    assert bodies(gathered(broker, 1)) == {b"1"}


def test_a_message_that_no_queue_takes_is_a_failure_and_the_queue_is_made_again(
    broker: RabbitBroker, vhost: Vhost, namespace: str
) -> None:
    delete_queue(vhost, f"{namespace}.customs")
    with pytest.raises(BrokerUnavailable, match=r"1 of 1 messages of the topic 'import\.order': returned"):
        broker.publish("import.order", [b"heard by nobody"])
    publishes_in_the_end(broker, b"1")
    assert bodies(gathered(broker, 1)) == {b"1"}


def test_a_queue_that_was_deleted_while_it_was_consumed_is_made_and_consumed_again(
    broker: RabbitBroker, vhost: Vhost, namespace: str
) -> None:
    broker.publish("import.order", [b"gone with its queue"])
    gathered(broker, 1)
    delete_queue(vhost, f"{namespace}.customs")
    publishes_in_the_end(broker, b"1")
    assert bodies(gathered(broker, 1)) == {b"1"}


def delete_queue(vhost: Vhost, queue: str) -> None:
    connection = BlockingConnection(URLParameters(vhost.url))
    connection.channel().queue_delete(queue)
    connection.close()


def test_a_broker_that_takes_nothing_is_reported_and_asked_nothing(broker: RabbitBroker, proxy: Proxy) -> None:
    proxy.block("low on disk")
    until(
        lambda: broker._out.state == BLOCKED, PATIENCE, "a connection that publishes and is notified that it is blocked"
    )
    with pytest.raises(BrokerUnavailable, match="low on disk") as raised:
        broker.publish("import.order", [b"not now"])
    assert raised.value.state == BLOCKED
    broker.wake("filed")
    proxy.unblock()
    comes_to(broker, CONNECTED)
    broker.publish("import.order", [b"1"])
    assert bodies(gathered(broker, 1)) == {b"1"}


def test_whoever_waits_for_confirms_is_notified_when_the_broker_takes_nothing_any_more(
    broker: RabbitBroker, proxy: Proxy
) -> None:
    proxy.hold()
    publishing = Publishing(broker, [b"1"])
    proxy.block("low on memory")
    publishing.join(PATIENCE)
    assert isinstance(publishing.error, BrokerUnavailable)
    assert "low on memory" in str(publishing.error)


def test_a_probe_passes_and_fails_as_soon_as_the_broker_says_that_it_takes_nothing(
    broker: RabbitBroker, proxy: Proxy
) -> None:
    broker.probe()
    proxy.hold()
    Timer(0.2, proxy.block, ["low on disk"]).start()
    with pytest.raises(BrokerUnavailable, match="low on disk") as raised:
        broker.probe()
    assert raised.value.state == BLOCKED


def test_what_was_taken_can_be_acknowledged_while_nothing_can_be_published(
    start: Opener, proxy: Proxy, vhost: Vhost, namespace: str
) -> None:
    broker = start(proxy.url)
    broker.publish("import.order", [b"1"])
    taken = gathered(broker, 1)
    proxy.block("low on disk")
    comes_to(broker, BLOCKED)
    broker.acknowledge(taken)
    broker.close()
    beside = RabbitClient(vhost.url)
    assert beside.depth(f"{namespace}.customs") == 0
    beside.close()


def test_heartbeats_go_on_while_somebody_works_long(start: Opener, proxy: Proxy, vhost: Vhost) -> None:
    broker = start(vhost.url, heartbeat=1)
    broker.publish("import.order", [b"1"])
    taken = gathered(broker, 1)
    silent = RabbitClient(proxy.url, heartbeat=1)
    proxy.hold()
    until(lambda: silent.state == DISCONNECTED, PATIENCE, "the end of a connection without heartbeats")
    silent.close()
    assert broker.state == CONNECTED
    broker.acknowledge(taken)
    broker.publish("import.order", [b"2"])
    (following,) = gathered(broker, 1)
    assert following.body == b"2"


def test_what_is_refused_lies_among_the_dead_letters(start: Opener, vhost: Vhost, namespace: str) -> None:
    broker = start(vhost.url)
    broker.publish("import.order", [b"\xff\x00 unreadable"])
    broker.reject(gathered(broker, 1))
    (dead,) = gathered(broker, 1, "unreadable")
    assert dead.body == b"\xff\x00 unreadable"
    assert dead.headers["x-first-death-queue"] == f"{namespace}.customs"
    assert dead.headers["x-first-death-reason"] == "rejected"


def test_a_process_holds_no_more_than_its_prefetch_and_another_gets_the_rest(start: Opener, vhost: Vhost) -> None:
    slow, quick = start(vhost.url, prefetch=3), start(vhost.url)
    slow.publish("import.order", [b"%d" % number for number in range(10)])
    held = gathered(slow, 3)
    results: set[bytes] = set()
    while len(results) < 7:
        (message,) = gathered(quick, 1)
        quick.acknowledge([message])
        results.add(message.body)
    assert slow.take("customs", 10) == []
    assert results | bodies(held) == {b"%d" % number for number in range(10)}


def test_a_hint_reaches_other_processes(start: Opener, vhost: Vhost) -> None:
    here, there = start(vhost.url), start(vhost.url)
    there.listen(["filed"])
    for _ in range(3):
        until(lambda: not there.wait(0.1), PATIENCE, "a broker at rest")
        here.wake("receipts")
        here.wake("filed")
        assert there.wait(PATIENCE)


def test_hints_come_again_after_an_outage(start: Opener, broker: RabbitBroker, proxy: Proxy, vhost: Vhost) -> None:
    beside = start(vhost.url)
    broker.listen(["filed"])
    cut_off(broker, proxy)

    def hinted() -> bool:
        while broker.wait(0):
            continue
        beside.wake("filed")
        return broker.wait(0.5)

    until(hinted, PATIENCE, "a hint")


def test_closing_ends_although_the_broker_answers_nothing(broker: RabbitBroker, proxy: Proxy) -> None:
    proxy.hold()
    closing = Thread(target=broker.close, daemon=True)
    closing.start()
    closing.join(PATIENCE)
    assert not closing.is_alive()


def test_closing_while_it_tries_to_come_back_ends(broker: RabbitBroker, proxy: Proxy) -> None:
    proxy.close_gate()
    comes_to(broker, DISCONNECTED)
    broker.close()
    with pytest.raises(BrokerUnavailable, match="closed"):
        broker.publish("import.order", [b"1"])
