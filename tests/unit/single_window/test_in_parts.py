"""A window loads the calls of a trade when it starts, and everything else when it is asked for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from serving_http import sample
from werkzeug.test import Client

from single_window.api.app import ports_of
from single_window.api.in_parts import ApplicationInParts
from single_window.frame.http.ports import EXTENSION, PREFIX, Ports
from single_window.intake.admission_queue import AdmissionQueue
from single_window.wiring import Window
from tests.tables import each

NOT_YET = {
    "alembic": "another revision of the tables",
    "asn1crypto": "signatures",
    "cryptography": "signatures",
    "faker": "synthetic companies",
    "flask_login": "pages",
    "flask_wtf": "pages",
    "gmalg": "signatures",
    "kombu": "participants' own brokers",
    "limits": "a limit of calls",
    "pika": "RabbitMQ",
    "pygal": "plots",
    "single_window.answers.validation": "validation without consequences",
    "single_window.auditing": "audits of ledgers",
    "single_window.console": "pages",
    "single_window.recordings": "recordings",
    "single_window.reference": "the reference",
    "single_window.reports": "reports",
    "urllib3": "webhooks",
    "xmlschema": "explanations of a refused message",
}
"""Module -> its purpose, which no trade has."""
_STARTED = """
import os, signal, sys
from pathlib import Path
from threading import Event, Thread
from single_window.cli import main

ready, loaded = map(Path, sys.argv[1:])

def report():
    while not ready.exists():
        Event().wait(0.01)
    loaded.write_text("\\n".join(sys.modules))
    os.kill(os.getpid(), signal.SIGTERM)

Thread(target=report, daemon=True).start()
main(["run", "--ephemeral", "--port", "0", "--ready-file", str(ready)])
"""


@pytest.mark.long
def test_a_window_that_is_ready_has_loaded_nothing_that_no_trade_needs(tmp_path: Path) -> None:
    ready, loaded = tmp_path / "ready.json", tmp_path / "loaded.txt"
    subprocess.run([sys.executable, "-c", _STARTED, ready, loaded], check=True, capture_output=True)
    names = set(loaded.read_text("utf-8").split())
    assert "single_window.api.messages" in names
    assert {name: purpose for name, purpose in NOT_YET.items() if name in names} == {}


@pytest.fixture
def at(window: Window) -> Iterator[Ports]:
    admission = AdmissionQueue(window).start()
    yield ports_of(window, admission)
    admission.stop()


@pytest.fixture
def parts(at: Ports) -> ApplicationInParts:
    return ApplicationInParts(at)


def test_the_calls_of_a_trade_need_the_first_part_only(parts: ApplicationInParts) -> None:
    client = Client(parts)
    assert client.post(f"{PREFIX}/messages", data=sample("311")).status_code == 202
    for path in ("/receipts?mailbox=DXPENT0000012345", "/sandboxes/main/clock", "/declarations"):
        assert client.get(f"{PREFIX}{path}").status_code == 200, path
    assert client.get("/healthz").status_code == 200
    assert not parts.is_whole


@each(
    ("path", "kind"),
    [
        (f"{PREFIX}/openapi.json", "application/json"),
        (f"{PREFIX}/rules", "application/json"),
        (f"{PREFIX}//messages", "text/html; charset=utf-8"),
        (f"{PREFIX}/no-such-room", "application/problem+json"),
        ("/", "text/html; charset=utf-8"),
    ],
)
def test_any_other_call_is_answered_by_the_whole(at: Ports, path: str, kind: str) -> None:
    parts = ApplicationInParts(at)
    assert Client(parts).get(path).content_type == kind
    assert parts.is_whole


def test_the_whole_is_loaded_once_and_uses_the_same_objects(parts: ApplicationInParts, at: Ports) -> None:
    barrier = Barrier(8)
    with ThreadPoolExecutor(8) as threads:
        found = [threads.submit(lambda: barrier.wait() >= 0 and parts.whole) for _ in range(8)]
    assert len({id(one.result()) for one in found}) == 1
    assert parts.whole.extensions[EXTENSION] is at
