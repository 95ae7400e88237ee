"""Traffic over HTTP: everything goes, in its order and at its time, and what is not accepted is counted."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count, pairwise
from threading import Thread

import pytest
from msgspec.structs import replace

from simulators.errors import SimulatorError
from simulators.traffic.plan import TrafficPlan, plan_traffic
from simulators.traffic.posting import dues, messages_with_times, post
from simulators.traffic.profile import builtin_profiles, read_profile


class Window(BaseHTTPRequestHandler):
    """Accepts every message but the third."""

    protocol_version = "HTTP/1.1"
    numbers: Iterator[int]
    came: list[bytes]

    def do_POST(self) -> None:
        self.came.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(503 if next(self.numbers) == 2 else 202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def window() -> Iterator[tuple[str, type[Window]]]:
    handler = type("Handler", (Window,), {"numbers": count(), "came": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", handler
        server.shutdown()
        thread.join()


def plan(a_day: int = 40, name: str = "tuesday") -> TrafficPlan:
    profile = read_profile(builtin_profiles()[name], name)
    return plan_traffic(replace(profile, trades=replace(profile.trades, a_day=a_day)), 1, 20)


def test_every_message_is_sent_and_what_is_not_accepted_is_counted(window: tuple[str, type[Window]]) -> None:
    url, handler = window
    reports: list[int] = []
    sent = post(plan(), url, "main", 10_000, 1.0, lambda so_far: reports.append(so_far.messages), senders=4)
    bodies = sorted(message.body for _, message in messages_with_times(plan()))
    assert sorted(handler.came) == bodies
    assert (sent.messages, sent.statuses[503], sent.statuses[202]) == (len(bodies), 1, len(bodies) - 1)
    assert reports == list(range(1, len(bodies) + 1))


def test_nobody_answers_and_every_message_is_counted_as_such() -> None:
    sent = post(plan(10), "http://127.0.0.1:9", "main", 10_000, 1.0)
    assert set(sent.statuses) == {0}
    with pytest.raises(SimulatorError, match="no address"):
        post(plan(10), "127.0.0.1:9", "main", None, 1.0)


def test_the_profiles_clock_says_when_each_message_goes_and_a_rate_spaces_them_evenly() -> None:
    by_clock = [due.due for due in dues(plan(), None, 3600.0)]
    assert by_clock == sorted(by_clock)
    assert 20 < by_clock[-1] < 36  # hours of the day in seconds, and departures after midnight
    evenly = [due.due for due in dues(plan(), 50.0, 1.0)]
    assert all(later - earlier == pytest.approx(0.02) for earlier, later in pairwise(evenly))
