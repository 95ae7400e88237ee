"""Alive, ready, counted: what those who watch over the process get, over real HTTP where it matters."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from serving_http import Client, sample
from sqlalchemy import Connection, event, text, update

from gateways.circumstances import Options
from single_window.api.readiness import Check, Checkup
from single_window.clock import system_now
from single_window.intake.admission_queue import AdmissionQueue, NotAccepting
from single_window.messaging.wakeups import BLOCKED, CONNECTED, DISCONNECTED, LocalWakeups
from single_window.observe import liveness
from single_window.settings import Settings
from single_window.store import leases
from single_window.store.tables import delivery
from single_window.wiring import Window, open_window
from single_window.work.runtime import Runtime
from tests.databases import carry_out, kept_open, made_data, write_by
from tests.patience import PATIENCE
from tests.tables import each

NAMES = ["database", "revision", "writing", "broker", "admission", "progress", "worker"]


def test_a_process_that_answers_lives(client: Client) -> None:
    response = client.call("GET", "/healthz")
    assert (response.status, response.json["status"]) == (200, "alive") and response.headers[
        "Cache-Control"
    ] == "no-store"


def test_a_window_at_work_is_ready_and_every_check_is_named_in_both_languages(client: Client) -> None:
    response = client.call("GET", "/readyz")
    assert (response.status, response.json["status"]) == (200, "ready")
    assert [check["name"] for check in response.json["checks"]] == NAMES
    assert all(check["passed"] and check["zh"] != check["en"] for check in response.json["checks"])


@each("path", ["/healthz", "/readyz", "/metrics"])
def test_a_name_that_somebody_else_resolves_is_refused_here_too(client: Client, path: str) -> None:
    assert client.call("GET", path, Host="attacker.example").status == 400
    assert client.call("POST", path).status == 405


def test_a_check_may_be_left_out_by_name_only(client: Client) -> None:
    response = client.call("GET", "/readyz?exclude=broker&exclude=worker")
    assert [check["name"] for check in response.json["checks"]] == [*NAMES[:3], "admission", "progress"]
    wrong = client.call("GET", "/readyz?exclude=brokre")
    assert wrong.status == 400 and "broker" in wrong.json["findings"][0]["en"]


class StubWakeups(LocalWakeups):
    """Wake-ups of which one can say how they are."""

    state = CONNECTED
    reason = ""
    state_when_sent_to = ""
    """The state that it owns up to as soon as it is sent something."""

    def wake(self, topic: str) -> None:
        super().wake(topic)
        self.state = self.state_when_sent_to or self.state  # type: ignore[misc]


class House:
    """A window with everything around it, each part of which can be broken."""

    def __init__(self, data: Path) -> None:
        self.wakeups = StubWakeups()
        made_data(data)
        self.window = Window(Settings(data=data, readers=0, synchronous="NORMAL"), wakeups=self.wakeups)
        self.window.make_sandbox("main", Options())
        self.admission = AdmissionQueue(self.window).start()
        self.runtime = Runtime(self.window).start()
        self.checkup = Checkup(self.window, self.admission, self.runtime, timeout=10)

    def look(self) -> dict[str, Check]:
        return {check.name: check for check in self.checkup.look()}

    def failing(self) -> list[str]:
        return [name for name, check in self.look().items() if not check.passed]

    def close(self) -> None:
        self.admission.stop()
        self.runtime.stop()
        self.window.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    yield from kept_open(House(tmp_path))


def test_everything_that_is_whole_passes(house: House) -> None:
    assert list(house.look()) == NAMES and house.failing() == []


@pytest.mark.parametrize("state", [BLOCKED, DISCONNECTED])
def test_a_broker_that_is_away_is_reported_with_its_reason(house: House, state: str) -> None:
    house.wakeups.state, house.wakeups.reason = state, "RabbitMQ at mq:5672 does not answer"  # type: ignore[misc]
    assert house.failing() == ["broker"]
    assert state in house.look()["broker"].words.zh and "mq:5672" in house.look()["broker"].words.en


def test_a_broker_that_is_short_of_room_and_says_so_only_to_who_sends_is_reported(house: House) -> None:
    assert house.failing() == []
    house.wakeups.state_when_sent_to = BLOCKED
    assert house.failing() == ["broker"]


def test_a_database_of_another_program_is_reported_with_what_helps(house: House) -> None:
    carry_out(house.window.engine, text("UPDATE alembic_version SET version_num = '0001'"))
    assert house.failing() == ["revision"]
    assert "--data FOLDER" in house.look()["revision"].words.en


def test_a_database_that_is_gone_fails_whatever_needs_it(house: House, tmp_path: Path) -> None:
    house.runtime.stop()
    house.window.engine.dispose()
    (tmp_path / "window.sqlite3").write_bytes(b"no database any more" * 1_000)
    assert house.failing() == ["database", "revision", "progress", "worker"]


def test_a_worker_or_an_admission_that_ended_is_reported(house: House) -> None:
    house.runtime.stop()
    assert house.failing() == ["worker"]
    house.admission.stop()
    assert house.failing() == ["admission", "worker"]


def test_a_commit_that_failed_speaks_against_writing_until_one_succeeds(house: House) -> None:
    most = 1

    @event.listens_for(house.window.engine, "begin")
    def limit(connection: Connection) -> None:
        connection.connection.dbapi_connection.execute(f"PRAGMA max_page_count = {most}")  # type: ignore[union-attr]

    read = house.window.read("main", sample("311"))
    with pytest.raises(NotAccepting, match="full"):
        while True:  # a few messages still find room in pages that are there
            read = read._replace(transmission_id=f"{read.transmission_id}+", body=read.body * 2)
            house.admission.admit("main", "test", read)
    assert house.failing() == ["writing"] and "full" in house.look()["writing"].words.en
    most = 1_000_000
    house.admission.admit("main", "test", read)
    assert house.failing() == []


def test_a_check_that_does_not_end_has_failed_and_so_has_what_comes_after_it(house: House) -> None:
    ended = Event()
    event.listen(house.window.engine, "begin", lambda _: ended.wait(PATIENCE))
    impatient = Checkup(house.window, house.admission, None, timeout=0.05)
    try:
        checks = impatient.look()
        assert [check.name for check in checks] == NAMES[:-1] and not any(check.passed for check in checks)
        assert "in time" in checks[0].words.en and "未能" in checks[-1].words.zh
        assert impatient.look(excluded=NAMES[:4]) == checks[4:]
    finally:
        ended.set()


def test_a_window_without_a_worker_of_its_own_has_none_to_check(house: House) -> None:
    assert Checkup(house.window, house.admission, None).names == tuple(NAMES[:-1])


def test_a_batch_that_makes_no_progress_is_reported_with_who_is_at_it(house: House) -> None:
    now = system_now()
    half = 500 * house.window.settings.work_deadline

    def begun(worker: str, queue: str, since: int) -> None:
        liveness.begins(worker)  # else the window's own worker takes over from it as from a dead one
        write_by(
            house.window.engine, leases.acquire, leases.Lease(worker, queue, since, since + 3 * half, (4711, 4712))
        )

    stuck, quick = liveness.worker_name(), liveness.worker_name()
    begun(stuck, "reception", now)
    assert house.failing() == []
    begun(stuck, "reception", now - half)
    assert house.failing() == ["progress"]
    reason = next(check.words.en for check in house.checkup.look() if check.name == "progress")
    assert f"process {os.getpid()} on " in reason and "2 deliveries of reception since" in reason and "4711" in reason
    begun(quick, "reception", now)
    assert house.failing() == [], "somebody else gets on with that queue"
    for worker in (stuck, quick):
        liveness.ends(worker)


def test_deliveries_that_nobody_works_on_are_reported_after_a_while(tmp_path: Path) -> None:
    window = open_window(Settings(data=tmp_path, readers=0), queues=())
    admission = AdmissionQueue(window).start()
    checkup = Checkup(window, admission, None)

    def failing() -> list[str]:
        return [check.words.en for check in checkup.look() if not check.passed]

    list(window.receive("main", [sample("311")]))
    assert failing() == []
    carry_out(window.engine, update(delivery).values(filed_at=delivery.c.filed_at - 60_000))
    (reason,) = failing()
    assert "no process works on reception: 1 deliveries wait" in reason and "single-window work" in reason
    worker, now = liveness.worker_name(), system_now()
    liveness.begins(worker)
    write_by(window.engine, leases.acquire, leases.Lease(worker, "reception", now, now + 60_000, (1,)))
    assert failing() == []
    liveness.ends(worker)
    admission.stop()
    window.close()
