"""The simulated broker keeps what it confirmed until it is acknowledged, and promises nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulators.draws import Draws
from single_window.messaging.broker import BrokerUnavailable
from single_window.messaging.topology import UnknownTopic
from tests.simulation.machine import Machine
from tests.simulation.post import LATEST, Link, Post
from tests.simulation.weather import CLEAR, Sky, Weather

TOPIC, QUEUE = "tax.requested", "tax"
ALWAYS = 10_000


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def opened(machine: Machine) -> Callable[..., Link]:
    """Opens a connection to a broker in some weather."""

    def open_link(weather: Weather = CLEAR, seed: int = 1, is_durable: bool = True) -> Link:
        dice = Draws("post", seed)
        return Link(Post(machine, dice, Sky(dice, machine, weather), is_durable), lambda point: None)

    return open_link


def taken(link: Link) -> list[bytes]:
    """All that waits, in the order in which it is handed out."""
    bodies: list[bytes] = []
    while messages := link.take(QUEUE, 4):
        bodies += [message.body for message in messages]
    return bodies


def test_what_was_published_is_handed_out_once_in_any_order(opened: Callable[..., Link]) -> None:
    orders = set()
    for seed in range(20):
        link = opened(seed=seed)
        link.publish(TOPIC, [b"1", b"2", b"3"])
        orders.add(tuple(taken(link)))
    assert {tuple(sorted(order)) for order in orders} == {(b"1", b"2", b"3")}
    assert len(orders) > 3


def test_what_is_not_acknowledged_comes_again_when_the_connection_breaks(opened: Callable[..., Link]) -> None:
    link = opened()
    link.publish(TOPIC, [b"1", b"2"])
    (first,) = [message for _ in range(2) for message in link.take(QUEUE, 1) if message.body == b"1"]
    link.acknowledge([first])
    link.cut()
    assert taken(link) == [b"2"]


def test_an_acknowledgement_after_the_connection_broke_means_nothing(opened: Callable[..., Link]) -> None:
    link = opened()
    link.publish(TOPIC, [b"1"])
    messages = link.take(QUEUE, 1)
    link.cut()
    link.acknowledge(messages)
    assert taken(link) == [b"1"]


def test_what_comes_twice_and_late(opened: Callable[..., Link], machine: Machine) -> None:
    link = opened(Weather(twice=ALWAYS, late=ALWAYS))
    link.publish(TOPIC, [b"1"])
    early = taken(link)
    machine.let_pass(LATEST)
    assert early + taken(link) == [b"1", b"1"]


@pytest.mark.parametrize(
    ("weather", "kept"), [(Weather(unpublished=ALWAYS), []), (Weather(unconfirmed=ALWAYS), [b"1"])]
)
def test_a_message_that_is_not_confirmed_may_be_there_or_not(
    opened: Callable[..., Link], weather: Weather, kept: list[bytes]
) -> None:
    link = opened(weather)
    with pytest.raises(BrokerUnavailable):
        link.publish(TOPIC, [b"1"])
    assert taken(link) == kept


def test_a_lost_queue_is_lost_with_what_was_handed_out(opened: Callable[..., Link]) -> None:
    link = opened()
    link.publish(TOPIC, [b"1", b"2"])
    link.take(QUEUE, 1)
    assert link._post.lose(QUEUE) == 2
    link.cut()
    assert taken(link) == []


def test_a_broker_inside_a_process_dies_with_it(opened: Callable[..., Link]) -> None:
    for is_durable, left in ((True, 1), (False, 0)):
        link = opened(is_durable=is_durable)
        link.publish(TOPIC, [b"1"])
        link.close()
        assert len(link._post.queues[QUEUE]) == left


def test_a_topic_that_nobody_receives_is_refused(opened: Callable[..., Link]) -> None:
    with pytest.raises(UnknownTopic):
        opened().publish("nobody.hears", [b"1"])
