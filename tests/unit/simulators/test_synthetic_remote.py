"""Participants over HTTP send again what was not taken, to the byte, and note in a journal how they were answered."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import NamedTuple

import pytest

from simulators.imports.traffic import trades
from simulators.messages import pack_messages
from simulators.world import World
from tests.audit.auditing import check_answers
from tests.audit.journal import Fetched, Journal
from tests.audit.polling import GivenUp
from tests.audit.remote import Remote

DAY = date(2026, 11, 20)
LOST = None
AT_REST = {"deliveries": {"ready": 0, "parked": 0}, "sandboxes": {"main": "2026-11-20T12:00:00.000Z"}}


class Reply(NamedTuple):
    """An answer of the window; without one (`LOST`) the connection is closed."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


TAKEN = Reply(202, b'{"id": 7}')
BUSY = Reply(503, b"{}", (("Retry-After", "0"),))
LIMITED = Reply(429, b"{}", (("Retry-After", "0"),))


class Window:
    """A window that answers posts, and questions for receipts, as the test sets it; it is always at rest."""

    def __init__(self) -> None:
        self.posts: deque[Reply | None] = deque()
        self.receipts: deque[Reply] = deque()
        self.came: list[bytes] = []
        self.paths: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def get(self, path: str) -> Reply:
        self.paths.append(path)
        return Reply(200, json.dumps(AT_REST).encode()) if path.endswith("/state") else self.receipts.popleft()


def handler(window: Window) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            window.came.append(self.rfile.read(int(self.headers["Content-Length"])))
            self._answer(window.posts.popleft())

        def do_GET(self) -> None:
            self._answer(window.get(self.path))

        def _answer(self, reply: Reply | None) -> None:
            if reply is LOST:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, text in (*reply.headers, ("Content-Length", str(len(reply.body)))):
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@pytest.fixture
def window() -> Iterator[Window]:
    made = Window()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def remote(window: Window) -> Remote:
    return Remote(window.url, "main", Journal(), lambda instant: None)


def order(remote: Remote) -> bytes:
    """A message that somebody has noted."""
    made = next(pack_messages(trades(World(3), 1, seed=1, day=DAY), 1))
    remote.journal.note(made)
    return made.body


def test_what_is_not_taken_is_sent_again_to_the_byte_until_it_is(window: Window, remote: Remote) -> None:
    window.posts.extend([BUSY, LOST, BUSY, TAKEN])
    body = order(remote)
    assert sum(remote.send([body])) == 1
    assert window.came == [body] * 4
    (entry,) = remote.journal.sent.values()
    assert (entry.answers, entry.ids, entry.poison) == ([(503, 0), (0, 0), (503, 0), (202, 7)], {7}, False)


def test_what_is_beyond_the_senders_own_limit_is_sent_again_and_is_no_fault_of_the_window(
    window: Window, remote: Remote
) -> None:
    window.posts.extend([LIMITED, BUSY, TAKEN])
    list(remote.send([order(remote)]))
    (entry,) = remote.journal.sent.values()
    assert entry.answers == [(429, 0), (503, 0), (202, 7)]
    assert list(check_answers([entry])) == []


def test_what_was_never_taken_for_the_senders_own_limit_says_so(window: Window, remote: Remote) -> None:
    body = order(remote)
    entry = remote.journal.entry(body)
    entry.answers += [(429, 0), (503, 0)]
    (finding,) = check_answers([entry])
    assert "2 attempts, 1 of them beyond the sender's own limit (429)" in str(finding)


def test_a_question_beyond_the_limit_is_asked_again(window: Window, remote: Remote) -> None:
    window.receipts.extend([LIMITED, receipts(3), Reply(204)])
    (posted,) = remote.fetch(["DXP1"])
    assert (posted.mailbox, remote.received) == ("DXP1", 3)


def test_what_is_refused_is_not_sent_again_and_what_nobody_noted_is_poison(window: Window, remote: Remote) -> None:
    window.posts.append(Reply(422, b"{}"))
    list(remote.send([b"<nobody knows this/>"]))
    (entry,) = remote.journal.sent.values()
    assert (entry.answers, entry.poison) == ([(422, 0)], True)


def test_an_error_of_the_window_is_noted_and_tried_again(window: Window, remote: Remote) -> None:
    window.posts.extend([Reply(500, b"{}"), TAKEN])
    list(remote.send([order(remote)]))
    (entry,) = remote.journal.sent.values()
    assert entry.answers == [(500, 0), (202, 7)]


def receipts(following: int) -> Reply:
    return Reply(200, b"<receipts/>", (("X-Next-After", str(following)),))


def test_each_question_goes_on_where_the_last_answer_ended(window: Window, remote: Remote) -> None:
    window.receipts.extend([receipts(3), receipts(7), Reply(204)])
    (posted,) = remote.fetch(["DXP1"])
    assert (posted.mailbox, len(posted.bodies), remote.received) == ("DXP1", 2, 7)
    assert remote.journal.fetched == [Fetched("DXP1", 0, 3, b"<receipts/>"), Fetched("DXP1", 3, 7, b"<receipts/>")]
    assert ["after=0&" in window.paths[0], "after=3&" in window.paths[1], "after=7&" in window.paths[2]] == [True] * 3


def test_the_same_questions_can_be_asked_again(window: Window, remote: Remote) -> None:
    window.receipts.extend([receipts(3), receipts(7), Reply(204), receipts(3), receipts(6)])
    list(remote.fetch(["DXP1"]))
    remote.fetch_again()
    assert [receipt.next for receipt in remote.journal.again] == [3, 6]
    assert "after=3&limit=4&" in window.paths[-1]


def test_a_run_that_is_over_waits_for_nobody(remote: Remote, window: Window) -> None:
    window.server.shutdown()
    window.server.server_close()
    remote.give_up()
    with pytest.raises(GivenUp, match="was not answered in time"):
        list(remote.send([b"<a/>"]))
    with pytest.raises(GivenUp, match="was not answered in time"):
        list(remote.settling())
