"""Files of a case over HTTP: who adds them, what comes back, and what a hostile sender achieves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from declarations.calendar import instant_of
from gateways.circumstances import Options
from single_window.api.app import create_app
from single_window.cases.batches.requests import open_batch
from single_window.clock import Clock
from single_window.frame.files import MAX_BYTES, MAX_FILES, MAX_TOTAL_BYTES
from single_window.frame.http.budgets import FILES_BYTES
from single_window.store.engine import writing
from single_window.store.tables import case_file
from single_window.wiring import Window
from tests.databases import kept_open, window_in
from tests.described import described_client
from tests.officers import TESTER, account
from tests.stories.story import TODAY
from tests.tables import each

PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n%%EOF\n"


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    opened = window_in(tmp_path)
    clock = Clock("virtual", instant_of(TODAY, 12), 0, 0)  # type: ignore[arg-type]
    opened.make_sandbox("b", Options(open_desks=True), clock=clock)
    open_batch(opened, "b", "I", "4240", "1210", TESTER)
    opened.settle()
    yield from kept_open(opened)


@pytest.fixture
def client(window: Window) -> Iterator[Any]:
    with described_client(create_app(window)) as made:
        made.environ_base["HTTP_X_SANDBOX"] = "b"
        yield made


@pytest.fixture
def files(client: Any) -> str:
    """The address of the files of the sandbox's one batch."""
    return f"/api/v1/cases/batch/{client.get('/api/v1/batches').json['batches'][0]['batch_no']}/files"


def add(client: Any, files: str, body: bytes = PDF, name: str = "", **how: Any) -> TestResponse:
    how = {"content_type": "application/pdf", **how}
    name = name or ("report.txt" if how["content_type"] == "text/plain" else "report.pdf")
    answered: TestResponse = client.post(files, query_string={"name": name}, data=body, **how)
    return answered


def names(client: Any, files: str) -> list[str]:
    return [file["name"] for file in client.get(files).json["files"]]


def test_a_file_comes_back_as_it_was_added_to_be_saved(client: Any, files: str) -> None:
    added = add(client, files, name="查验报告.pdf")
    assert (added.status_code, added.json["sha256"]) == (201, hashlib.sha256(PDF).hexdigest())
    assert (added.json["media_type"], added.json["size"]) == ("application/pdf", len(PDF))
    assert client.get(files).json["files"] == [added.json]
    got = client.get(added.json["links"]["content"])
    assert (got.data, got.content_type, got.headers["X-Content-Type-Options"]) == (PDF, "application/pdf", "nosniff")
    assert got.headers["Content-Disposition"].startswith("attachment; ")
    assert got.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_the_same_content_again_changes_nothing_and_another_name_for_it_is_kept(client: Any, files: str) -> None:
    first, again, other = add(client, files), add(client, files), add(client, files, name="other.pdf")
    assert (again.status_code, again.json, other.status_code) == (200, first.json, 201)
    assert names(client, files) == ["report.pdf", "other.pdf"]
    got = [client.get(each.json["links"]["content"]) for each in (first, other)]
    assert [each.data for each in got] == [PDF, PDF]
    assert [each.headers["Content-Disposition"].partition(";")[2].split('"')[1] for each in got] == [
        "report.pdf",
        "other.pdf",
    ]
    assert client.get(f"{first.json['links']['content']}?entry=2").status_code == 404


def test_names_break_no_header(client: Any, files: str) -> None:
    added = add(client, files, name='a";\r\nSet-Cookie: x=1; y="b.pdf')
    got = client.get(added.json["links"]["content"])
    assert "Set-Cookie" not in got.headers and got.headers["Content-Disposition"].count('"') == 2


@each(
    ("body", "declared"),
    [
        (b"<html><script>alert(1)</script></html>", "application/pdf"),
        (b"<html><script>alert(1)</script></html>", "text/html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "image/svg+xml"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "image/png"),
        (PDF, "text/plain"),
        (b"", "text/plain"),
    ],
)
def test_what_is_not_what_it_says_or_could_be_run_is_refused(
    client: Any, files: str, body: bytes, declared: str
) -> None:
    assert add(client, files, body, content_type=declared).status_code == 422
    assert names(client, files) == []


def test_a_file_may_have_ten_megabytes_and_no_more(client: Any, files: str) -> None:
    text = b"x" * MAX_BYTES
    added = add(client, files, text, content_type="text/plain")
    assert (added.status_code, added.json["size"]) == (201, MAX_BYTES)
    assert client.get(added.json["links"]["content"]).data == text
    assert add(client, files, text + b"x", content_type="text/plain").status_code == 422
    assert add(client, files, b"x" * (FILES_BYTES + 1), content_type="text/plain").status_code == 413
    assert names(client, files) == ["report.txt"]


def test_a_text_is_not_kept_under_the_name_of_a_program(client: Any, files: str) -> None:
    refused = add(client, files, b"text", name="run.exe", content_type="text/plain")
    assert refused.status_code == 422 and "run.exe" in refused.text and names(client, files) == []


def test_the_files_of_a_case_are_bounded_together(window: Window, client: Any, files: str) -> None:
    assert add(client, files).status_code == 201
    with writing(window.engine) as connection:
        connection.execute(case_file.update().values(size=MAX_TOTAL_BYTES - 8))
    assert add(client, files, b"one more", content_type="text/plain").status_code == 201
    refused = add(client, files, b"x", content_type="text/plain")
    assert (refused.status_code, "200 MB together" in refused.text) == (422, True)


@pytest.mark.long
def test_too_many_files_are_refused(client: Any, files: str) -> None:
    for number in range(MAX_FILES):
        assert add(client, files, b"text %d" % number, content_type="text/plain").status_code == 201
    assert add(client, files).status_code == 422
    assert add(client, files, b"text 1", content_type="text/plain").status_code == 200
    assert len(names(client, files)) == MAX_FILES


def test_a_file_is_found_only_at_its_case(client: Any, files: str, window: Window) -> None:
    sha256 = add(client, files).json["sha256"]
    open_batch(window, "b", "I", "4240", "1210", TESTER)
    window.settle()
    newest = client.get("/api/v1/batches").json["batches"][0]["batch_no"]
    for path in (f"/api/v1/cases/batch/{newest}/files/{sha256}", f"{files}/{'0' * 64}", f"{files}/..%2f{sha256}"):
        assert client.get(path).status_code == 404
    assert client.get(f"{files}/{sha256}", headers={"X-Sandbox": "other"}).status_code == 404


@each("case", ["batch/none", "plan/1", "declaration/none", "proposal/1"])
def test_there_are_no_files_without_a_case(client: Any, case: str) -> None:
    assert client.get(f"/api/v1/cases/{case}/files").status_code == 404
    assert add(client, f"/api/v1/cases/{case}/files").status_code == 404


def test_a_name_is_needed(client: Any, files: str) -> None:
    assert client.post(files, data=PDF).status_code == 400
    assert add(client, files, name="x" * 401).status_code == 400


def test_who_may_decide_about_the_case_adds_files_and_others_read_them(client: Any, files: str, window: Window) -> None:
    other = account(window, "wu", "reviewer", office="4227")
    assert add(client, files, auth=other).status_code == 403
    assert add(client, files, auth=account(window, "sun", "reviewer", office="4240")).status_code == 201
    assert client.get(files, auth=other).json["files"][0]["by"] == "sun"
    window.set_options("b", open_desks=False)
    assert add(client, files, b"text", content_type="text/plain").status_code == 401
