"""A replay at a speed: all of a recording goes to whoever answers, what is turned away once more, trades in order."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from simulators.bench import spool
from simulators.bench.spool import Traffic
from simulators.entry.recordings import resend, trades_of
from tools.bench.replay_measures import write_recording
from tools.bench.sink import sink


class Window(BaseHTTPRequestHandler):
    """Does not take every third message for now, with `status`, and asks for it again."""

    protocol_version = "HTTP/1.1"
    came: list[bytes]
    turned: set[bytes]
    status = 503

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        busy = len(self.came) % 3 == 2 and body not in self.turned
        if busy:
            self.turned.add(body)
        else:
            self.came.append(body)
        self.send_response(self.status if busy else 202)
        self.send_header("Content-Length", "0")
        if busy:
            self.send_header("Retry-After", "1")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def messages(tmp_path: Path) -> Path:
    return spool.traffic_file(tmp_path, Traffic(5, 1))


@pytest.mark.long
def test_all_of_it_goes_to_a_sink(messages: Path, tmp_path: Path) -> None:
    file = write_recording(tmp_path / "day.swr", messages)
    with sink() as url:
        pace = resend(file, url, "main", 1_000.0)
    assert pace.turned_away == 0
    assert pace.wanted == pytest.approx(50_000, rel=0.1)


@pytest.mark.long
@pytest.mark.parametrize("status", [503, pytest.param(429, marks=pytest.mark.long)])
def test_what_is_turned_away_comes_again_and_no_trade_out_of_its_order(
    messages: Path, tmp_path: Path, status: int
) -> None:
    file = write_recording(tmp_path / "day.swr", messages)
    handler = type("Handler", (Window,), {"came": [], "turned": set(), "status": status})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        pace = resend(file, f"http://127.0.0.1:{server.server_port}", "main", 100_000.0)
        server.shutdown()
        thread.join()
    not_taken = len(handler.turned)
    assert not_taken > 0
    assert (pace.turned_away, pace.limited) == ((not_taken, 0) if status == 503 else (0, not_taken))
    assert by_trade(handler.came) == by_trade(list(spool.read_bodies(messages)))


def by_trade(bodies: list[bytes]) -> dict[str, list[bytes]]:
    results: dict[str, list[bytes]] = {}
    for body in bodies:
        for trade in trades_of(body):
            results.setdefault(trade, []).append(body)
    return results
