"""Where there is no RabbitMQ at an address, a link says so in words that help, and leaves no thread behind."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from pika import URLParameters

from single_window.messaging.client import RabbitClient
from single_window.messaging.io_thread import IOThread
from single_window.messaging.wakeups import BrokerUnavailable
from single_window.settings import WrongSetting
from tests.chaos.programs import until
from tests.tables import each

Server = Callable[[bytes | None], str]


@pytest.fixture
def server() -> Iterator[Server]:
    """Starts something that takes connections and is no RabbitMQ: it answers with these bytes, or with silence."""
    listeners: list[socket.socket] = []

    def starting(answer: bytes | None) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        if answer is not None:
            threading.Thread(target=_answer, args=(listener, answer), daemon=True).start()
        return f"amqp://guest:hunter2@127.0.0.1:{listener.getsockname()[1]}/trade"

    yield starting
    for listener in listeners:
        listener.close()


def _answer(listener: socket.socket, answer: bytes) -> None:
    try:
        while True:
            client, _ = listener.accept()
            client.recv(1_000)
            client.sendall(answer)
            client.close()
    except OSError:
        return


def refusal(url: str) -> str:
    """What a link says of an address at which it cannot connect."""
    with pytest.raises(BrokerUnavailable) as raised:
        RabbitClient(url)
    assert "hunter2" not in str(raised.value)
    return str(raised.value)


def test_a_port_where_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    output = refusal(f"amqp://guest:hunter2@127.0.0.1:{port}/trade")
    assert f"127.0.0.1:{port}, vhost 'trade'" in output
    assert "connection refused" in output
    assert "Is it running, and is the address right? See SINGLE_WINDOW_BROKER." in output


def test_a_host_that_nobody_knows() -> None:
    assert "The host of nowhere.invalid:5672" in refusal("amqp://guest:hunter2@nowhere.invalid/")


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"], ids=["hangs up", "speaks HTTP"])
def test_something_that_is_no_rabbitmq(server: Server, answer: bytes) -> None:
    assert "is not RabbitMQ, or is not ready" in refusal(server(answer))


def test_something_that_never_answers(server: Server) -> None:
    assert "does not answer in time" in refusal(server(None) + "?stack_timeout=1")


@each("url", ["amqp://guest:hunter2@127.0.0.1/?hartbeat=3", "amqp://guest@127.0.0.1/"])
def test_an_address_that_cannot_be_used_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(WrongSetting, match="SINGLE_WINDOW_BROKER") as raised:
        RabbitClient(url)
    assert "hunter2" not in str(raised.value)


def test_a_broker_that_could_not_connect_leaves_no_thread_behind(server: Server) -> None:
    before = threading.active_count()
    url = server(b"")
    threads = threading.active_count()
    with pytest.raises(BrokerUnavailable):
        RabbitClient(url)
    assert before <= threading.active_count() <= threads


def test_a_broker_that_is_away_is_reported_in_our_words_alone(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    refusal(f"amqp://guest:hunter2@127.0.0.1:{port}/trade")
    assert [record.getMessage() for record in caplog.records if record.name.startswith("pika")] == []


def test_what_fails_before_there_is_a_socket_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[str] = []

    def out_of_threads(*_: object, **__: object) -> None:
        tries.append("again")
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("single_window.messaging.io_thread.SelectConnection", out_of_threads)
    line = IOThread(URLParameters("amqp://127.0.0.1/"), lost := Losing(), "test")
    until(lambda: len(tries) > 2, 120, "a third try")
    line.close()
    assert str(lost.error) == "can't start new thread"


class Losing:
    """A listener that never gets a connection."""

    error: Exception | None = None

    def connected(self, connection: object) -> None:
        raise AssertionError("there is none")

    def lost(self, error: Exception) -> None:
        self.error = error

    def blocked(self, reason: str) -> None:
        raise AssertionError("there is none")
