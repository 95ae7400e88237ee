"""Messages at a rate: what a window that stands still delays is counted in full, and every first receipt counts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Condition, Event, Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from simulators.bench import spool
from simulators.bench.pacing import plan_messages, send_paced
from simulators.bench.percentiles import percentile
from simulators.bench.spool import Traffic
from tests.tables import each

STANDSTILL = 0.4


class Window(BaseHTTPRequestHandler):
    """Takes messages and answers each with a receipt; stands still while it answers the first."""

    protocol_version = "HTTP/1.1"
    numbers: Iterator[int]
    receipts: list[bytes]
    changed: Condition
    deaf: bool

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if next(self.numbers) == 0:
            Event().wait(STANDSTILL)
        with self.changed:
            self.receipts.append(b"<guid>" + body.partition(b"guid>")[2].partition(b"<")[0] + b"</guid>")
            self.changed.notify_all()
        self._answer(503 if self.deaf else 202, b"{}")

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        after = int(query["after"][0])
        if "wait" not in query:
            self._answer(200, b'{"next": %d}' % after)
            return
        with self.changed:
            self.changed.wait_for(lambda: len(self.receipts) > after, 0.5)
            result = self.receipts[after:]
        outcome = {"next": after + len(result), "receipts": [{"xml": receipt.decode()} for receipt in result]}
        self._answer(200, json.dumps(outcome).encode())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nobody reads it."""


@contextmanager
def window(deaf: bool = False) -> Iterator[str]:
    state = {"numbers": count(), "receipts": [], "changed": Condition(), "deaf": deaf}
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Fresh", (Window,), state)) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return spool.traffic_file(tmp_path_factory.mktemp("spool"), Traffic(10, 1))


def test_the_timetable_is_even_and_knows_each_document(file: Path) -> None:
    plans = list(plan_messages(file, 200))
    assert [plan.due for plan in plans] == pytest.approx([number / 200 for number in range(40)])
    assert len({plan.guid for plan in plans}) == 40
    assert all(plan.guid.encode() in plan.body for plan in plans)


@pytest.mark.long
def test_what_could_not_be_sent_in_time_counts_from_when_it_should_have_been(file: Path) -> None:
    with window() as url:
        run = send_paced(url, "main", file, 100, senders=1)
    late = sorted(run.accepted, reverse=True)
    assert (len(late), run.refused, run.without_receipt) == (40, 0, 0)
    assert late[0] >= STANDSTILL * 1_000
    assert late[20] >= STANDSTILL * 1_000 / 3, "those behind the first one waited, too"
    assert sorted(run.first_receipts)[20] >= STANDSTILL * 1_000 / 3


@pytest.mark.long
def test_what_is_not_accepted_is_counted_apart(file: Path) -> None:
    with window(deaf=True) as url:
        run = send_paced(url, "main", file, 1_000)
    assert (run.accepted, run.refused) == ([], 40)


@each(("percent", "value"), [(50, 50.0), (99, 99.0), (100, 100.0), (1, 1.0)])
def test_a_percentile_is_a_value_that_was_measured(percent: int, value: float) -> None:
    assert percentile([float(number) for number in range(100, 0, -1)], percent) == value
