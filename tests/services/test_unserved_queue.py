"""A queue that RabbitMQ cannot serve any more, with ids in it: the window makes it anew, and everything gets done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from structlog.testing import capture_logs

from single_window.messaging.broker import BrokerUnavailable
from single_window.messaging.client import RabbitClient
from single_window.messaging.rabbitmq import NAMESPACE, RabbitBroker
from single_window.messaging.topology import QUEUES
from single_window.settings import Settings
from single_window.store.engine import reading
from single_window.store.tables import delivery
from single_window.wiring import open_window
from single_window.work.runtime import Runtime
from tests.brokers import empty_vhost
from tests.chaos.engines import folder
from tests.chaos.programs import until
from tests.chaos.rabbitmq import RabbitMQ
from tests.chaos.wanting import or_skip
from tests.databases import made_database
from tests.proxy import Proxy
from tests.stories.story import KINDS, StoryRunner, outcome

pytestmark = [pytest.mark.service, pytest.mark.long]
TAX = f"{NAMESPACE}.tax"
PATIENCE = 120.0
RELEASED = [("2", "2.inventory"), ("120", "1800"), ("800", "2600")]


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    with made_database(request.param, tmp_path) as database, empty_vhost() as vhost:
        yield Settings(
            data=tmp_path / "data", database=database, broker=vhost.url, readers=0, resend=3, run_to_completion=0
        )


def states(engine: Engine) -> set[str]:
    """The states in which deliveries are."""
    with reading(engine) as connection:
        return {*connection.execute(select(delivery.c.state)).scalars()}


def test_every_delivery_is_done_though_its_queue_was_deleted_with_ids_in_it(settings: Settings) -> None:
    with ExitStack() as stack:
        proxy, beside = Proxy(settings.broker), RabbitClient(settings.broker)
        stack.callback(proxy.close)
        stack.callback(beside.close)
        dispatching = open_window(settings, queues=(), dispatches=tuple(QUEUES))
        stack.callback(dispatching.close)
        proxy.fail_to_serve(TAX)
        working = open_window(replace(settings, broker=proxy.url), dispatches=())
        stack.callback(working.close)
        log_events = stack.enter_context(capture_logs())
        story = StoryRunner(dispatching)
        trade = story.trade()
        story.file(*[story.message(trade, kind) for kind in KINDS])
        for window in (dispatching, working):
            stack.callback(Runtime(window).start().stop)
        until(lambda: bool(beside.depth(TAX)), PATIENCE, "ids for tax, while the other queues are served")
        assert proxy.deleted == 0
        until(lambda: outcome(story.receipts(trade)) == RELEASED, PATIENCE, "a release")
        until(lambda: states(dispatching.engine) == {"done"}, PATIENCE, "all done")
    assert proxy.deleted == 1
    assert [row["queue"] for row in log_events if row["event"] == "broker.queue_deleted"] == [TAX]


TABLE = {"customs": ("import.order",), "tax": ("tax.requested",), "refund": ("agency.refund_claim",)}


def declared(node: RabbitMQ) -> RabbitBroker:
    broker = RabbitBroker(node.address)
    broker.declare(NAMESPACE, TABLE)
    return broker


def comes_through(broker: RabbitBroker, topic: str, queue: str) -> bool:
    """Whether a message that is sent now, or was before, arrives."""
    try:
        broker.publish(topic, [b"[1]"])
    except BrokerUnavailable:
        return False
    broker.wait(0.2)
    taken = broker.take(queue, 100)
    broker.acknowledge(taken)
    return bool(taken)


def test_a_queue_that_a_killed_node_has_lost_is_served_again_and_the_others_meanwhile() -> None:
    with or_skip(), folder("single-window-unserved-") as place, RabbitMQ(place) as node, ExitStack() as stack:
        before = declared(node)
        for topics in TABLE.values():
            before.publish(topics[0], [b"[1]"])
        before.close()
        until(lambda: all(node.remembers(f"{NAMESPACE}.{queue}") for queue in TABLE), PATIENCE, "queues on disk")
        node.kill()
        node.damage(TAX)
        node.start()
        broker = declared(node)
        stack.callback(broker.close)
        log_events = stack.enter_context(capture_logs())
        broker.take("tax", 1)
        for queue in ("customs", "refund"):
            until(partial(comes_through, broker, TABLE[queue][0], queue), PATIENCE, queue, pause=0.1)
        assert not comes_through(broker, "tax.requested", "tax")
        assert "broker.queue_deleted" not in {row["event"] for row in log_events}
        until(lambda: comes_through(broker, "tax.requested", "tax"), PATIENCE, "tax is served", pause=0.5)
        assert [row["queue"] for row in log_events if row["event"] == "broker.queue_deleted"] in ([TAX], [TAX, TAX])
