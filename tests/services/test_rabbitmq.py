"""Two clients of RabbitMQ through outages, as channels use them: nothing is lost, nothing hangs, and they go on by
themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from threading import Thread, Timer

import pytest
from pika import BlockingConnection, URLParameters

from single_window.messaging.amqp_entities import AmqpExchange, Binding, quorum
from single_window.messaging.client import RabbitClient
from single_window.messaging.consuming import IncomingMessage
from single_window.messaging.publishing import OutgoingMessage, PublishOutcome
from single_window.messaging.rabbitmq_wakeups import RabbitWakeups
from single_window.messaging.wakeups import BLOCKED, CONNECTED, DISCONNECTED, BrokerUnavailable
from tests.brokers import Vhost, scrub
from tests.chaos.programs import until
from tests.databases import kept_open
from tests.patience import PATIENCE
from tests.proxy import Proxy

pytestmark = pytest.mark.service

_numbers = count(1)


class Station:
    """One client that publishes, one that consumes, and a queue that is bound to a topic."""

    def __init__(self, url: str, namespace: str, prefetch: int = 8, **how: object) -> None:
        self._exchange, self._queue, self._prefetch = f"{namespace}.contract", f"{namespace}.customs", prefetch
        self.out = RabbitClient(url, **how)  # type: ignore[arg-type]
        self.consuming = RabbitClient(url, **how)  # type: ignore[arg-type]
        dead, unreadable = f"{namespace}.dead", f"{namespace}.unreadable"
        entities = (
            AmqpExchange(dead, "fanout"),
            quorum(unreadable),
            Binding(unreadable, dead),
            AmqpExchange(self._exchange),
            quorum(self._queue, dead_letters=dead),
            Binding(self._queue, self._exchange, "import.order"),
        )
        self._names = {"customs": self._queue, "unreadable": unreadable}
        self._consumed: set[str] = set()
        for client in (self.out, self.consuming):
            client.declare(*entities)

    @property
    def state(self) -> str:
        states = {self.out.state, self.consuming.state}
        return next(state for state in (DISCONNECTED, BLOCKED, CONNECTED) if state in states)

    def publish(self, topic: str, bodies: Sequence[bytes]) -> None:
        outcomes = self.out.publish([OutgoingMessage(self._exchange, topic, body) for body in bodies])
        if set(outcomes) - {PublishOutcome.CONFIRMED}:
            raise BrokerUnavailable("not all were confirmed")

    def take(self, queue: str, most: int) -> list[IncomingMessage]:
        if queue not in self._consumed:
            self._consumed.add(queue)
            self.consuming.consume(self._names[queue], self._prefetch)
        return self.consuming.take(self._names[queue], most)

    def acknowledge(self, taken: Sequence[IncomingMessage]) -> None:
        self.consuming.acknowledge([message.tag for message in taken])

    def reject(self, taken: Sequence[IncomingMessage]) -> None:
        self.consuming.reject([message.tag for message in taken])

    def close(self) -> None:
        self.consuming.close()
        self.out.close()


@pytest.fixture
def proxy(vhost: Vhost) -> Iterator[Proxy]:
    yield from kept_open(Proxy(vhost.url))


@pytest.fixture
def namespace(vhost: Vhost) -> Iterator[str]:
    name = f"{vhost.namespace}.{next(_numbers)}"
    yield name
    scrub(vhost, [f"{name}.customs", f"{name}.unreadable"], [f"{name}.contract", f"{name}.dead", f"{name}.hints"])


Opener = Callable[..., Station]


@pytest.fixture
def start(namespace: str) -> Iterator[Opener]:
    """Opens a broker at an address, with one queue."""
    opened: list[Station] = []

    def starting(url: str, **how: object) -> Station:
        broker = Station(url, namespace, **how)  # type: ignore[arg-type]
        opened.append(broker)
        return broker

    yield starting
    for broker in opened:
        broker.close()


@pytest.fixture
def broker(start: Opener, proxy: Proxy) -> Station:
    """A broker whose connections run through the proxy."""
    return start(proxy.url)


def gathered(broker: Station, wanted: int, queue: str = "customs") -> list[IncomingMessage]:
    """So many messages of a queue, taken as they come, not acknowledged."""
    messages: list[IncomingMessage] = []

    def enough() -> bool:
        messages.extend(broker.take(queue, wanted - len(messages)))
        return len(messages) == wanted

    until(enough, PATIENCE, f"{wanted} messages")
    return messages


def bodies(taken: Sequence[IncomingMessage]) -> set[bytes]:
    return {message.body for message in taken}


def comes_to(broker: Station, state: str) -> None:
    until(lambda: broker.state == state, PATIENCE, f"a broker that is {state}")


def cut_off(broker: Station, proxy: Proxy) -> None:
    """End its connections, and let it come back."""
    proxy.close_gate()
    comes_to(broker, DISCONNECTED)
    proxy.open_gate()
    comes_to(broker, CONNECTED)


def publishes_in_the_end(broker: Station, body: bytes) -> None:
    def published() -> bool:
        try:
            broker.publish("import.order", [body])
        except BrokerUnavailable:
            return False
        return True

    until(published, PATIENCE, "a message taken by the broker")


class Publishing(Thread):
    """Publishes in a thread of its own; `error` is what came of it."""

    def __init__(self, broker: Station, bodies: Sequence[bytes]) -> None:
        super().__init__(daemon=True)
        self._broker, self._bodies = broker, bodies
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            self._broker.publish("import.order", self._bodies)
        except BrokerUnavailable as error:
            self.error = error


def test_what_was_not_acknowledged_when_the_connection_was_cut_comes_again(broker: Station, proxy: Proxy) -> None:
    broker.publish("import.order", [b"1", b"2"])
    before = gathered(broker, 2)
    cut_off(broker, proxy)
    assert bodies(gathered(broker, 2)) == bodies(before)


@pytest.mark.long
def test_whatever_was_confirmed_arrives_though_the_connections_are_cut_again_and_again(
    broker: Station, proxy: Proxy
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


def test_tags_from_before_a_cut_are_dropped(broker: Station, proxy: Proxy) -> None:
    broker.publish("import.order", [b"1", b"2"])
    before = gathered(broker, 2)
    cut_off(broker, proxy)
    again = gathered(broker, 2)
    broker.acknowledge(before)
    broker.reject(before)
    broker.consuming.requeue()
    assert bodies(gathered(broker, 2)) == bodies(again)
    assert broker.state == CONNECTED


def test_what_lay_here_untaken_when_the_connection_was_cut_comes_once(broker: Station, proxy: Proxy) -> None:
    broker.publish("import.order", [b"%d" % number for number in range(6)])
    gathered(broker, 1)
    cut_off(broker, proxy)
    broker.acknowledge(gathered(broker, 6))
    broker.publish("import.order", [b"end"])
    assert bodies(gathered(broker, 1)) == {b"end"}


def test_publishing_without_a_connection_says_so_at_once_and_works_again_later(broker: Station, proxy: Proxy) -> None:
    proxy.close_gate()
    comes_to(broker, DISCONNECTED)
    with pytest.raises(BrokerUnavailable, match=r"127\.0\.0\.1:\d+.*SINGLE_WINDOW_BROKER") as raised:
        broker.publish("import.order", [b"lost"])
    assert raised.value.state == DISCONNECTED
    proxy.open_gate()
    comes_to(broker, CONNECTED)
    broker.publish("import.order", [b"1"])
    assert bodies(gathered(broker, 1)) == {b"1"}


def test_publishing_that_is_cut_off_halfway_says_so(broker: Station, proxy: Proxy) -> None:
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
    broker: Station, proxy: Proxy, vhost: Vhost, namespace: str
) -> None:
    broker.take("customs", 1)
    proxy.close_gate()
    comes_to(broker, DISCONNECTED)
    delete_queue(vhost, f"{namespace}.customs")
    proxy.open_gate()
    comes_to(broker, CONNECTED)
    broker.publish("import.order", [b"1"])
    assert bodies(gathered(broker, 1)) == {b"1"}


def delete_queue(vhost: Vhost, queue: str) -> None:
    connection = BlockingConnection(URLParameters(vhost.url))
    connection.channel().queue_delete(queue)
    connection.close()


def test_a_broker_that_takes_nothing_is_reported_and_asked_nothing(broker: Station, proxy: Proxy) -> None:
    proxy.block("low on disk")
    until(
        lambda: broker.out.state == BLOCKED, PATIENCE, "a connection that publishes and is notified that it is blocked"
    )
    with pytest.raises(BrokerUnavailable, match="low on disk") as raised:
        broker.publish("import.order", [b"not now"])
    assert raised.value.state == BLOCKED
    proxy.unblock()
    comes_to(broker, CONNECTED)
    broker.publish("import.order", [b"1"])
    assert bodies(gathered(broker, 1)) == {b"1"}


def test_whoever_waits_for_confirms_is_notified_when_the_broker_takes_nothing_any_more(
    broker: Station, proxy: Proxy
) -> None:
    proxy.hold()
    publishing = Publishing(broker, [b"1"])
    proxy.block("low on memory")
    publishing.join(PATIENCE)
    assert isinstance(publishing.error, BrokerUnavailable)
    assert "low on memory" in str(publishing.error)


def test_a_probe_passes_and_fails_as_soon_as_the_broker_says_that_it_takes_nothing(
    broker: Station, proxy: Proxy
) -> None:
    broker.out.probe()
    proxy.hold()
    Timer(0.2, proxy.block, ["low on disk"]).start()
    with pytest.raises(BrokerUnavailable, match="low on disk") as raised:
        broker.out.probe()
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


def test_hints_come_again_after_an_outage(proxy: Proxy, vhost: Vhost, namespace: str) -> None:
    here, beside = RabbitWakeups(proxy.url, namespace), RabbitWakeups(vhost.url, namespace)
    here.listen(["filed"])
    until(lambda: {here.state, beside.state} == {CONNECTED}, PATIENCE, "both are connected")
    proxy.close_gate()
    until(lambda: here.state == DISCONNECTED, PATIENCE, "the end of the connection")
    proxy.open_gate()

    def hinted() -> bool:
        while here.wait(0):
            continue
        beside.wake("filed")
        return here.wait(0.5)

    until(hinted, PATIENCE, "a hint")
    here.close()
    beside.close()


def test_wakeups_begin_without_a_broker_and_are_closed_while_it_is_away(
    proxy: Proxy, vhost: Vhost, namespace: str
) -> None:
    proxy.close_gate()
    away, late = (RabbitWakeups(proxy.url, namespace) for _ in range(2))
    late.listen(["filed"])
    assert away.state == DISCONNECTED and away.reason
    away.wake("filed")
    away.close()
    proxy.open_gate()
    until(lambda: late.state == CONNECTED, PATIENCE, "a connection")
    beside = RabbitWakeups(vhost.url, namespace)
    until(lambda: beside.wake("filed") or late.wait(0.5), PATIENCE, "a hint of what was listened to before")
    beside.close()
    late.close()


def test_closing_ends_although_the_broker_answers_nothing(broker: Station, proxy: Proxy) -> None:
    proxy.hold()
    closing = Thread(target=broker.close, daemon=True)
    closing.start()
    closing.join(PATIENCE)
    assert not closing.is_alive()


def test_closing_while_it_tries_to_come_back_ends(broker: Station, proxy: Proxy) -> None:
    proxy.close_gate()
    comes_to(broker, DISCONNECTED)
    broker.close()
    with pytest.raises(BrokerUnavailable, match="closed"):
        broker.publish("import.order", [b"1"])
