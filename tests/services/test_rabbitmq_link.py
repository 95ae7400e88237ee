"""A link to RabbitMQ says of each message what became of it, and of each refusal what was refused."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from urllib.parse import urlsplit

import pytest
from pika import BlockingConnection, URLParameters
from pika.exceptions import AMQPError

from single_window.messaging.amqp_entities import AmqpExchange, Binding, Queue, quorum
from single_window.messaging.client import RabbitClient
from single_window.messaging.consuming import IncomingMessage
from single_window.messaging.outages import DeclarationRefused
from single_window.messaging.publishing import OutgoingMessage, PublishOutcome
from single_window.messaging.wakeups import CONNECTED, BrokerUnavailable
from tests.brokers import Vhost, scrub
from tests.chaos.programs import until
from tests.databases import kept_open
from tests.patience import PATIENCE
from tests.proxy import Proxy

pytestmark = pytest.mark.service

CONFIRMED, REFUSED, RETURNED = PublishOutcome.CONFIRMED, PublishOutcome.REFUSED, PublishOutcome.RETURNED
_numbers = count(1)


@pytest.fixture
def link(vhost: Vhost) -> Iterator[RabbitClient]:
    yield from kept_open(RabbitClient(vhost.url))


@pytest.fixture
def queue(vhost: Vhost) -> Iterator[str]:
    """The name of a queue that no other test uses; a test declares it as it likes."""
    name = f"{vhost.namespace}.link.{next(_numbers)}"
    yield name
    scrub(vhost, [name], [name])


def to(queue: str, body: bytes = b"", **more: object) -> OutgoingMessage:
    """A letter straight into a queue."""
    return OutgoingMessage("", queue, body, **more)  # type: ignore[arg-type]


def gathered(link: RabbitClient, queue: str, wanted: int) -> list[IncomingMessage]:
    messages: list[IncomingMessage] = []

    def enough() -> bool:
        messages.extend(link.take(queue, wanted - len(messages)))
        return len(messages) == wanted

    until(enough, PATIENCE, f"{wanted} messages", pause=0.002)
    return messages


def test_each_letter_has_its_own_outcome(link: RabbitClient, queue: str) -> None:
    link.declare(quorum(queue))
    assert link.publish([to(queue), to("nobody"), to(queue), to("nobody"), to(queue)]) == [
        CONFIRMED,
        RETURNED,
        CONFIRMED,
        RETURNED,
        CONFIRMED,
    ]


def test_a_letter_that_need_not_be_received_is_confirmed(link: RabbitClient) -> None:
    assert link.publish([to("nobody", mandatory=False)]) == [CONFIRMED]


def test_one_message_sent_to_two_places_is_distinguished(link: RabbitClient, queue: str) -> None:
    link.declare(quorum(queue))
    assert link.publish([to("nobody", message_id="m-1"), to(queue, message_id="m-1")]) == [RETURNED, CONFIRMED]


def test_what_is_on_a_letter_arrives(link: RabbitClient, queue: str) -> None:
    link.declare(AmqpExchange(queue), quorum(queue), Binding(queue, queue, "import.#"))
    link.consume(queue, 10)
    link.publish(
        [OutgoingMessage(queue, "import.order", "中文".encode(), {"sender": "DXP", "count": 3}, "m-7", "text/xml")]
    )
    (message,) = gathered(link, queue, 1)
    assert (
        message.queue,
        message.body,
        message.headers,
        message.message_id,
        message.content_type,
        message.redelivered,
    ) == (
        queue,
        "中文".encode(),
        {"sender": "DXP", "count": 3},
        "m-7",
        "text/xml",
        False,
    )


def test_a_letter_that_amqp_cannot_carry_fails_alone(link: RabbitClient, queue: str) -> None:
    link.declare(quorum(queue))
    with pytest.raises(AMQPError):
        link.publish([to("x" * 300)])
    assert link.publish([to(queue)]) == [CONFIRMED]


def test_a_full_queue_refuses_and_takes_again_when_there_is_room(link: RabbitClient, queue: str) -> None:
    link.declare(quorum(queue, limit=3))
    outcomes = [link.publish([to(queue)])[0] for _ in range(10)]
    assert set(outcomes) == {CONFIRMED, REFUSED}
    assert link.depth(queue) == outcomes.count(CONFIRMED)
    link.consume(queue, 10)
    link.acknowledge([message.tag for message in gathered(link, queue, outcomes.count(CONFIRMED))])
    until(lambda: link.publish([to(queue)]) == [CONFIRMED], PATIENCE, "room in the queue")


def test_twenty_thousand_letters_are_confirmed_and_counted(link: RabbitClient, queue: str) -> None:
    link.declare(quorum(queue))
    assert set(link.publish([to(queue, b"[%d]" % number) for number in range(20_000)])) == {CONFIRMED}
    assert link.depth(queue) == 20_000


def test_threads_may_publish_at_the_same_time(link: RabbitClient, queue: str) -> None:
    link.declare(quorum(queue))
    mixed = [to(queue), to("nobody")] * 200
    with ThreadPoolExecutor(8) as pool:
        for outcomes in pool.map(link.publish, [mixed] * 8):
            assert outcomes == [CONFIRMED, RETURNED] * 200
    assert link.depth(queue) == 1_600


def test_large_letters_go_through_one_window(link: RabbitClient, queue: str) -> None:
    link.declare(quorum(queue))
    assert link.publish([to(queue, b"x" * 3_000_000)] * 5) == [CONFIRMED] * 5


def test_an_exchange_that_is_not_there_fails_the_letters_and_not_the_link(link: RabbitClient, queue: str) -> None:
    link.declare(quorum(queue))
    with pytest.raises(BrokerUnavailable, match="no exchange 'nowhere'"):
        link.publish([OutgoingMessage("nowhere", "key", b"")])
    until(lambda: link.state == CONNECTED and published(link, queue), PATIENCE, "a channel that publishes again")


def published(link: RabbitClient, queue: str) -> bool:
    try:
        return link.publish([to(queue)]) == [CONFIRMED]
    except BrokerUnavailable:
        return False


def test_a_queue_of_other_properties_is_named(link: RabbitClient, vhost: Vhost, queue: str) -> None:
    connection = BlockingConnection(URLParameters(vhost.url))
    connection.channel().queue_declare(queue, durable=True)
    connection.close()
    with pytest.raises(DeclarationRefused, match=f"other properties.*x-queue-type.*{queue}") as refused:
        link.declare(quorum(queue))
    assert refused.value.permanent
    assert link.publish([to(queue)]) == [CONFIRMED]
    assert link.depth(queue) == 1


def test_what_was_refused_is_not_declared_again(vhost: Vhost, queue: str) -> None:
    proxy = Proxy(vhost.url)
    link = RabbitClient(proxy.url)
    link.declare(Queue(queue))
    with pytest.raises(DeclarationRefused):
        link.declare(quorum(queue))
    proxy.cut()
    until(lambda: published(link, queue), PATIENCE, "a link that has come back")
    link.close()
    proxy.close()


def test_a_link_that_forgets_a_queue_does_not_declare_it_again(vhost: Vhost, queue: str) -> None:
    proxy = Proxy(vhost.url)
    link, beside = RabbitClient(proxy.url), RabbitClient(vhost.url)
    link.declare(quorum(queue))
    link.forget(quorum(queue))
    proxy.close_gate()
    until(lambda: link.state != CONNECTED, PATIENCE, "a lost connection")
    connection = BlockingConnection(URLParameters(vhost.url))
    connection.channel().queue_delete(queue)
    connection.close()
    proxy.open_gate()
    until(lambda: link.state == CONNECTED, PATIENCE, "a link that has come back")
    assert beside.depth(queue) is None
    for client in (link, beside):
        client.close()
    proxy.close()


def test_an_unknown_queue_has_no_depth(link: RabbitClient) -> None:
    assert link.depth("nobody") is None
    assert link.depth("nobody either") is None


def test_a_queue_that_is_not_there_yet_is_consumed_once_it_is(link: RabbitClient, queue: str) -> None:
    link.consume(queue, 10)
    until(lambda: declared(link, queue), PATIENCE, "a queue")
    until(lambda: published(link, queue), PATIENCE, "a letter in it")
    assert [message.body for message in gathered(link, queue, 1)] == [b""]


def declared(link: RabbitClient, queue: str) -> bool:
    """Whether a queue could be made; a server may stumble over one that is asked for at the same instant."""
    try:
        link.declare(quorum(queue))
    except BrokerUnavailable:
        return False
    return True


def test_one_queue_that_cannot_be_consumed_does_not_stop_another(link: RabbitClient, queue: str) -> None:
    link.declare(quorum(queue))
    link.consume("nobody", 10)
    link.consume(queue, 10)
    link.publish([to(queue, b"1")])
    assert [message.body for message in gathered(link, queue, 1)] == [b"1"]
    assert link.take("nobody", 10) == []


def test_what_is_no_longer_consumed_goes_back_and_can_be_consumed_anew(link: RabbitClient, queue: str) -> None:
    link.declare(quorum(queue))
    link.publish([to(queue, b"1")])
    link.consume(queue, 10)
    gathered(link, queue, 1)
    link.stop_consuming(queue)
    until(lambda: link.depth(queue) == 1, PATIENCE, "a message that is back in its queue")
    link.consume(queue, 10)
    (again,) = gathered(link, queue, 1)
    assert again.redelivered


def test_what_was_left_when_some_was_taken_ends_the_next_wait(link: RabbitClient, queue: str) -> None:
    link.declare(quorum(queue))
    link.publish([to(queue)] * 5)
    link.consume(queue, 10)
    result = 0
    while result < 5:
        assert link.wait(PATIENCE)
        result += len(link.take(queue, 1))


def test_what_may_be_given_back_alone_comes_back_alone(link: RabbitClient, queue: str) -> None:
    link.declare(quorum(queue))
    link.consume(queue, 10)
    link.publish([to(queue, b"1"), to(queue, b"2")])
    message, _ = gathered(link, queue, 2)
    link.requeue([message.tag])
    assert [back.body for back in gathered(link, queue, 1)] == [message.body]


def with_credentials(url: str, credentials: str, vhost: str = "") -> str:
    parts = urlsplit(url)
    return f"amqp://{credentials}@{parts.hostname}:{parts.port}/{vhost}"


def test_a_wrong_password_is_reported_without_showing_it(vhost: Vhost) -> None:
    with pytest.raises(BrokerUnavailable, match=r"refuses the user 'guest'.*SINGLE_WINDOW_BROKER") as raised:
        RabbitClient(with_credentials(vhost.url, "guest:hunter2"))
    assert "hunter2" not in str(raised.value)


def test_an_unknown_vhost_is_reported_with_what_makes_it(vhost: Vhost) -> None:
    with pytest.raises(BrokerUnavailable, match=r"no such vhost.*rabbitmqctl add_vhost nowhere"):
        RabbitClient(vhost.url.rsplit("/", 1)[0] + "/nowhere")
