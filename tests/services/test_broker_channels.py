"""Participants over brokers of their own: files, queues in memory, Redis, RabbitMQ. Receipts out, messages in, each at
least once; what is hostile is refused or parked, and a broker that is away holds nobody else up."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from threading import Event, Thread
from typing import Any, NamedTuple

import pytest
from kombu import Connection, Producer
from sqlalchemy import select
from structlog.testing import capture_logs

from single_window.channels import connecting
from single_window.channels.broker_files import UNFINISHED_SECONDS, folders
from single_window.channels.broker_messages import Brokers
from single_window.channels.broker_peers import BrokerPeer
from single_window.clock import timed_by
from single_window.intake.admission_queue import AdmissionQueue
from single_window.settings import Settings
from single_window.store import channels
from single_window.store.channels import Channel
from single_window.store.engine import reading
from single_window.store.names import BROKER
from single_window.store.tables import message
from single_window.wiring import Window, open_window
from tests.brokers import empty_vhost
from tests.chaos.engines import free_port
from tests.chaos.programs import until
from tests.databases import fetch, kept_open, read_by
from tests.patience import PATIENCE
from tests.redis_server import PASSWORD, redis_server
from tests.unit.single_window.serving_http import again, sample

CAP, LIMIT = 200_000, 20
SENDER = b"DXPENT0000000001"
SECRET = "hunter2"
_numbers = count(1)


class Place(NamedTuple):
    """Where a broker is, and how a participant connects to it."""

    url: str
    connect: Callable[[Path], Connection]


def _files(data: Path) -> Connection:
    """As a participant sees the folders: what comes out for the window goes in."""
    ours = folders(data)
    theirs = {**ours, "data_folder_in": ours["data_folder_out"], "data_folder_out": ours["data_folder_in"]}
    return Connection("filesystem://", transport_options=theirs)


@pytest.fixture(
    scope="module",
    params=[
        "filesystem",
        "memory",
        pytest.param("redis", marks=pytest.mark.service),
        pytest.param("amqp", marks=pytest.mark.service),
    ],
)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    if request.param == "redis":
        with redis_server() as (url, _):
            yield Place(url, lambda data: Connection(url))
    elif request.param == "amqp":
        with empty_vhost() as vhost:
            yield Place(vhost.url, lambda data: Connection(vhost.url))
    elif request.param == "filesystem":
        yield Place("filesystem://", _files)
    else:
        yield Place("memory://", lambda data: Connection("memory://"))


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    settings = Settings(
        data=tmp_path_factory.mktemp("brokers"),
        readers=0,
        synchronous="NORMAL",
        body_cap=CAP,
        queue_limit=LIMIT,
        webhook_private=1,
        attempts=2,
    )
    yield from kept_open(open_window(settings))


@pytest.fixture(scope="module")
def admission(window: Window) -> Iterator[AdmissionQueue]:
    queue = AdmissionQueue(window).start()
    yield queue
    queue.stop()


class Partner:
    """A participant with a channel of his own, and a client of his broker."""

    def __init__(self, window: Window, url: str, connect: Callable[[Path], Connection]) -> None:
        self.window = window
        self.dxp_id = f"DXPB{os.getpid() % 10_000:04d}{next(_numbers):06d}"
        self.outbox = f"{self.dxp_id}_HZ"
        connecting.make_broker(window, "main", self.dxp_id, url)
        self.connection = connect(window.settings.data / "brokers" / self.dxp_id)
        self.broker: Any = self.connection.channel()

    def order(self) -> bytes:
        return again(sample("311").replace(SENDER, self.dxp_id.encode()))

    def put(self, body: bytes, queue: str = "", **properties: Any) -> None:
        """Send a message as a program with kombu does."""
        wanted = queue or self.dxp_id
        self.broker.queue_declare(wanted, durable=True, auto_delete=False)
        Producer(self.broker).publish(
            body, routing_key=wanted, content_type="application/xml", content_encoding="binary", **properties
        )

    def taken(self, queue: str = "") -> list[bytes]:
        """All that waits in a queue; it is acknowledged."""
        wanted, bodies = queue or self.outbox, list[bytes]()
        self.broker.queue_declare(wanted, durable=True, auto_delete=False)
        while (received := self.broker.basic_get(wanted)) is not None:
            bodies.append(bytes(received.body))
            self.broker.basic_ack(received.delivery_tag)
        return bodies

    def kept(self) -> list[str]:
        """The states of the messages that came from here."""
        of_mine = message.c.sender == self.dxp_id, message.c.channel == BROKER
        return list(fetch(self.window.engine, select(message.c.state).where(*of_mine)).scalars())

    def channel(self) -> Channel:
        found = read_by(self.window.engine, channels.find, "main", self.dxp_id, BROKER)
        assert found is not None
        return found


@pytest.fixture
def partner(window: Window, place: Place) -> Iterator[Partner]:
    made = Partner(window, place.url, place.connect)
    yield made
    connecting.switch_off(window, "main", made.dxp_id, BROKER)
    made.connection.release()


@pytest.fixture
def serving(window: Window, admission: AdmissionQueue) -> Iterator[Callable[[Callable[[], object], str], None]]:
    """Lets the window work until something is so."""
    stopping = Event()
    brokers = Brokers(window, admission, lambda: None, stopping)

    def until_so(wanted: Callable[[], object], what: str) -> None:
        until(lambda: (brokers.step(), window.step(), wanted())[-1], PATIENCE, what)

    yield until_so
    stopping.set()
    brokers.close()


Serving = Callable[[Callable[[], object], str], None]


def test_messages_come_in_and_receipts_go_out(partner: Partner, serving: Serving) -> None:
    for _ in range(3):
        partner.put(partner.order())
    receipts: list[bytes] = []
    serving(lambda: receipts.extend(partner.taken()) or len(receipts) >= 3, "three receipts")
    assert len(partner.kept()) == 3 and all(b"CEB312Message" in body for body in receipts)
    serving(lambda: partner.channel().position >= 3, "what was sent is noted")
    serving(lambda: partner.channel().state == "active", "the channel is known to be open")
    serving(lambda: partner.taken(partner.dxp_id) == [], "an empty inbox")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\xff garbage",
        b'{"properties": 1}',
        b"<a>" * 3_000,
        b"x" * (CAP + 1),
        b"<CEB311Message/>",
    ],
    ids=["empty", "garbage", "an envelope that is none", "not well-formed", "oversize", "nothing in it"],
)
def test_what_is_no_message_is_refused_with_an_answer_and_holds_nothing_up(
    partner: Partner, serving: Serving, body: bytes
) -> None:
    partner.put(body, message_id="mine")
    partner.put(partner.order())
    answers: list[bytes] = []

    def both_came() -> bool:
        """A broker of files gives two messages of one millisecond in either order."""
        answers.extend(partner.taken())
        return any(b"CEB312" in one for one in answers) and any(one.startswith(b"{") for one in answers)

    serving(both_came, "a receipt and a refusal")
    refusals = [json.loads(one) for one in answers if one.startswith(b"{")]
    assert [refusal["state"] for refusal in refusals] == ["refused"] and refusals[0]["findings"]
    assert sorted(partner.kept()).count("refused") == 1


@pytest.mark.parametrize(
    "lay",
    [
        lambda place, data: os.mkfifo(place),
        lambda place, data: place.mkdir(),
        lambda place, data: place.symlink_to(data / "window.sqlite3"),
        lambda place, data: place.symlink_to(data / "nothing"),
    ],
    ids=["a pipe", "a folder", "a link to a file of the window", "a link to nothing"],
)
def test_what_is_no_file_is_neither_read_nor_in_the_way(
    partner: Partner, place: Place, serving: Serving, window: Window, lay: Callable[[Path, Path], None]
) -> None:
    if place.url != "filesystem://":
        pytest.skip("only files can be something else")
    data = window.settings.data
    lay(data / "brokers" / partner.dxp_id / "in" / f"0.{partner.dxp_id}.msg", data)
    partner.put(partner.order())
    serving(lambda: len(partner.kept()) == 1, "the message behind it")
    assert "refused" not in partner.kept()


@pytest.fixture
def files(tmp_path: Path, window: Window) -> Iterator[tuple[BrokerPeer, Path]]:
    """The window's end of a folder, and where messages come in."""
    box = f"DXPFILE{next(_numbers):06d}"
    connecting.make_broker(window, "main", box, "filesystem://")
    channel = read_by(window.engine, channels.find, "main", box, BROKER)
    assert channel is not None
    with BrokerPeer(channel, window.settings) as peer:
        yield peer, window.settings.data / "brokers" / box / "in"
    connecting.switch_off(window, "main", box, BROKER)


