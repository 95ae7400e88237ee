"""Group commit: whoever waits together is committed together, and nothing is acknowledged before the commit."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from serving_http import Client, again, sample
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

from single_window.api.server.listener import bind
from single_window.clock import system_now, timed_by
from single_window.intake.admission import AdmissionAnswer
from single_window.intake.admission_queue import (
    SOON,
    AdmissionQueue,
    NotAccepting,
)
from single_window.intake.reading import Reading
from single_window.message_limits import QUEUE_AGE_SECONDS, STALE_MESSAGE_SECONDS
from single_window.process.serving import Server
from single_window.settings import Settings
from single_window.store.sandboxes import UnknownSandbox
from single_window.store.tables import message
from single_window.wiring import Window, open_window
from tests.databases import fetch, window_in
from tests.patience import PATIENCE


class Gate:
    """Holds whoever passes the named point of a window until it is opened."""

    def __init__(self, name: str) -> None:
        self.name, self.reached, self.opened = name, Event(), Event()
        self.passed = 0

    def __call__(self, point: str) -> None:
        if point == self.name:
            self.passed += 1
            self.reached.set()
            self.opened.wait(PATIENCE)


@pytest.fixture
def gate() -> Gate:
    return Gate("after-archive")


@pytest.fixture
def window(tmp_path: Path, gate: Gate) -> Iterator[Window]:
    opened = open_window(Settings(data=tmp_path, readers=0, synchronous="NORMAL"), fault=gate)
    yield opened
    gate.opened.set()
    opened.close()


@pytest.fixture
def queue(window: Window) -> Iterator[AdmissionQueue]:
    admitting = AdmissionQueue(window).start()
    yield admitting
    admitting.stop()


def kept(window: Window) -> int:
    return int(fetch(window.engine, select(func.count()).select_from(message)).scalar() or 0)


BEGUN = time.monotonic()


class Standing:
    """A timepiece that stands still, some seconds after an instant that lies an hour ahead of the machine's time: what
    it times does not wait too long, however slow the machine is."""

    def __init__(self, seconds: float = 0.0) -> None:
        self._seconds = seconds

    def now(self) -> int:
        return system_now()

    def monotonic(self) -> float:
        return BEGUN + 3_600 + self._seconds


def offer(queue: AdmissionQueue, reading: Reading, after: float = 0.0) -> Future[AdmissionAnswer]:
    with timed_by(Standing(after)):
        return queue.offer("main", "test", reading)


def test_all_who_wait_are_committed_together(window: Window, queue: AdmissionQueue, gate: Gate) -> None:
    readings = [window.read("main", again(sample("311", orderNo=f"GROUP-{number}"))) for number in range(21)]
    first = offer(queue, readings[0])
    assert gate.reached.wait(PATIENCE)
    others = [offer(queue, read_message) for read_message in readings[1:]]
    assert queue.waiting == 20 and not first.done() and kept(window) == 1
    gate.opened.set()
    answers = [future.result(PATIENCE) for future in [first, *others]]
    assert {answer.status for answer in answers} == {202} and len({answer.id for answer in answers}) == 21
    assert gate.passed == 2  # one commit for the first, one for the twenty


def test_one_that_cannot_be_written_does_not_spoil_the_others(
    window: Window, queue: AdmissionQueue, gate: Gate
) -> None:
    good = [window.read("main", again(sample("311", orderNo=f"GOOD-{number}"))) for number in range(3)]
    bad = good[0]._replace(transmission_id="BAD", code=None)  # a reading that the table refuses
    first = offer(queue, good[0])
    assert gate.reached.wait(PATIENCE)
    others = [offer(queue, read_message) for read_message in (good[1], bad, good[2])]
    assert queue.waiting == 3
    gate.opened.set()
    assert [future.result(PATIENCE).status for future in (first, others[0], others[2])] == [202, 202, 202]
    with pytest.raises(IntegrityError):
        others[1].result(PATIENCE)


def test_the_same_message_twice_in_one_group_is_kept_once(window: Window, queue: AdmissionQueue, gate: Gate) -> None:
    first, other = window.read("main", again(sample("311"))), window.read("main", again(sample("411")))
    offer(queue, other)
    assert gate.reached.wait(PATIENCE)
    twice = [offer(queue, first) for _ in range(2)]
    assert queue.waiting == 2
    gate.opened.set()
    answers = [future.result(PATIENCE) for future in twice]
    assert answers[0].id == answers[1].id and sorted(answer.repeated for answer in answers) == [False, True]


def test_an_unknown_sandbox_concerns_its_message_only(window: Window, queue: AdmissionQueue, gate: Gate) -> None:
    gate.opened.set()
    with pytest.raises(UnknownSandbox):
        queue.admit("nowhere", "test", window.read("main", sample("311")))
    assert queue.admit("main", "test", window.read("main", sample("311"))).status == 202


class Ended(BaseException):
    """What ends a thread in the middle of its work."""


class EndsOnce:
    """A window at which the first thread that admits comes to its end."""

    def __init__(self, window: Window) -> None:
        self._window, self._left = window, 1
        self.numbering = window.numbering

    def commit_messages(self, sandbox: str, channel: str, readings: Sequence[Reading]) -> list[AdmissionAnswer]:
        if self._left:
            self._left -= 1
            raise Ended
        return self._window.commit_messages(sandbox, channel, readings)


def test_a_thread_that_admits_for_others_and_ends_closes_nothing(window: Window, gate: Gate) -> None:
    gate.opened.set()
    queue = AdmissionQueue(EndsOnce(window)).start()
    new_reading = window.read("main", sample("311"))
    with pytest.raises(Ended):
        queue.admit("main", "test", new_reading)
    assert offer(queue, new_reading, QUEUE_AGE_SECONDS + 1).result(PATIENCE).status == 202
    queue.stop()


def test_a_queue_that_stops_admits_what_waits_and_nothing_more(window: Window, gate: Gate) -> None:
    queue = AdmissionQueue(window).start()
    readings = [window.read("main", again(sample("311", orderNo=f"END-{number}"))) for number in range(3)]
    waiting = [offer(queue, readings[0])]
    assert gate.reached.wait(PATIENCE)
    waiting += [offer(queue, read_message) for read_message in readings[1:]]
    assert queue.waiting == 2
    with ThreadPoolExecutor() as pool:
        stopping = pool.submit(queue.stop)
        gate.opened.set()
        stopping.result(PATIENCE)
    assert [future.result(PATIENCE).status for future in waiting] == [202] * 3
    with pytest.raises(NotAccepting):
        queue.admit("main", "test", readings[0])


def test_while_the_oldest_has_waited_too_long_nothing_more_is_taken(
    window: Window, queue: AdmissionQueue, gate: Gate
) -> None:
    readings = [window.read("main", again(sample("311", orderNo=f"AGE-{number}"))) for number in range(4)]
    first = offer(queue, readings[0])
    assert gate.reached.wait(PATIENCE)
    second = offer(queue, readings[1])
    with pytest.raises(NotAccepting) as refused:
        offer(queue, readings[2], QUEUE_AGE_SECONDS + 1)
    assert refused.value.retry_after == SOON
    gate.opened.set()
    assert (first.result(PATIENCE).status, second.result(PATIENCE).status) == (202, 202)
    assert offer(queue, readings[3]).result(PATIENCE).status == 202, "the queue is young again"


def test_what_has_waited_too_long_for_a_commit_is_answered_and_not_kept(
    window: Window, queue: AdmissionQueue, gate: Gate
) -> None:
    readings = [window.read("main", again(sample("311", orderNo=f"STALE-{number}"))) for number in range(3)]
    first = offer(queue, readings[0])
    assert gate.reached.wait(PATIENCE)
    stale = offer(queue, readings[1], -3_600 - STALE_MESSAGE_SECONDS - 1)
    gate.opened.set()
    assert first.result(PATIENCE).status == 202
    with pytest.raises(NotAccepting):
        stale.result(PATIENCE)
    assert offer(queue, readings[2]).result(PATIENCE).status == 202
    assert kept(window) == 2


def test_a_full_disk_is_answered_with_503_and_nothing_is_lost(tmp_path: Path) -> None:
    window = window_in(tmp_path)
    body = again(sample("311", note="x" * 900).replace(b"</ceb:CEB311Message>", _noise(400_000)))
    limited = [True]

    @event.listens_for(window.engine, "begin")
    def _limit(connection: object) -> None:
        pages = "1" if limited[0] else "4294967294"
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")  # type: ignore[attr-defined]

    with Server(window, bind("127.0.0.1", 0), folders=False) as server:
        client = Client(server.url)
        answer = client.post(body)
        assert (answer.status, answer.codes) == (503, ["not-accepting"]) and int(answer.headers["Retry-After"]) > 0
        assert kept(window) == 0
        limited[0] = False
        accepted = client.post(body)
        assert accepted.status == 202 and not accepted.json["repeated"]
        assert server.runtime.wait_until_settled(PATIENCE)
        assert client.get(f"/messages/{accepted.json['id']}").json["state"] == "read"
    window.close()


def _noise(size: int) -> bytes:
    """The end of a message, with a comment that does not compress."""
    text = random.Random(1).randbytes(size // 2).hex().encode()
    return b"<!--" + text + b"--></ceb:CEB311Message>"
