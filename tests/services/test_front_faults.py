"""What HTTP answers while PostgreSQL or RabbitMQ fail: nothing is promised in vain, and nothing promised is lost."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from single_window.api.server.listener import bind, url_of
from single_window.clock import system_now
from single_window.intake.admission import write_messages
from single_window.intake.admission_queue import AdmissionQueue
from single_window.messaging.wakeups import LocalWakeups
from single_window.process.front import Front
from single_window.settings import Settings
from single_window.store import deliveries
from single_window.store.engine import open_engine, reading, writing
from single_window.store.numbering import ROWS
from single_window.store.tables import message
from single_window.wiring import Window
from tests.brokers import empty_vhost
from tests.chaos.programs import until
from tests.databases import fetch, kept_open, made_database, window_in
from tests.patience import PATIENCE
from tests.proxy import Proxy
from tests.unit.single_window.serving_http import Client, again, sample
from tests.wire import Wire

pytestmark = pytest.mark.service
ARCHIVED = b"transmission_id"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    with made_database("postgresql", tmp_path) as address:
        yield address


@pytest.fixture
def wire(database: str) -> Iterator[Wire]:
    yield from kept_open(Wire(database))


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with empty_vhost() as vhost:
        yield from kept_open(Proxy(vhost.url))


@pytest.fixture
def client(wire: Wire, proxy: Proxy, tmp_path: Path) -> Iterator[Client]:
    """Of a front that reaches both engines through ports of ours."""
    bound = bind("127.0.0.1", 0)
    front = Front(Settings(data=tmp_path, database=wire.address, broker=proxy.url), bound).start()
    client = Client(url_of(bound))
    until(lambda: client.call("GET", "/readyz").status == 200, PATIENCE, "the front is ready")
    yield client
    front.stop()


def own(number: str) -> bytes:
    return again(sample("311", orderNo=number))


def kept(database: str) -> tuple[int, int]:
    """How many messages there are, and how many deliveries that wait."""
    engine = open_engine(database)
    with reading(engine) as connection:
        count = int(connection.execute(select(func.count()).select_from(message)).scalar_one())
        ready = deliveries.depth(connection).get("ready", 0)
    engine.dispose()
    return count, ready


@pytest.mark.parametrize("passed_on", [False, True], ids=["not committed", "committed"])
def test_who_cannot_know_whether_a_commit_went_through_is_asked_to_send_again(
    client: Client, wire: Wire, database: str, passed_on: bool
) -> None:
    body = own("UNKNOWN-1")
    wire.sever_commit(ARCHIVED, passed_on)
    answer = client.post(body)
    assert (answer.status, answer.codes) == (503, ["not-accepting"]) and int(answer.headers["Retry-After"]) > 0
    assert wire.severed.wait(PATIENCE) and kept(database) == ((1, 1) if passed_on else (0, 0))
    accepted = client.post(body)
    assert (accepted.status, accepted.json["repeated"]) == (202, passed_on)
    assert client.get(f"/messages/{accepted.json['id']}/body").body == body
    assert kept(database) == (1, 1)


def test_while_the_database_is_away_nothing_is_accepted_and_then_everything_again(
    client: Client, wire: Wire, database: str
) -> None:
    assert client.post(own("BEFORE-1")).status == 202
    wire.close_gate()
    body = own("AWAY-1")
    refused = client.post(body)
    assert refused.status == 503 and refused.codes in (["not-accepting"], ["database-away"])
    answer = client.get("/receipts?mailbox=DXPENT0000000001&wait=5")
    assert (answer.status, answer.codes) == (503, ["database-away"])
    assert int(refused.headers["Retry-After"]) > 0 and int(answer.headers["Retry-After"]) > 0
    assert kept(database) == (1, 1)
    wire.open_gate()
    assert client.post(body).status == 202
    assert kept(database) == (2, 2)


def test_while_the_broker_takes_nothing_messages_are_taken_and_kept(
    client: Client, proxy: Proxy, database: str
) -> None:
    proxy.block("low on disk")
    until(
        lambda: client.call("GET", "/readyz").status == 503, PATIENCE, "the front is told that RabbitMQ takes nothing"
    )
    assert client.post(own("BLOCKED-1")).status == 202
    assert kept(database) == (1, 1)
    proxy.unblock()
    until(lambda: client.call("GET", "/readyz").status == 200, PATIENCE, "the front is ready again")


def test_while_the_broker_is_away_messages_are_taken_and_kept(client: Client, proxy: Proxy, database: str) -> None:
    proxy.close_gate()
    until(lambda: client.call("GET", "/readyz").status == 503, PATIENCE, "the front has noticed")
    assert client.post(own("ALONE-1")).status == 202
    assert kept(database) == (1, 1)
    proxy.open_gate()
    until(lambda: client.call("GET", "/readyz").status == 200, PATIENCE, "the front is ready again")
    assert client.post(own("ALONE-2")).status == 202


def test_two_processes_that_admit_the_same_at_once_give_one_id(database: str, tmp_path: Path) -> None:
    window = window_in(tmp_path, database=database)
    other = Window(window.settings, LocalWakeups(shared=True), queues=())
    queue = AdmissionQueue(window).start()
    came = window.read("main", own("RACE-1"))
    other.numbering.ensure(ROWS, "row", 2)
    with ThreadPoolExecutor() as pool:
        with writing(other.engine) as connection:
            first = write_messages(
                connection, other.numbering, "main", "test", [came], other.now("main"), system_now()
            )[0]
            second = pool.submit(queue.admit, "main", "test", came)
            until(lambda: _waits_for_a_lock(window), PATIENCE, "the second waits for the first")
        answer = second.result(PATIENCE)
    assert (answer.id, answer.status, answer.repeated) == (first.id, 202, True)
    assert kept(database) == (1, 1)
    queue.stop()
    other.close()
    window.close()


def _waits_for_a_lock(window: Window) -> bool:
    return bool(
        fetch(
            window.engine,
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            ),
        ).scalar()
    )