class Hand:
    """A timepiece that is set by hand, in seconds since the epoch."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def now(self) -> int:
        return int(self._seconds * 1_000)

    def monotonic(self) -> float:
        return self._seconds


def test_a_file_is_taken_when_its_writer_has_finished(files: tuple[BrokerPeer, Path]) -> None:
    peer, folder = files
    unfinished = folder / "1_one.queue.msg"
    with unfinished.open("wb", buffering=0) as file:
        with timed_by(Hand(unfinished.stat().st_mtime + UNFINISHED_SECONDS / 2)):
            assert peer.take("queue", 1) == [], "it is empty: kombu locks a file after it has created it"
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(b"half a mess")
        assert peer.take("queue", 1) == [], "its writer holds it"
        file.write(b"age")
    assert [taken.body for taken in peer.take("queue", 1)] == [b"half a message"]


def test_an_empty_file_that_nobody_writes_is_a_message(files: tuple[BrokerPeer, Path]) -> None:
    peer, folder = files
    empty = folder / "1_one.queue.msg"
    empty.touch()
    with timed_by(Hand(empty.stat().st_mtime + 2 * UNFINISHED_SECONDS)):
        assert [taken.body for taken in peer.take("queue", 1)] == [b""]


def test_a_reader_sees_all_of_a_receipt_or_nothing(files: tuple[BrokerPeer, Path]) -> None:
    peer, folder = files
    outbox, seen, stopping = folder.parent / "out", list[bytes](), Event()

    def read() -> None:
        while not stopping.is_set():
            seen.extend(file.read_bytes() for file in outbox.iterdir() if file.suffix == ".msg")

    reader = Thread(target=read)
    reader.start()
    for _ in range(200):
        peer.send("queue", b"x" * 10_000)
    stopping.set()
    reader.join(PATIENCE)
    assert seen and {len(json.loads(one)["body"]) for one in seen} == {13_336}
    assert {file.suffix for file in outbox.iterdir()} == {".msg"}


def test_nobody_sends_under_another_name(partner: Partner, serving: Serving) -> None:
    partner.put(again(sample("311")))
    serving(lambda: partner.kept() == ["refused"], "a refusal")


def test_what_was_taken_by_a_process_that_is_gone_comes_again(
    partner: Partner, place: Place, serving: Serving, window: Window
) -> None:
    partner.put(partner.order())
    peer = BrokerPeer(partner.channel(), window.settings)
    until(lambda: peer.take(partner.dxp_id, 1), PATIENCE, "a message")
    peer.close()
    serving(lambda: len(partner.kept()) == 1, "the message that was not acknowledged")


def _take_and_die(channel: Channel, settings: Settings) -> None:
    peer = BrokerPeer(channel, settings)
    until(lambda: peer.take(channel.dxp_id, 1), PATIENCE, "a message")
    os._exit(9)


@pytest.mark.long
def test_what_a_killed_process_had_taken_comes_again(
    partner: Partner, place: Place, serving: Serving, window: Window
) -> None:
    if place.url == "memory://":
        pytest.skip("queues in memory go with their process")
    partner.put(partner.order())
    process = get_context("spawn").Process(target=_take_and_die, args=(partner.channel(), window.settings))
    process.start()
    process.join(PATIENCE)
    assert process.exitcode == 9
    if place.url.startswith("redis"):  # as if its time were over
        noted = f"single-window.{partner.dxp_id}.unacked_index_key"
        partner.broker.client.zadd(noted, {tag: 0 for tag in partner.broker.client.zrange(noted, 0, -1)})
    serving(lambda: len(partner.kept()) == 1, "the message of a process that was killed")


class Breaking(AdmissionQueue):
    """Admits nothing of one sender: a mistake in the program."""

    broken = ""

    def offer(self, sandbox: str, channel: str, reading: Any) -> Any:
        if self.broken == reading.sender:
            raise RuntimeError("a mistake")
        return super().offer(sandbox, channel, reading)


@pytest.mark.long
def test_what_cannot_be_handled_again_and_again_is_parked_with_the_reason(partner: Partner, window: Window) -> None:
    stopping, admission = Event(), Breaking(window).start()
    admission.broken = partner.dxp_id
    brokers = Brokers(window, admission, lambda: None, stopping)
    order = partner.order()
    partner.put(order, message_id="mine")
    parked: list[bytes] = []
    with capture_logs() as lines:
        until(
            lambda: (brokers.step(), parked.extend(partner.taken(f"{partner.dxp_id}_parked")), len(parked) == 2)[-1],
            PATIENCE,
            "a parked message and why",
        )
        stopping.set()
        brokers.close()
        admission.stop()
    parked.remove(order)
    note = json.loads(parked[0])
    assert note["attempts"] == window.settings.attempts and "a mistake" in note["reason"]
    assert "broker_channel.parked" in {line["event"] for line in lines}
    assert partner.taken(partner.dxp_id) == [] and partner.kept() == []


@pytest.mark.long
def test_an_outbox_that_nobody_reads_fills_to_its_limit_and_goes_on_when_read(
    partner: Partner, serving: Serving
) -> None:
    serving(lambda: (partner.put(partner.order()), partner.channel().failures)[-1], "an outbox that is full")
    assert "full" in partner.channel().last_error
    assert LIMIT <= len(partner.taken()) <= LIMIT + 100


@pytest.mark.long
def test_a_broker_that_is_away_holds_nobody_up_and_is_shown_without_its_password(
    partner: Partner, serving: Serving, window: Window
) -> None:
    with capture_logs() as lines:
        away = [f"redis://:{SECRET}@127.0.0.1:{free_port()}/0", f"amqp://guest:{SECRET}@127.0.0.1:{free_port()}/"]
        boxes = [f"DXPAWAY{next(_numbers):06d}" for _ in away]
        for box, url in zip(boxes, away, strict=True):
            connecting.make_broker(window, "main", box, url)
        partner.put(partner.order())
        serving(lambda: len(partner.kept()) == 1, "a message of who is there")
        serving(lambda: [one for one in lines if one["event"] == "broker_channel.failed"], "those that fail")
    with reading(window.engine) as connection:
        shown = (
            repr(connecting.channels_out(connection, "main"))
            + repr(channels.of_sandbox(connection, "main"))
            + repr(lines)
        )
        for channel in channels.of_sandbox(connection, "main"):
            if channel.dxp_id in boxes:
                assert "***@127.0.0.1" in channel.address and channel.secret in away
    assert SECRET not in shown and PASSWORD not in shown
    for box in boxes:
        connecting.switch_off(window, "main", box, BROKER)


@pytest.mark.service
def test_redis_that_comes_back_is_served_again_and_raw_items_are_messages(window: Window, serving: Serving) -> None:
    port = free_port()
    url = f"redis://:{PASSWORD.replace('@', '%40')}@127.0.0.1:{port}/0"
    partner = Partner.__new__(Partner)
    partner.window, partner.dxp_id = window, f"DXPRAW{next(_numbers):06d}"
    connecting.make_broker(window, "main", partner.dxp_id, url)
    serving(lambda: True, "a look")
    with redis_server(port) as (_, client):
        client.lpush(partner.dxp_id, partner.order(), b"no message")
        serving(lambda: sorted(partner.kept()) == ["read", "refused"], "what a plain client pushed")
        client.set(f"{partner.dxp_id}x", "a string")
    connecting.switch_off(window, "main", partner.dxp_id, BROKER)
