"""Profiles of faults at a window over HTTP, by the command line: on, shown, acting, off; a clock that stands still."""

from __future__ import annotations

import json

import pytest

from single_window.process.serving import Server
from single_window_client import CallRefused, WindowClient
from tests.commands import run_command


def call(*words: str) -> dict[str, object]:
    done = run_command(*words, "--json", code=0)
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def url(server: Server) -> str:
    return server.url


def test_a_profile_is_switched_on_acts_and_is_switched_off(url: str) -> None:
    client = WindowClient(url)
    sandbox = client.make_sandbox("faulty")
    there = ("--sandbox", "faulty", "--url", url)
    begun = call("faults", "on", "the-broker-died-on-double-11", "--for", "30m", "--seed", "7", *there)
    assert (begun["on"], begun["done"]) == (True, 0)
    refused = 0
    for _ in range(10):
        try:
            sandbox.submit(sandbox.sample())
        except CallRefused as error:
            refused += error.status == 429
    shown, last = call("faults", "show", *there), call("faults", "off", *there)
    assert refused > 0
    assert int(str(shown["done"])) >= refused
    assert shown["on"] is True
    assert last["on"] is False
    assert int(str(last["done"])) >= int(str(shown["done"]))
    assert call("faults", "show", *there)["on"] is False
    client.close()


def test_a_clock_that_stands_still_goes_on_afterwards(url: str) -> None:
    client = WindowClient(url)
    sandbox = client.make_sandbox("still", clock={"mode": "virtual", "at": "2026-11-24T08:00:00+08:00", "rate": "100"})
    there = ("--sandbox", "still", "--url", url)
    call("faults", "on", "the-clock-stood-still", *there)
    first, then = sandbox.clock.show().now, sandbox.clock.show().now
    call("faults", "off", *there)
    assert first == then
    client.close()
