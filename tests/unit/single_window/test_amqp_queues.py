"""What participants' queues are called, and what a broker that is away keeps from nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from single_window.channels.participant_queues import Queues, queues_of
from single_window.channels.worker import ChannelsWorker
from single_window.clock import monotonic
from single_window.intake.admission_queue import AdmissionQueue
from single_window.messaging.wakeups import LocalWakeups
from single_window.settings import Settings
from single_window.store import channels
from single_window.store.channels import Channel
from single_window.store.engine import writing
from single_window.store.names import AMQP, WEBHOOK
from single_window.wiring import Window, open_window
from tests.databases import kept_open, write_by
from tests.mailboxes import BOX, numbers, put
from tests.patience import PATIENCE
from tests.receivers import free_port, receiving
from tests.tables import each


def test_a_participants_queues_bear_his_name_and_that_of_a_sandbox_other_than_main() -> None:
    assert queues_of("main", BOX) == Queues(BOX, f"{BOX}_HZ")
    assert queues_of("june", BOX) == Queues(f"june.{BOX}", f"june.{BOX}_HZ")


@each("reply_to", [f"{BOX}_HZ", f"{BOX}_answers", "amq.gen-JzTY20BRgKO", "amq.rabbitmq.reply-to.g1h2AA5yZXBseUAyNzE"])
def test_answers_go_to_queues_that_are_the_askers_own(reply_to: str) -> None:
    assert queues_of("main", BOX).reply_queue(reply_to) == reply_to


@each(
    "reply_to",
    [
        "",
        BOX,
        "DXPENT0000000002",
        "DXPENT0000000002_HZ",
        "single-window.customs",
        "amq.topic",
        f"{BOX}.DXPENT0000000002",
        f"{BOX}_x.DXPENT0000000002",
        f"x{BOX}_y",
    ],
)
def test_answers_go_to_nobody_elses(reply_to: str) -> None:
    assert queues_of("main", BOX).reply_queue(reply_to) == ""


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    settings = Settings(
        data=tmp_path,
        broker=f"amqp://guest:guest@127.0.0.1:{free_port()}/",
        webhook_private=1,
        readers=0,
        synchronous="NORMAL",
    )
    yield from kept_open(open_window(settings, wakeups=LocalWakeups()))


def test_while_the_broker_is_away_webhooks_go_on_and_the_rest_waits(window: Window) -> None:
    with receiving() as receiver:
        with writing(window.engine) as connection:
            channels.put(connection, Channel("main", BOX, WEBHOOK, receiver.url, "secret"))
            channels.put(connection, Channel("main", BOX, AMQP))
        put(window, BOX, ["312"])
        worker = ChannelsWorker(window, AdmissionQueue(window))
        until = monotonic() + PATIENCE
        while not receiver.posted and monotonic() < until:
            worker.step()
        worker.close()
        assert [numbers(row.body) for row in receiver.posted] == [[1]]
    waits, done = write_by(window.engine, channels.of_sandbox, "main")
    assert (waits.kind, waits.position, waits.failures) == (AMQP, 0, 0)
    assert (done.kind, done.position) == (WEBHOOK, 1)
