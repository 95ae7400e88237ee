"""Master data over HTTP: CSV and JSON through the one import, all of a request or nothing of it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from serving_http import codes
from sqlalchemy import func, select

from gateways.circumstances import Options
from single_window.api import create_app
from single_window.store.tables import guarantee, metadata
from single_window.wiring import Window
from tests.databases import fetch, kept_open, window_in
from tests.described import described_client
from tests.officers import account
from tests.stories.story import WORLD
from tests.tables import each

PLACE = "/api/v1/master-data"
NAMED = {"Host": "customs.example.org"}
CI = {"X-Sandbox": "ci"}
GUARANTEE = {"assure_code": "3702960A01", "amount": "1000000.00"}


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    opened = window_in(tmp_path)
    opened.make_sandbox("ci", Options())
    yield from kept_open(opened)


@pytest.fixture
def client(window: Window) -> FlaskClient:
    return described_client(create_app(window))


def count(window: Window, table: str, sandbox: str = "ci") -> int:
    chosen = metadata.tables[table]
    return int(
        fetch(window.engine, select(func.count()).select_from(chosen).where(chosen.c.sandbox == sandbox)).scalar_one()
    )


@each("kind", ["participants", "guarantees", "stock"])
def test_json_is_imported_like_csv(client: FlaskClient, kind: str) -> None:
    text = getattr(WORLD, f"{kind}_csv")()
    rows = list(csv.DictReader(StringIO(text if isinstance(text, str) else text.decode())))
    assert client.put(f"{PLACE}/{kind}", json=rows, headers=CI).get_json()["new"] == len(rows)
    assert client.put(f"{PLACE}/{kind}", data=text, headers=CI).get_json()["unchanged"] == len(rows)


def test_a_number_of_json_is_taken_to_its_last_digit(client: FlaskClient, window: Window) -> None:
    body = '[{"assure_code": "A1", "amount": 12345678901234.56}, {"assure_code": "A2", "amount": 7, "name": null}]'
    assert client.put(f"{PLACE}/guarantees", data=body, headers=CI, content_type="application/json").status_code == 200
    amounts = fetch(window.engine, select(guarantee.c.amount).order_by(guarantee.c.assure_code)).scalars().all()
    assert amounts == [1_234_567_890_123_456_000, 700_000]


def test_one_wrong_cell_imports_nothing_and_every_one_is_reported(client: FlaskClient, window: Window) -> None:
    rows = [GUARANTEE, {"assure_code": "A2", "amount": "-1"}, {"assure_code": "", "amount": "x"}]
    refused = client.put(f"{PLACE}/guarantees", json=rows, headers=CI)
    assert (refused.status_code, codes(refused)) == (400, ["bad-cell"] * 3)
    assert [(finding["line"], finding["path"]) for finding in refused.get_json()["findings"]] == [
        (2, "2:amount"),
        (3, "3:amount"),
        (3, "3:assure_code"),
    ]
    assert count(window, "guarantee") == 0


def test_of_many_wrong_cells_the_first_are_reported(client: FlaskClient) -> None:
    rows = [{"assure_code": f"A{number}", "amount": "x"} for number in range(150)]
    result = codes(client.put(f"{PLACE}/guarantees", json=rows, headers=CI))
    assert len(result) == 100 and result[-1] == "more-bad-cells"


@each(
    "body",
    [
        "",
        "{}",
        "[]",
        "[1]",
        "[[]]",
        "null",
        '[{"assure_code": true, "amount": 1}]',
        '[{"amount": {}}]',
        '[{"assure_code": "a\\nb", "amount": 1}]',
        '[{"assure_code": "a\\u2028b", "amount": 1}]',
        '[{"a\\nb": 1}]',
        "[" * 60,
        "[{}]",
        '[{"assure_code": "A", "amount": NaN}]',
        '[{"assure_code": "A", "amount": 1e400}]',
        '[{"assure_code": "A", "amount": 1, "amout": 2}]',
        '[{"assure_code": "A\\u0000", "amount": 1}]',
    ],
)
def test_hostile_json_imports_nothing(client: FlaskClient, window: Window, body: str) -> None:
    answer = client.put(f"{PLACE}/guarantees", data=body, headers=CI, content_type="application/json")
    assert answer.status_code == 400 and codes(answer)
    assert count(window, "guarantee") == 0


@each(
    ("body", "kind", "status"),
    [
        (b"", "text/csv", 400),
        (b"\x00" * 9, "text/csv", 400),
        (b"\xff\xfe" * 9, "text/csv", 400),
        (b'assure_code,amount\n"A', "text/csv", 400),
        (b"x" * 2_000_001, "text/csv", 413),
        (b"--x--", "multipart/form-data; boundary=x", 415),
    ],
)
def test_hostile_csv_imports_nothing(client: FlaskClient, window: Window, body: bytes, kind: str, status: int) -> None:
    assert client.put(f"{PLACE}/guarantees", data=body, headers=CI, content_type=kind).status_code == status
    assert count(window, "guarantee") == 0


def test_an_unknown_kind_or_sandbox_is_reported(client: FlaskClient) -> None:
    assert codes(client.put(f"{PLACE}/ships", json=[GUARANTEE], headers=CI)) == ["unknown-kind"]
    assert codes(client.put(f"{PLACE}/guarantees", json=[GUARANTEE], headers={"X-Sandbox": "x"})) == ["unknown-sandbox"]


@each(("role", "status"), [("administrator", 200), ("supervisor", 200), ("registrar", 403), ("auditor", 403)])
def test_whoever_imports_needs_the_right(tmp_path: Path, role: str, status: int) -> None:
    exposed = window_in(tmp_path / role, host="0.0.0.0", allowed_hosts="customs.example.org")
    client = described_client(create_app(exposed))
    assert client.get(PLACE, headers=NAMED).status_code == 200
    assert client.put(f"{PLACE}/guarantees", json=[GUARANTEE], headers=NAMED).status_code == 401
    named = account(exposed, "li", role)
    answer = client.put(f"{PLACE}/guarantees", json=[GUARANTEE], headers=NAMED, auth=named)
    assert answer.status_code == status
    exposed.close()
