"""What a program asserts about the calls that it made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from single_window.api.server.listener import bind
from single_window.process.serving import Server
from single_window_client import SandboxClient, WindowClient
from tests.databases import kept_open, window_in


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[SandboxClient]:
    for window in kept_open(window_in(tmp_path, call_log=100)):
        with Server(window, bind("127.0.0.1", 0), folders=False) as server, WindowClient(server.url) as client:
            made = client.sandbox("main")
            trade = made.sample("import")
            made.submit(trade)
            made.receipts(trade.mailbox("621"))
            yield made


def test_calls_are_found_and_shown(sandbox: SandboxClient) -> None:
    found = sandbox.call_log.find("POST", "/messages", "CEB621Message")
    assert found.count == 1 and found.near == []
    (call,) = found.calls
    assert (call.method, call.path, call.status) == ("POST", "/messages", 202)
    assert "CEB621Message" in sandbox.call_log.show(call.id)["request"]["text"]


def test_a_demand_holds_for_as_many_calls_as_were_made(sandbox: SandboxClient) -> None:
    sandbox.call_log.demand("POST", "/messages", times=4)
    sandbox.call_log.demand("POST", "/messages", "CEB621Message", "orderNo", status=202)
    sandbox.call_log.demand("GET", "/receipts", times=None)
    sandbox.call_log.demand("DELETE", times=0)


def test_a_demand_that_fails_says_what_was_made(sandbox: SandboxClient) -> None:
    with pytest.raises(AssertionError, match=r"wanted 1 time\(s\), made 4 time\(s\); nearest:\n  POST /messages"):
        sandbox.call_log.demand("POST", "/messages")
    with pytest.raises(AssertionError, match=r"'CEB625Message'.* wanted at least once, made 0(?s:.*)\(not: contains\)"):
        sandbox.call_log.demand("POST", "/messages", "CEB625Message", times=None)
