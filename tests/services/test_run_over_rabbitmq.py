"""`single-window run` over RabbitMQ: all in one process, and other processes may help."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from single_window.api.server.listener import bind
from single_window.process.serving import Server
from single_window.settings import Settings
from single_window.wiring import open_window
from single_window.work.runtime import Runtime
from tests.brokers import empty_vhost
from tests.chaos.programs import until
from tests.databases import ON_BOTH, made_database
from tests.patience import PATIENCE
from tests.running import address, logged, program, running
from tests.unit.single_window.serving_http import TRADE, Client, again, sample

pytestmark = [pytest.mark.service, ON_BOTH]
AGENT = "DXPENT0000000005"


@pytest.fixture
def settings(dialect: str, tmp_path: Path) -> Iterator[Settings]:
    with made_database(dialect, tmp_path) as database, empty_vhost() as vhost:
        yield Settings(data=tmp_path / "data", database=database, broker=vhost.url, readers=0)


def send(client: Client) -> None:
    for code in TRADE:
        assert client.post(again(sample(code))).status == 202


def receipts(client: Client, count: int) -> list[str]:
    """The statuses of an agent's first receipts, waiting for them."""
    results: list[str] = []
    while len(results) < count:
        rows = client.get(f"/receipts?mailbox={AGENT}&after={len(results)}&wait=25&body=false").json["receipts"]
        assert rows, f"there are no more than {results}"
        results += [receipt["status"] for receipt in rows]
    return results


@pytest.mark.long
def test_one_process_does_it_all(settings: Settings, tmp_path: Path) -> None:
    with running("run --port 0", tmp_path, broker=settings.broker, database=settings.database) as process:
        client = Client(address(process))
        send(client)
        until(lambda: "800" in receipts(client, 5), PATIENCE, "released")
        again_started = program("run --port 0", tmp_path, "second", broker=settings.broker, database=settings.database)
        again_started.start()
        assert again_started.wait(PATIENCE) and again_started.exit_code == 1
        assert str(process.pid) in again_started.tail()
    assert process.exit_code == 0


def test_a_poll_is_notified_of_receipts_that_another_process_has_placed(settings: Settings) -> None:
    with ExitStack() as stack:
        idle = open_window(settings, queues=())
        stack.callback(idle.close)
        server = stack.enter_context(Server(idle, bind("127.0.0.1", 0), folders=False))
        helping = open_window(settings)
        stack.callback(helping.close)
        stack.callback(Runtime(helping).start().stop)
        client = Client(server.url)
        pool = stack.enter_context(ThreadPoolExecutor())
        waiting = pool.submit(receipts, client, 5)
        send(client)
        assert "800" in waiting.result(PATIENCE)


def test_it_answers_without_the_broker_looks_for_it_and_ends_when_asked(tmp_path: Path) -> None:
    with running("run --port 0", tmp_path, broker="amqp://guest:guest@127.0.0.1:1/") as waiting:
        logged(waiting, r"broker\.unreachable .*127\.0\.0\.1:1.*again_in", times=2)
    assert waiting.exit_code == 0 and "Traceback" not in waiting.tail(200)
