"""A connection whose client is slow, or whose request comes to a thread too late; time is given by hand."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator, Sequence
from threading import Event
from typing import Any

import pytest
from waitress.adjustments import Adjustments

from single_window.api.server.bodies import KeptBodies, KeptBody
from single_window.api.server.connection import channel_class
from single_window.api.server.groups import RawResponse, RequestGroups
from single_window.api.server.limits import Limits
from single_window.api.server.loop import Loop
from single_window.api.server.pools import Pool
from single_window.api.server.serving import LARGE, Serving, Tasks
from single_window.clock import timed_by
from tests.patience import PATIENCE
from tests.tables import each

GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
HALF = b"GET / HTTP/1.1\r\nHost: loc"
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n"


class Hand:
    """A timepiece that is moved by hand."""

    at = 100.0

    def now(self) -> int:
        return int(self.at * 1_000)

    def monotonic(self) -> float:
        return self.at


class Collected:
    """A task dispatcher that only collects."""

    def __init__(self, tasks: list[Any]) -> None:
        self.add_task = tasks.append


class Site:
    """As much of waitress' server as a connection asks for; tasks are done when a test says so."""

    def __init__(self, serving: Serving) -> None:
        self.adj = Adjustments(ident="single-window")
        self.active_channels: dict[int, Any] = {}
        self.tasks: list[Any] = []
        self.effective_host, self.effective_port, self.server_name = "127.0.0.1", 80, "localhost"
        self.answered: list[str] = []
        self._class = channel_class(serving, Loop({}, self))
        self._dispatcher = Tasks(Collected(self.tasks), serving)

    def add_task(self, channel: Any) -> None:
        self._dispatcher.add_task(channel)

    def pull_trigger(self) -> None:
        pass

    def application(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        self.answered.append(environ["PATH_INFO"])
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    def connect(self, address: str = "a") -> tuple[Any, socket.socket]:
        """A connection, and its client's end."""
        ours, theirs = socket.socketpair()
        theirs.settimeout(5)
        return self._class(self, ours, (address, 1), self.adj, map={}), theirs


@pytest.fixture
def hand() -> Iterator[Hand]:
    piece = Hand()
    with timed_by(piece):
        yield piece


@pytest.fixture
def site() -> Site:
    return Site(Serving(1_000_000, Limits(header=10, body=20, rate=10_000, answer=30, queued=1, per_address=0)))


def received(channel: Any, client: socket.socket) -> bytes:
    """What the client has been answered by now."""
    if channel.total_outbufs_len or channel.will_close:
        channel.handle_write()
    client.setblocking(False)
    try:
        return client.recv(65_536)
    except BlockingIOError:
        return b""


def test_a_header_that_trickles_in_is_answered_408_when_its_time_is_over(site: Site, hand: Hand) -> None:
    channel, client = site.connect()
    for byte in HALF[:11]:
        channel.received(bytes([byte]))
        channel.close_if_overdue(hand.at)
        assert not channel.will_close
        hand.at += 1
    channel.close_if_overdue(hand.at)
    assert received(channel, client).startswith(b"HTTP/1.1 408 ") and not channel.connected


def test_a_body_that_trickles_in_is_answered_408_when_its_time_is_over(site: Site, hand: Hand) -> None:
    channel, client = site.connect()
    channel.received(POST)
    for _ in range(30):
        channel.received(b"x" * 5_000)
        hand.at += 1
        channel.close_if_overdue(hand.at)
    assert not channel.will_close, "150,000 bytes in 30 seconds are 20 seconds and one for each 10,000"
    hand.at += 6
    channel.close_if_overdue(hand.at)
    assert received(channel, client).startswith(b"HTTP/1.1 408 ")


def test_an_answer_given_to_one_request_is_never_the_next_ones(site: Site, hand: Hand) -> None:
    channel, client = site.connect()
    channel.received(GET + GET.replace(b"GET /", b"GET /next"))
    site.tasks.clear()

    def begin_next() -> None:
        """As another thread does that begins with the next request before the call for the first has returned."""
        if site.tasks:
            site.tasks.pop().service()

    channel.server.pull_trigger = begin_next
    channel.give(RawResponse("202 Accepted", [], b"the first"))
    assert site.answered == ["/next"]
    first, second = received(channel, client).split(b"HTTP/1.1 ")[1:]
    assert first.startswith(b"202 ") and first.endswith(b"the first") and second.startswith(b"200 ")


def test_a_connection_on_which_nothing_comes_is_closed_without_a_word(site: Site, hand: Hand) -> None:
    channel, client = site.connect()
    hand.at += 11
    channel.close_if_overdue(hand.at)
    assert (received(channel, client), channel.connected) == (b"", False)


def test_a_connection_that_was_answered_may_wait_for_its_next_request(site: Site, hand: Hand) -> None:
    channel, client = site.connect()
    channel.received(GET)
    site.tasks.pop().service()
    assert received(channel, client).startswith(b"HTTP/1.1 200 ")
    hand.at += 60
    channel.close_if_overdue(hand.at)
    assert not channel.will_close
    channel.received(HALF)
    hand.at += 11
    channel.close_if_overdue(hand.at)
    assert received(channel, client).startswith(b"HTTP/1.1 408 ")


def test_a_kept_connection_is_closed_when_it_was_idle_for_long_but_not_when_a_request_has_just_come(
    site: Site, hand: Hand
) -> None:
    connection, others = site.connect(), site.connect()
    for channel, client in (connection, others):
        channel.received(GET)
        site.tasks.pop().service()
        assert received(channel, client).startswith(b"HTTP/1.1 200 ")
    hand.at += 121
    connection[1].sendall(GET)
    for channel, _ in (connection, others):
        channel.close_if_overdue(hand.at)
    assert (connection[0].will_close, others[0].will_close) == (False, True)
    connection[0].handle_read()
    site.tasks.pop().service()
    assert received(*connection).startswith(b"HTTP/1.1 200 ")


def test_who_has_ended_his_connection_keeps_it_no_longer_than_others(site: Site, hand: Hand) -> None:
    channel, client = site.connect()
    channel.received(GET)
    site.tasks.pop().service()
    client.close()
    hand.at += 121
    channel.close_if_overdue(hand.at)
    assert channel.will_close


def test_a_kept_connection_with_a_new_request_is_not_closed_for_a_new_one(hand: Hand) -> None:
    site = Site(Serving(1_000, Limits(per_address=1)))
    channel, client = site.connect()
    channel.received(GET)
    site.tasks.pop().service()
    client.sendall(GET)
    site.connect()
    assert not channel.will_close


def test_a_pending_request_has_all_the_time_it_needs(site: Site, hand: Hand) -> None:
    channel, _ = site.connect()
    channel.received(GET)
    hand.at += 1_000
    channel.close_if_overdue(hand.at)
    assert not channel.will_close


@pytest.mark.parametrize("more", [b"", GET], ids=["who waits", "who asks for more"])
def test_an_answer_that_nobody_takes_is_given_up(site: Site, hand: Hand, more: bytes) -> None:
    channel, client = site.connect()
    channel.received(GET)
    site.tasks.pop().service()
    channel.write_soon(b"x" * 10_000_000)
    client.sendall(more)
    channel.close_if_overdue(hand.at)
    hand.at += 29
    channel.close_if_overdue(hand.at)
    assert not channel.will_close
    hand.at += 2
    channel.close_if_overdue(hand.at)
    assert channel.will_close


def test_a_request_that_waited_too_long_for_a_thread_is_answered_503_and_not_worked_on(site: Site, hand: Hand) -> None:
    channel, client = site.connect()
    channel.received(GET)
    hand.at += 1.5
    site.tasks.pop().service()
    answer = received(channel, client)
    assert answer.startswith(b"HTTP/1.1 503 ") and b"Retry-After: 2" in answer and site.answered == []
    channel.received(GET)
    site.tasks.pop().service()
    assert received(channel, client).startswith(b"HTTP/1.1 200 "), "the connection goes on"


def test_while_others_have_waited_too_long_a_new_request_is_answered_503_at_once(hand: Hand) -> None:
    aside = Pool("aside", 1, 10)
    site = Site(Serving(1_000, Limits(queued=9, expected=0.5, per_address=0), overload=aside))
    first, client = site.connect()
    first.received(GET)
    hand.at += 0.6
    late = [site.connect() for _ in range(3)]
    for channel, _ in late:
        channel.received(GET)
    watching, watcher = site.connect()
    watching.received(GET.replace(b"GET /", b"GET /readyz"))
    done = Event()
    assert aside.submit(done.set) and done.wait(PATIENCE), "behind the answers, in the one thread"
    assert {received(*connection)[:12] for connection in late} == {b"HTTP/1.1 503"}
    assert [task is expected for task, expected in zip(site.tasks, (first, watching), strict=True)] == [True, True]
    for task in site.tasks:
        task.service()
    assert (received(first, client)[:12], received(watching, watcher)[:12]) == (b"HTTP/1.1 200", b"HTTP/1.1 200")
    site.tasks.clear()
    late[0][0].received(GET)
    site.tasks.pop().service()
    assert received(*late[0]).startswith(b"HTTP/1.1 200"), "nobody waits any more"
    aside.close()


class HeldPosts:
    """Takes every POST into groups; the first group is held until `gate` is set."""

    def __init__(self) -> None:
        self.begun, self.gate = Event(), Event()

    def takes(self, request: Any) -> bool:
        return bool(request.command == "POST")

    def answer(self, requests: Sequence[Any]) -> Sequence[RawResponse | None]:
        self.begun.set()
        self.gate.wait(PATIENCE)
        return [RawResponse("200 OK", [], b"")] * len(requests)


def test_those_that_wait_for_a_group_delay_only_those_that_would_join_them(hand: Hand) -> None:
    held, aside = HeldPosts(), Pool("aside", 1, 10)
    groups = RequestGroups(held, lambda channel: None).start()
    limits = Limits(queued=9, expected=0.3, expected_in_groups=0.6, per_address=0)
    site = Site(Serving(1_000, limits, overload=aside, groups=groups))
    message = POST.replace(b"200000", b"4") + b"body"
    first, waiting = site.connect(), site.connect()
    first[0].received(message)
    assert held.begun.wait(PATIENCE)
    waiting[0].received(message)
    answers = {}
    for passed in (0.5, 0.2):
        hand.at += passed
        for name, sent in (("message", message), ("page", GET)):
            channel, client = site.connect()
            channel.received(sent)
            answers[name, passed] = received(channel, client)[:12]
    assert answers["message", 0.2] == b"HTTP/1.1 503" and answers["message", 0.5] == b""
    assert len(site.tasks) == 2, "pages wait for threads only"
    held.gate.set()
    groups.close()
    aside.close()


@each(
    ("sent", "answers"),
    [
        (GET, 1),
        (GET + GET, 2),
        (POST.replace(b"200000", b"4") + b"body", 1),
        (GET.replace(b"HTTP/1.1\r\n", b"HTTP/1.1\r\nConnection: close\r\n"), 0),
        (GET.replace(b"HTTP/1.1", b"HTTP/1.0"), 0),
        (GET.replace(b"GET", b"HEAD"), 0),
        (GET + POST, 1),
    ],
    ids=["alone", "two in one", "with a body", "the last of its connection", "HTTP/1.0", "HEAD", "another begun"],
)
def test_who_is_informed_and_goes_on_is_informed_by_the_listener_itself(hand: Hand, sent: bytes, answers: int) -> None:
    aside = Pool("aside", 1)
    aside.close()
    site = Site(Serving(1_000, Limits(queued=9, expected=0.5, per_address=0), overload=aside))
    first, _ = site.connect()
    first.received(GET)
    hand.at += 0.6
    channel, client = site.connect()
    channel.received(sent.replace(b"Host:", b"X-Request-ID: mine\r\nHost:"))
    assert len(site.tasks) - 1 == (answers == 0), "what the listener does not answer waits for a thread"
    assert channel.requests == site.tasks[-1].requests if not answers else channel.requests == []
    if answers:
        result = received(channel, client)
        assert (
            result.count(b"HTTP/1.1 503 ") == answers == result.lower().count(b"x-request-id: mine")
            and not channel.closing
        )
        assert result.endswith(b"}") and b"Connection" not in result and site.answered == []
        site.tasks.pop().service()
        channel.received(b"body" * 50_000 if sent.endswith(POST) else GET)
        site.tasks.pop().service()
        assert received(channel, client).startswith(b"HTTP/1.1 200"), "nobody waits any more"


def rushed(hand: Hand) -> tuple[Site, Any, socket.socket]:
    """A site where somebody waits for too long already, and a connection."""
    aside = Pool("aside", 1)
    aside.close()
    site = Site(Serving(1_000, Limits(queued=9, expected=0.5, per_address=0), overload=aside))
    first, _ = site.connect()
    first.received(GET)
    hand.at += 0.6
    return site, *site.connect()


def test_a_request_behind_which_another_has_begun_is_left_to_a_thread(hand: Hand) -> None:
    _, channel, _ = rushed(hand)
    channel.requests = [result := channel.parser_class(channel.adj)]
    result.received(GET)
    channel.request = channel.parser_class(channel.adj)
    assert not channel.refuse(), "waitress has yet to tell the other to continue"
    channel.request = None
    assert channel.refuse() and channel.requests == []


def test_answers_of_the_listener_are_not_kept_once_they_are_sent(hand: Hand) -> None:
    _, channel, client = rushed(hand)
    channel.send, send = lambda data, do_close=True: send(data[:10], do_close), channel.send  # a window nearly full
    for _ in range(50):
        channel.received(GET)
        while channel.total_outbufs_len:
            channel.handle_write()
        client.recv(65_536)
    assert sum(len(buffer.getfile().getvalue()) for buffer in channel.outbufs if buffer.buf) < 5_000


def test_who_watches_is_answered_however_late(site: Site, hand: Hand) -> None:
    channel, client = site.connect()
    channel.received(GET.replace(b"GET /", b"GET /healthz"))
    hand.at += 100
    site.tasks.pop().service()
    assert received(channel, client).startswith(b"HTTP/1.1 200 ")


def headers_of(answer: bytes) -> dict[str, str]:
    head = answer.partition(b"\r\n\r\n")[0].decode().splitlines()[1:]
    return dict(line.split(": ", 1) for line in head)


@each(
    ("sent", "waits"),
    [
        (GET, "for a thread"),
        (POST, "for its body"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: odd\r\n\r\n", "for nothing: it is no HTTP"),
    ],
)
def test_who_is_turned_away_is_given_the_id_of_his_request(site: Site, hand: Hand, sent: bytes, waits: str) -> None:
    channel, client = site.connect()
    channel.received(sent.replace(b"Host", b"X-Request-Id: mine-1\r\nHost"))
    hand.at += 100
    channel.close_if_overdue(hand.at)
    while site.tasks:
        site.tasks.pop().service()
    headers = headers_of(received(channel, client))
    assert (headers["X-Request-Id"], headers["Content-Type"]) == ("mine-1", "application/problem+json"), waits


def test_where_no_header_came_the_request_gets_an_id_all_the_same(site: Site, hand: Hand) -> None:
    channel, client = site.connect()
    channel.received(HALF)
    hand.at += 100
    channel.close_if_overdue(hand.at)
    assert re.fullmatch("[0-9a-f]{12}", headers_of(received(channel, client))["X-Request-Id"])


def test_bodies_that_are_too_much_together_are_turned_away_while_they_come(hand: Hand) -> None:
    site = Site(Serving(1_000_000, Limits(per_address=0), kept=KeptBodies(250_000)))
    first, second = site.connect(), site.connect()
    first[0].received(POST)
    first[0].received(b"x" * 199_000)
    second[0].received(POST)
    second[0].received(b"x" * 100_000)
    site.tasks.pop().service()
    answer = received(*second)
    assert answer.startswith(b"HTTP/1.1 503 ") and b"Connection: close" in answer
    first[0].received(b"x" * 1_000)
    site.tasks.pop().service()
    assert received(*first).startswith(b"HTTP/1.1 200 ")
    third = site.connect()
    third[0].received(POST + b"x" * 200_000)
    site.tasks.pop().service()
    assert received(*third).startswith(b"HTTP/1.1 200 "), "what was answered is kept no more"


def test_bodies_that_are_broken_off_are_kept_no_more(hand: Hand) -> None:
    kept = KeptBodies(250_000)
    site = Site(Serving(1_000_000, Limits(per_address=0), kept=kept))
    for _ in range(5):
        channel, client = site.connect()
        channel.received(POST)
        channel.received(b"x" * 199_000)
        assert kept.size == 199_000
        client.close()
        channel.handle_read()
        assert kept.size == 0 and not channel.connected
    channel, client = site.connect()
    channel.received(POST + b"x" * 200_000)
    site.tasks.pop().service()
    assert received(channel, client).startswith(b"HTTP/1.1 200 ")


def test_a_body_that_is_closed_keeps_nothing_that_comes_later() -> None:
    kept = KeptBodies()
    body = KeptBody(100, kept)
    body.append(b"x" * 50)
    body.close()
    body.append(b"x" * 50)
    body.close()
    assert (kept.size, len(body)) == (0, 100)


def test_of_large_bodies_no_more_are_taken_than_have_room(hand: Hand) -> None:
    site = Site(Serving(10_000_000, Limits(per_address=0), large=Pool("none", 1, -1)))
    channel, client = site.connect()
    channel.received(POST.replace(b"200000", str(LARGE + 1).encode()) + b"x" * (LARGE + 1))
    site.tasks.pop().service()
    assert received(channel, client).startswith(b"HTTP/1.1 503 ") and site.answered == []
    channel.received(POST + b"x" * 200_000)
    site.tasks.pop().service()
    assert received(channel, client).startswith(b"HTTP/1.1 200 ")


def test_with_too_many_connections_of_an_address_the_one_idle_longest_goes(hand: Hand) -> None:
    site = Site(Serving(1_000, Limits(per_address=2)))
    slow = [site.connect() for _ in range(2)]
    slow[1][0].received(HALF)
    hand.at += 1
    new, client = site.connect()
    assert [connection.will_close for connection, _ in slow] == [True, False]
    new.received(GET)
    site.tasks.pop().service()
    assert received(new, client).startswith(b"HTTP/1.1 200 ")
