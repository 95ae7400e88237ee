"""JSON, headers and files that ask for more than they should: refused in a few words, and never a server error."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from serving_http import Client

from simulators.errors import SimulatorError
from simulators.scenarios.scenario_files import read_scenario
from simulators.traffic.profile import read_profile
from single_window.api import create_app
from single_window.data_lock import FILE, AlreadyRunning, DataLock
from single_window.frame.http.problems import MAX_FINDINGS
from single_window.language.for_people import spreadsheet_cells
from single_window.wiring import Window
from tests.patience import PATIENCE
from tests.tables import each

NUMBERS = ("9" * 1_000_000, "-" + "9" * 5_000, "0." + "9" * 1_000_000, "9" * 19, "1e400", "1e99999")
LARGEST_REFUSAL = 100_000


@pytest.fixture(scope="module")
def application(served_window: Window) -> Flask:
    return create_app(served_window)


def calls(application: Flask) -> list[tuple[str, str]]:
    """Every call that takes JSON, with the names of its fields filled in by itself."""
    return [
        (method, re.sub(r"<any\((\w+).*?>", r"\1", re.sub(r"<int.*?>", "1", rule.rule)))
        for rule in application.url_map.iter_rules()
        for method in (rule.methods or set()) & {"POST", "PUT", "PATCH"}
        if rule.rule.startswith("/api/v1/")
    ]


def test_no_number_of_a_request_is_a_server_error(application: Flask) -> None:
    client, failed = application.test_client(), {}
    for method, path in calls(application):
        place = re.sub(r"<.*?>", "x", path)
        for number in NUMBERS:
            body = '{"ids": [N], "limit": N, "articles": [{"price": N}]}'.replace("N", number)
            answer = client.open(place, method=method, data=body, content_type="application/json")
            if answer.status_code >= 500:
                failed[method, place] = number[:10]
    assert failed == {}


def test_digits_inside_a_text_are_no_number(application: Flask) -> None:
    body = json.dumps({"mode": "real", "at": "9" * 200})
    answer = application.test_client().put("/api/v1/sandboxes/main/clock", data=body, content_type="application/json")
    assert "json-broken" not in answer.text


@pytest.mark.long
def test_a_bad_call_is_refused_in_few_words(application: Flask) -> None:
    client, large = application.test_client(), {}
    body = json.dumps({f"k{number}": number for number in range(20_000)})
    for method, path in calls(application):
        place = re.sub(r"<.*?>", "x", path)
        answer = client.open(place, method=method, data=body, content_type="application/json")
        if len(answer.data) > LARGEST_REFUSAL:
            large[method, place] = len(answer.data)
    assert large == {}
    refused = client.post("/api/v1/tax/parcel", data=body, content_type="application/json").get_json()
    assert len(refused["findings"]) == MAX_FINDINGS
    assert refused["findings"][-1]["code"] == "too-many-findings"


def spoken(client: Client, request: bytes) -> tuple[list[bytes], bool]:
    """The statuses of the answers to what is sent, and whether the connection was closed after them."""
    connection = client.connect()
    connection.sendall(request)
    connection.settimeout(PATIENCE)
    came = b""
    while part := connection.recv(65_536):
        came += part
    return re.findall(rb"^HTTP/1\.1 (\d+)", came, re.MULTILINE), True


def test_a_length_beside_a_transfer_coding_ends_the_connection_with_its_answer(client: Client) -> None:
    smuggled = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    head = (
        b"POST /api/v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    statuses, closed = spoken(client, head + b"0\r\n\r\n" + smuggled)
    assert (statuses, closed) == ([b"400"], True)


def test_a_request_of_http_1_1_names_its_host(client: Client) -> None:
    assert spoken(client, b"GET /healthz HTTP/1.1\r\n\r\n") == ([b"400"], True)
    connection = client.connect()
    connection.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
    assert connection.recv(100).split()[1] == b"200", "HTTP/1.0 has none"
    connection.close()


def test_whoever_deletes_the_lock_file_does_not_let_another_process_in(tmp_path: Path) -> None:
    with DataLock(tmp_path):
        (tmp_path / FILE).unlink()
        with pytest.raises(AlreadyRunning):
            DataLock(tmp_path).take()
    DataLock(tmp_path).take().release()


@each(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("\t=1", "'\t=1"),
        ("＝1", "'＝1"),
        (" =1", "' =1"),
        ("-2.50", "-2.50"),
        ("+7", "+7"),
        ("li", "li"),
        ("", ""),
    ],
)
def test_no_cell_is_run_by_a_spreadsheet(text: str, shown: str) -> None:
    assert spreadsheet_cells([text, 7, None]) == [shown, 7, None]


@each(
    "text",
    [
        "a = " + "[" * 100_000,
        "a = " + "[" * 100_000 + "]" * 100_000,
        "a = " + "{b = " * 5_000 + "1" + "}" * 5_000,
        ".".join(["a"] * 50_000) + " = 1",
        "[" + ".".join(["a"] * 50_000) + "]",
        "a = [\n" + "[\n" * 5_000 + "]\n" * 5_001,
        "".join(f"k{number} = {number}\n" for number in range(60_000)),
        "# " + "x" * 2_000_000,
    ],
)
def test_a_deep_or_wide_file_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(SimulatorError, match="too much"):
        read_profile(text)
    path = tmp_path / "scenario.toml"
    path.write_text(text)
    with pytest.raises(SimulatorError):
        read_scenario(path)
