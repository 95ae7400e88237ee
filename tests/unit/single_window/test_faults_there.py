"""Profiles of faults at a window over HTTP, by the command line: on, shown, acting, off; a clock that stands still."""

from __future__ import annotations

import json

import pytest

from single_window.process.serving import Server
from single_window_client import WindowClient
from tests.commands import run_command


def call(*words: str) -> dict[str, object]:
    done = run_command(*words, "--json", code=0)
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def url(server: Server) -> str:
    return server.url


def test_a_clock_that_stands_still_goes_on_afterwards(url: str) -> None:
    client = WindowClient(url)
    sandbox = client.make_sandbox("still", clock={"mode": "virtual", "at": "2026-11-24T08:00:00+08:00", "rate": "100"})
    there = ("--sandbox", "still", "--url", url)
    call("faults", "on", "the-clock-stood-still", *there)
    first, then = sandbox.clock.show().now, sandbox.clock.show().now
    call("faults", "off", *there)
    assert first == then
    client.close()
