"""Dispatch on both databases: what is published, what stays back, what is sent again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import pytest
from sqlalchemy import Engine, select, update

from single_window.clock import system_now
from single_window.messaging.broker import CONNECTED, DISCONNECTED, BrokerUnavailable
from single_window.messaging.embedded import EmbeddedBroker
from single_window.messaging.topology import EXCHANGE, QUEUES
from single_window.store import deliveries
from single_window.store.answers import write_sends
from single_window.store.engine import reading, writing
from single_window.store.numbering import ROWS, Numbering
from single_window.store.tables import delivery
from single_window.work import dispatch
from tests.databases import ON_BOTH

pytestmark = ON_BOTH
HOUR = 3_600_000


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    new_broker = EmbeddedBroker()
    new_broker.declare(EXCHANGE, QUEUES)
    yield new_broker
    new_broker.close()


def file(engine: Engine, *rows: tuple[int, str, int], not_before: int = 0) -> None:
    """File deliveries given as (id, queue, items)."""
    topics = {"customs": "import.order", "tax": "tax.requested"}
    with writing(engine) as connection:
        deliveries.file_deliveries(
            connection,
            [
                (number, "main", queue, topics[queue], 0, "[]", items, "ready", not_before, 0)
                for number, queue, items in rows
            ],
        )


def sent(engine: Engine, broker: EmbeddedBroker, *, batch: int = 100, in_flight: int = 1_000) -> int:
    return dispatch.dispatch(engine, broker, tuple(QUEUES), batch, in_flight)


def arrived(broker: EmbeddedBroker, queue: str) -> list[list[int]]:
    return [msgspec.json.decode(message.body) for message in broker.take(queue, 100)]


def states(engine: Engine) -> dict[int, str]:
    with reading(engine) as connection:
        return {number: state for number, state in connection.execute(select(delivery.c.id, delivery.c.state))}


def test_ids_go_to_their_queue_in_parts_of_about_a_batch(engine: Engine, broker: EmbeddedBroker) -> None:
    file(engine, (1, "customs", 60), (2, "tax", 1), (3, "customs", 60), (4, "customs", 10), (5, "customs", 300))
    assert sent(engine, broker) == 5
    assert arrived(broker, "customs") == [[1], [3, 4], [5]]
    assert arrived(broker, "tax") == [[2]]
    assert set(states(engine).values()) == {"sent"}


def test_what_was_sent_is_not_sent_again(engine: Engine, broker: EmbeddedBroker) -> None:
    file(engine, (1, "customs", 1))
    assert [sent(engine, broker), sent(engine, broker)] == [1, 0]


def test_what_a_consumer_deals_with_at_this_moment_is_not_sent_again(engine: Engine, broker: EmbeddedBroker) -> None:
    """He was notified before it was stamped; a second message would keep another one waiting for nothing."""
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer: what is dealt with there keeps the stamp waiting, too")
    file(engine, (1, "customs", 1), (2, "customs", 1))
    with writing(engine) as connection:
        deliveries.claim(connection, "customs", [1])
        assert sent(engine, broker) == 1
    assert arrived(broker, "customs") == [[2]]
    assert states(engine) == {1: "done", 2: "sent"}


def test_documents_of_the_same_trades_are_sent_together(engine: Engine, broker: EmbeddedBroker) -> None:
    """Of 1,200 trades the four kinds came in the same order: each message of ids holds all four of the same ones."""
    kinds, numbering = ("order", "payment", "waybill", "inventory"), Numbering(engine)
    numbering.ensure(ROWS, "row", 100)
    with writing(engine) as connection:
        write_sends(
            connection,
            numbering,
            "main",
            {f"import.{kind}": [[number, f"O{number}"] for number in range(1_200)] for kind in kinds},
            0,
        )
    sent(engine, broker, batch=2_048, in_flight=10_000)
    with reading(engine) as connection:
        topics = dict(connection.execute(select(delivery.c.id, delivery.c.topic)).all())
    assert [[topics[number] for number in part] for part in arrived(broker, "customs")] == [
        [f"import.{kind}" for kind in kinds]
    ] * 3


def test_a_backlog_stays_in_the_database_queue_by_queue(engine: Engine, broker: EmbeddedBroker) -> None:
    file(engine, *[(number, "customs", 40) for number in range(1, 6)], (6, "tax", 5))
    assert sent(engine, broker, in_flight=100) == 4
    assert states(engine) == {1: "sent", 2: "sent", 3: "sent", 4: "ready", 5: "ready", 6: "sent"}
    with writing(engine) as connection:
        deliveries.claim(connection, "customs", [1])
    assert sent(engine, broker, in_flight=100) == 1
    assert states(engine)[4] == "sent"


def test_one_delivery_goes_out_however_many_items_it_has(engine: Engine, broker: EmbeddedBroker) -> None:
    file(engine, (1, "customs", 500), (2, "customs", 500))
    assert sent(engine, broker, in_flight=100) == 1


class Refusing(EmbeddedBroker):
    """A broker that does not take one topic, and is in this state."""

    def __init__(self, topic: str, state: str) -> None:
        super().__init__()
        self._topic, self._state = topic, state
        self.declare(EXCHANGE, QUEUES)

    def publish(self, topic: str, bodies: Sequence[bytes]) -> None:
        if topic == self._topic:
            raise BrokerUnavailable(f"not {topic}", self._state)
        super().publish(topic, bodies)


def refused(engine: Engine, state: str) -> tuple[dict[int, str], int]:
    """What becomes of four deliveries where customs is not served: their states, and how many messages tax has."""
    file(engine, (1, "customs", 60), (2, "tax", 60), (3, "tax", 60), (4, "customs", 60))
    broker = Refusing("import.order", state)
    with pytest.raises(BrokerUnavailable, match=r"not import\.order"):
        sent(engine, broker)
    return states(engine), len(arrived(broker, "tax"))


def test_a_queue_that_the_broker_does_not_take_keeps_no_other_waiting(engine: Engine) -> None:
    assert refused(engine, CONNECTED) == ({1: "ready", 2: "sent", 3: "sent", 4: "ready"}, 2)


def test_a_broker_that_is_away_is_not_called_for_every_queue(engine: Engine) -> None:
    assert refused(engine, DISCONNECTED) == ({1: "ready", 2: "ready", 3: "ready", 4: "ready"}, 0)


def test_what_must_wait_is_left_alone(engine: Engine, broker: EmbeddedBroker) -> None:
    file(engine, (1, "customs", 1), not_before=system_now() + HOUR)
    assert sent(engine, broker) == 0


def test_a_delivery_that_its_consumer_has_put_off_meanwhile_is_not_stamped(engine: Engine) -> None:
    file(engine, (1, "customs", 1), not_before=system_now() + HOUR)
    with writing(engine) as connection:
        deliveries.stamp_sent(connection, [1], system_now())
    assert states(engine) == {1: "ready"}


@pytest.mark.parametrize(("seconds_ago", "again"), [(31, 1), (29, 0)])
def test_what_nobody_has_dealt_with_is_sent_again_in_time(
    engine: Engine, broker: EmbeddedBroker, seconds_ago: int, again: int
) -> None:
    file(engine, (1, "customs", 1))
    sent(engine, broker)
    with writing(engine) as connection:
        connection.execute(update(delivery).values(sent_at=system_now() - seconds_ago * 1_000))
    assert dispatch.resend(engine, tuple(QUEUES), 30) == again
    assert sent(engine, broker) == again


def test_what_was_dealt_with_is_never_sent_again(engine: Engine, broker: EmbeddedBroker) -> None:
    file(engine, (1, "customs", 1))
    sent(engine, broker)
    with writing(engine) as connection:
        deliveries.claim(connection, "customs", [1])
        connection.execute(update(delivery).values(sent_at=1))
    assert dispatch.resend(engine, tuple(QUEUES), 30) == 0
    assert states(engine) == {1: "done"}
