"""What commands say to people of exports, batches and messages handed to a running window: in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import Result
from played_exports import NAMES, SANDBOX, PlayedExports
from sqlalchemy import update

from single_window.store.tables import batch_member
from tests.commands import run_command
from tests.databases import carry_out, window_in
from tests.stories.batching import Batching
from tests.stories.story import StoryRunner
from tests.tables import each


def call(data: Path, *arguments: str) -> Result:
    return run_command(*arguments, "--data", data, "--sandbox", SANDBOX)


@each("language", ["zh", "en"])
@each("name", NAMES)
def test_an_export_is_shown_with_its_documents_beside_each_other(
    played_exports: PlayedExports, name: str, language: str
) -> None:
    result = call(played_exports.data, "show", played_exports.sales[name].id, "--flow", "E", "--lang", language)
    assert result.exit_code == 0, result.output
    assert played_exports.sales[name].id in result.stdout and {"zh": "离岸价", "en": "FOB"}[language] in result.stdout


@each(("number", "parts"), [("ZD1", "1/1"), ("LJ1", "1/1"), ("YD2", "1/3")])
@each("language", ["zh", "en"])
def test_a_note_is_shown_with_its_parts_and_parcels(
    played_exports: PlayedExports, number: str, parts: str, language: str
) -> None:
    result = call(played_exports.data, "show", number, "--lang", language)
    assert result.exit_code == 0 and f"{number}: {parts}" in result.stdout, result.output


@pytest.mark.parametrize("inspection", [True, False])
def test_the_draw_of_a_batch_is_audited_and_its_exit_code_says_whether_it_agrees(
    tmp_path: Path, inspection: bool
) -> None:
    window = window_in(tmp_path)
    driver = Batching(StoryRunner(window, SANDBOX, inspection=inspection))
    number, _ = driver.gathered(4)
    early = call(tmp_path, "batch", "audit", number)
    assert early.exit_code == 1 and "have not been drawn" in early.output
    driver.ask(number, "declare")
    agreed = call(tmp_path, "batch", "audit", number)
    assert agreed.exit_code == 0 and "as drawn at the time" in agreed.stdout
    assert ("no inspection" in agreed.stdout) is not inspection
    carry_out(
        window.engine,
        update(batch_member)
        .where(batch_member.c.position == 1)
        .values(draw='{"lane":"green","grade":"ordinary","goods":[],"why":"invented","number":1}'),
    )
    answer = json.loads(call(tmp_path, "batch", "audit", number, "--json").stdout)
    assert not answer["agrees"] and len(answer["extra"]) == 1 and answer["inspection"] is inspection
    refused = call(tmp_path, "batch", "audit", number)
    assert refused.exit_code == 1 and f"extra: {answer['extra'][0]}" in refused.stdout
    window.close()


@contextmanager
def answering(status: int, body: bytes) -> Iterator[tuple[str, list[Any]]]:
    """A window that answers every message alike: its address, and what it was sent."""
    results: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            results.append((self.path, self.headers["X-Sandbox"], self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", results
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("status", "body", "code", "message"),
    [
        (202, b'{"id": 7, "type": "CEB311Message", "documents": 1, "repeated": false}', 0, "message 7, CEB311Message"),
        (409, b'{"status": "refused"}', 1, "refused (409): {'status': 'refused'}"),
        (502, b"no gateway", 1, "refused (502): no gateway"),
    ],
)
def test_messages_are_handed_to_a_running_window(
    tmp_path: Path, status: int, body: bytes, code: int, message: str
) -> None:
    file = tmp_path / "order.xml"
    file.write_bytes(b"<order/>")
    with answering(status, body) as (url, received):
        result = call(tmp_path, "submit", str(file), "--url", url, "--edition", "2018")
    assert result.exit_code == code and message in result.stdout
    assert received == [("/api/v1/messages?edition=2018", SANDBOX, b"<order/>")]


def test_a_window_that_does_not_answer_is_reported_with_its_address(tmp_path: Path) -> None:
    file = tmp_path / "order.xml"
    file.write_bytes(b"<order/>")
    with answering(200, b"") as (url, _):
        address = url
    result = call(tmp_path, "submit", str(file), "--url", address)
    assert result.exit_code == 1 and f"No window answers at {address.rstrip('/')}" in result.output
