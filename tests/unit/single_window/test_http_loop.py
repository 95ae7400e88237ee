"""The loop of the HTTP listener: it looks at connections that have news, and at no others."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable, Iterator
from typing import Any
from weakref import ref

import pytest
from waitress import wasyncore
from waitress.trigger import trigger

from single_window.api.server.loop import Loop, LoopServer

FULL = b"x" * 10_000_000
"""More than a socket takes at once."""


class Server(wasyncore.dispatcher):  # type: ignore[misc]
    """A listening socket with a trigger, which accepts into `accepted`."""

    def __init__(self, map: dict[int, Any]) -> None:
        self.trigger = trigger(map)
        self.pulled = 0
        self.meanwhile: Callable[[], None] = lambda: None
        self.accepted: list[Any] = []
        listening = socket.create_server(("127.0.0.1", 0))
        super().__init__(listening, map)
        self.accepting = True

    def readable(self) -> bool:
        """Asked by the loop before it waits; what other threads do `meanwhile` happens here."""
        self.meanwhile()
        return True

    def pull_trigger(self) -> None:
        self.pulled += 1
        self.trigger.pull_trigger()

    def handle_accepted(self, sock: socket.socket, addr: Any) -> None:
        self.accepted.append(sock)


class Connection(wasyncore.dispatcher):  # type: ignore[misc]
    """A connection whose request is `busy` when a test says so, with an answer to write; `asked` counts the looks."""

    suspended = False
    busy = False
    closes = False
    server: LoopServer

    def __init__(self, loop: Loop, map: dict[int, Any]) -> None:
        ours, self.client = socket.socketpair()
        self.client.setblocking(False)
        self.loop, self.read, self.answer, self.asked = loop, b"", b"", 0
        super().__init__(ours, map)
        self.connected = True
        loop.changed(self)

    def readable(self) -> bool:
        self.asked += 1
        return not self.busy

    def writable(self) -> bool:
        return bool(self.answer) or self.closes

    def handle_read(self) -> None:
        self.read += self.recv(1_000)

    def handle_write(self) -> None:
        self.answer = self.answer[self.send(self.answer) :]
        if self.closes:
            self.handle_close()

    def handle_close(self) -> None:
        self.loop.forget(self._fileno)
        self.close()

    def handle_error(self) -> None:
        raise

    def del_channel(self, map: Any = None) -> None:
        self.loop.forget(self._fileno)
        super().del_channel(map)


class Bench:
    """A loop with its server, and connections made on request."""

    def __init__(self) -> None:
        self.map: dict[int, Any] = {}
        self.server = Server(self.map)
        self.loop = Loop(self.map, self.server)

    def connect(self) -> Connection:
        connection = Connection(self.loop, self.map)
        self.turn()
        return connection

    def turn(self) -> None:
        """Deal with what there is, without waiting."""
        self.loop.turn(0)


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    for connection in list(bench.map.values()):
        if isinstance(connection, Connection):
            connection.client.close()
    wasyncore.close_all(bench.map)
    bench.loop.close()


def drained(client: socket.socket) -> int:
    """How many bytes a client finds."""
    count = 0
    while True:
        try:
            count += len(client.recv(1_000_000))
        except BlockingIOError:
            return count


def test_only_connections_with_news_are_looked_at(bench: Bench) -> None:
    idle, active = [bench.connect() for _ in range(50)], bench.connect()
    before = [connection.asked for connection in idle]
    for _ in range(10):
        active.client.send(b"a")
        bench.turn()
    assert active.read == b"a" * 10
    assert [connection.asked for connection in idle] == before


def test_what_comes_while_a_request_is_in_hand_is_read_after_it(bench: Bench) -> None:
    connection = bench.connect()
    connection.busy = True
    connection.client.send(b"next")
    bench.turn()
    assert connection.suspended and connection.read == b""
    asked = connection.asked
    for _ in range(5):
        bench.turn()
    assert connection.asked == asked, "what waits to be read does not keep the loop turning"
    connection.busy = False
    LoopServer(bench.server, connection, bench.loop).pull_trigger()
    bench.turn()
    bench.turn()
    assert connection.read == b"next" and not connection.suspended


def test_a_request_that_ends_while_its_connection_is_suspended_is_not_overlooked(bench: Bench) -> None:
    """Its thread finds the connection not yet suspended, and wakes nobody: the loop asks again."""

    class EndsWhenAsked(Connection):
        def readable(self) -> bool:
            busy, self.busy = self.busy, False
            return not busy

    connection = EndsWhenAsked(bench.loop, bench.map)
    bench.turn()
    connection.busy = True
    connection.client.send(b"next")
    bench.turn()
    assert connection.read == b"next" and not connection.suspended


def test_an_answer_is_written_as_its_client_takes_it(bench: Bench) -> None:
    connection = bench.connect()
    connection.answer = FULL
    LoopServer(bench.server, connection, bench.loop).pull_trigger()
    bench.turn()
    assert connection.answer, "the socket does not take all of it at once"
    taken = 0
    while taken < len(FULL):
        taken += drained(connection.client)
        bench.turn()
    assert taken == len(FULL)
    connection.client.send(b"next")
    bench.turn()
    assert connection.read == b"next"


def test_a_request_that_ends_without_anything_left_to_do_wakes_nobody(bench: Bench) -> None:
    connection = bench.connect()
    bench.server.meanwhile = LoopServer(bench.server, connection, bench.loop).pull_trigger
    bench.turn()
    assert bench.server.pulled == 0


def test_a_connection_that_was_closed_in_the_same_turn_is_not_read(bench: Bench) -> None:
    first, second = bench.connect(), bench.connect()

    class ClosesTheOther(Connection):
        def handle_read(self) -> None:
            super().handle_read()
            for other in (first, second):
                if other is not self and other.connected:
                    other.handle_close()

    for connection in (first, second):
        connection.__class__ = ClosesTheOther
        connection.client.send(b"a")
    bench.turn()
    assert sorted([first.read, second.read]) == [b"", b"a"]


def test_changes_while_the_loop_goes_to_sleep_wake_it_once(bench: Bench) -> None:
    connections = [bench.connect() for _ in range(20)]

    def change_all() -> None:
        for connection in connections:
            connection.answer = b"answer"
            bench.loop.changed(connection)

    bench.server.meanwhile = change_all
    bench.turn()
    assert bench.server.pulled == 1
    assert all(drained(connection.client) == len(b"answer") for connection in connections)


@pytest.mark.parametrize("busy", [False, True], ids=["waiting", "with a request in hand"])
def test_a_client_that_goes_is_noticed_as_soon_as_nothing_is_in_hand(bench: Bench, busy: bool) -> None:
    connection = bench.connect()
    connection.busy = busy
    connection.client.close()
    bench.turn()
    if busy:
        assert connection.connected
        connection.busy = False
        LoopServer(bench.server, connection, bench.loop).pull_trigger()
        bench.turn()
        bench.turn()
    assert not connection.connected and connection not in bench.map.values()


def test_a_connection_to_be_closed_is_closed_at_the_next_turn(bench: Bench) -> None:
    connection = bench.connect()
    connection.closes = True
    bench.loop.changed(connection)
    bench.turn()
    assert not connection.connected and connection.client.recv(1) == b""


def test_the_number_of_a_closed_connection_may_be_used_again(bench: Bench) -> None:
    first = bench.connect()
    number = first._fileno
    first.handle_close()
    second = bench.connect()
    assert second._fileno == number
    second.client.send(b"a")
    bench.turn()
    assert second.read == b"a"


def test_what_a_closed_connection_holds_is_given_back_at_once(bench: Bench) -> None:
    gc.disable()
    try:
        connection = bench.connect()
        connection.server = LoopServer(bench.server, connection, bench.loop)
        held = ref(connection)
        connection.handle_close()
        del connection
        assert held() is None, "without the collector of garbage, which does not come to a window with nothing to do"
    finally:
        gc.enable()


def test_a_server_that_accepts_nothing_more_is_not_looked_at(bench: Bench) -> None:
    address = bench.server.socket.getsockname()
    with socket.create_connection(address):
        bench.turn()
        assert len(bench.server.accepted) == 1
    bench.loop.forget(bench.server.socket.fileno())
    bench.server.del_channel()
    with socket.create_connection(address):
        bench.turn()
        assert len(bench.server.accepted) == 1
    bench.server.accepted[0].close()
    bench.server.socket.close()
