"""A peer is tried with messages whose receipts are known: a window passes, and what one does otherwise is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner

from simulators.entry.windows import EphemeralWindow, ephemeral_window
from simulators.imports.trade import ImportTrade
from simulators.messages import pack_messages
from simulators.peer import plan
from simulators.peer.command import SOUND, TIMES, verify_peer
from simulators.peer.judging import judge
from simulators.receipt_log import ReceiptLog
from simulators.world import World
from tests.tables import each

DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def trades() -> list[ImportTrade]:
    return plan.trades(World(1), 1, DAY, 1, 2)


def test_by_default_there_are_at_least_600_messages_of_every_fault_that_shows_at_once() -> None:
    planned = plan.trades(World(1), 1, DAY, TIMES, SOUND)
    assert len(list(pack_messages(planned, 1))) >= 600
    assert {trade.fault for trade in planned} == {"", *(fault.name for fault in plan.faults())}
    assert len(plan.faults()) >= 25


def test_of_a_silent_peer_everything_is_missing(trades: list[ImportTrade]) -> None:
    log = ReceiptLog(())
    log.expect(trades)
    for trade in trades:
        complaints = " ".join(judge(trade, log).complaints)
        missing = "list" if trade.expected.outcome else "CEB900"
        assert missing in complaints, trade.fault


@pytest.fixture(scope="module")
def window() -> Iterator[EphemeralWindow]:
    with ephemeral_window() as opened:
        yield opened


def tried(window: EphemeralWindow, name: str, *more: str) -> tuple[int, Any]:
    """Status and report of the command in a sandbox of its own."""
    asked = ["--url", window.url, "--sandbox", name, "--times", "1", "--sound", "4", "--patience", "3", "--json"]
    done = CliRunner().invoke(verify_peer, [*asked, "--quiet", *more])
    return done.exit_code, json.loads(done.stdout) if done.exit_code in (0, 1) and done.stdout else done.output


@pytest.mark.long
def test_a_window_passes(window: EphemeralWindow) -> None:
    sandbox = window.acting_as().make_sandbox("sound", "plain", "s", {"mode": "real"})
    sandbox.options(inspection=False)
    status, report = tried(window, "sound")
    assert (status, report["findings"], report["ok"]) == (0, [], True)
    again, repeated = tried(window, "sound")
    assert again == 1 and repeated["findings"], "the same numbers are no new trades"


@pytest.mark.long
@each(
    ("scenario", "words"),
    [
        ("lost", "the list should come to 800, and comes to 2 120"),
        ("repeated", "comes to 2 120 800 800 800"),
        ("contradicted_at_once", "comes to"),
        ("rejected", "should come to"),
        ("order_refused", "-301008 was not expected"),
        ("format_error", "CEB900"),
        ("reviewed", "should come to 800, and comes to 2 120 300"),
    ],
)
def test_what_it_does_otherwise_is_named(window: EphemeralWindow, scenario: str, words: str) -> None:
    sandbox = window.acting_as().make_sandbox(f"p-{scenario}", "plain", "s", {"mode": "real"})
    sandbox.options(inspection=False)
    if scenario == "contradicted_at_once":
        sandbox.force(match={"receipt": "622.800"}, do={"do": "receipt", "status": "100", "code": "1300"})
    else:
        sandbox.force(scenario)
    status, report = tried(window, f"p-{scenario}")
    assert status == 1 and any(words in finding["words"] for finding in report["findings"]), report["findings"][:3]


@pytest.mark.long
def test_where_nobody_answers_it_says_so() -> None:
    done = CliRunner().invoke(verify_peer, ["--url", "http://127.0.0.1:9", "--quiet"])
    assert done.exit_code == 1 and "cannot be polled" in done.output


class Stub:
    """A stub that takes everything, and answers polls with the same text."""

    def __init__(self, said: bytes) -> None:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(200, stub.said)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self._answer(202, b"{}")

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *said: object) -> None:
                """Nothing."""

        self.said = said
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.mark.long
@each(
    ("said", "words"),
    [
        (b"<html>", "has no `receipts`"),
        (b"[]", "has no `receipts`"),
        (b'{"receipts": [{}], "next": 1}', "'xml'"),
        (b'{"receipts": null, "next": 1}', "has no `receipts`"),
        (b'{"receipts": [], "next": "x"}', "has no `receipts`"),
        (b'{"receipts": [], "next": 0}', "the waybill has no receipt (512)"),
    ],
)
def test_a_stub_that_answers_nonsense_is_named(said: bytes, words: str) -> None:
    stub = Stub(said)
    try:
        asked = ["--url", stub.url, "--times", "1", "--sound", "1", "--patience", "1", "--quiet"]
        done = CliRunner().invoke(verify_peer, asked)
        assert done.exit_code == 1 and words in done.output, done.output
    finally:
        stub.server.shutdown()
        stub.server.server_close()
