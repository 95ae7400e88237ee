"""`single-window tax bills`, `single-window tax pay` and their HTTP routes: a bill that is overdue, and its payment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from single_window.api import create_app
from single_window.intake.admission_queue import AdmissionQueue
from single_window.master_data.importing import import_csv
from single_window.settings import Settings
from single_window.wiring import open_window
from single_window.work.runtime import Runtime
from tests.commands import run_command
from tests.described import described_client
from tests.stories.story import StoryRunner

SANDBOX = "s"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two bills whose guarantee was withdrawn: two days overdue."""
    window = open_window(Settings(data=tmp_path, synchronous="NORMAL", readers=0))
    story = StoryRunner(window, SANDBOX, inspection=False)
    for number in range(2):
        trade = story.trade(number)
        story.send(trade)
        code = trade.document("inventory").head["assureCode"]
        import_csv(window, SANDBOX, "guarantees", f"assure_code,amount,standing\n{code},1000000.00,withdrawn\n")
    story.pass_time(days=47)
    window.close()
    return tmp_path


def call(data: Path, *arguments: str) -> Result:
    return run_command("tax", *arguments, "--data", data, "--sandbox", SANDBOX)


def answer(data: Path, *arguments: str) -> Any:
    result = call(data, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_an_overdue_bill_is_listed_with_its_surcharge_and_paid_once(data: Path) -> None:
    first, second = answer(data, "bills", "--state", "overdue")["bills"]
    assert (first["days_late"], first["rate"], first["surcharge"]) == (2, "0.0005", "0.00")
    assert float(first["computed"]) == pytest.approx(float(first["tax"]) * 0.001, abs=0.005)
    assert first["parameters"] == [
        "collection.surcharge_rate@2024-12-01",
        "collection.surcharge_waived_below@2024-12-01",
    ]
    paid = answer(data, "pay", first["tax_no"])
    assert (paid["before"], paid["after"], paid["status"]) == ("overdue", "collected", "done")
    again = call(data, "pay", first["tax_no"])
    assert again.exit_code == 1 and "the bill is collected" in again.output
    assert [bill["tax_no"] for bill in answer(data, "bills", "--state", "overdue")["bills"]] == [second["tax_no"]]
    assert first["tax_no"] in call(data, "bills").stdout


def test_a_number_that_no_bill_has_is_reported(data: Path) -> None:
    result = call(data, "pay", "NOBODY_0")
    assert result.exit_code == 1 and "[no-such-tax-bill]" in result.output


def test_http_lists_and_pays(data: Path) -> None:
    window = open_window(Settings(data=data, synchronous="NORMAL", readers=0))
    runtime = Runtime(window).start()
    try:
        client = described_client(create_app(window, AdmissionQueue(window), runtime))
        sandbox = {"X-Sandbox": SANDBOX}
        bill = client.get("/api/v1/tax/bills?state=overdue", headers=sandbox).json["bills"][0]
        paid = client.post(bill["links"]["payment"], json={"by": "cashier"}, headers=sandbox)
        assert (paid.status_code, paid.json["before"], paid.json["after"]) == (200, "overdue", "collected")
        assert client.post(bill["links"]["payment"], json={}, headers=sandbox).status_code == 409
        assert client.post("/api/v1/tax/bills/NOBODY/payment", json={}, headers=sandbox).status_code == 404
        assert client.get("/api/v1/tax/bills?state=odd", headers=sandbox).status_code == 400
    finally:
        runtime.stop()
        window.close()
