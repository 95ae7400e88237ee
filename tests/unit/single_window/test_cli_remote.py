"""Commands with --url do at a window anywhere what they do without it on the data folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from single_window.cli import main
from single_window.client import SandboxClient, WindowClient
from single_window.process.serving import Server

HOUSE = {"LANG": "C", "LC_ALL": ""}


@pytest.fixture(scope="module")
def sandbox(server: Server) -> Iterator[SandboxClient]:
    with WindowClient(server.url) as client:
        yield client.make_sandbox("remote", options={"await_arrival": True})


def run(sandbox: SandboxClient, *arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(
        main, [*map(str, arguments), "--url", sandbox.caller.url, "--sandbox", sandbox.name], env=HOUSE
    )
    assert result.exit_code == code, result.output
    return result.output


def answer(sandbox: SandboxClient, *arguments: object) -> Any:
    return json.loads(run(sandbox, *arguments, "--json"))


def test_a_trade_is_handed_in_decided_and_waited_for(sandbox: SandboxClient, tmp_path: Path) -> None:
    trade = sandbox.sample()
    files = []
    for code, body in trade.messages.items():
        files.append(tmp_path / f"{code}.xml")
        files[-1].write_bytes(body)
    assert [one["status"] for one in answer(sandbox, "submit", *files)] == [202] * 4
    sandbox.wait_for(trade, 400)
    assert "→ under_inspection (done)" in run(sandbox, "act", trade.order_no, "inspect")
    assert "[bad-act]" in run(sandbox, "act", trade.order_no, "send_back", code=1)
    assert answer(sandbox, "act", trade.order_no, "conclude")["status"] == "done"
    assert "ACTION" in run(sandbox, "act", trade.order_no, code=2)


def test_receipts_and_what_is_parked_are_listed(sandbox: SandboxClient) -> None:
    trade = sandbox.sample()
    sandbox.submit(trade)
    sandbox.wait_for(trade, 400)
    told = answer(sandbox, "receipts", "--mailbox", trade.mailbox("621"), "--most", 2)
    assert [one["sequence"] for one in told] == [1, 2]
    assert "CEB622Message" in run(sandbox, "receipts", "--mailbox", trade.mailbox("621"), "--xml")
    assert trade.mailbox("621") in run(sandbox, "receipts", "--mailbox", trade.mailbox("621")[:-1], code=1)
    assert answer(sandbox, "parked", "list") == [] and "Nothing is parked" in run(sandbox, "parked", "list")


def test_how_far_a_participant_has_come(sandbox: SandboxClient) -> None:
    trade = sandbox.sample()
    sandbox.submit(trade)
    sandbox.wait_for(trade, 400)
    told = answer(sandbox, "conformance", trade.mailbox("621"))
    assert next(kind["taken"] for kind in told["kinds"] if kind["kind"] == "inventory") >= 1 and told["left"]
    assert "[unknown-mailbox]" in run(sandbox, "conformance", "DXPENT9999999999", code=1)


def test_the_clock_is_shown_set_and_moved(sandbox: SandboxClient) -> None:
    before = answer(sandbox, "clock", "show")["now"]
    assert answer(sandbox, "clock", "advance", "2d")["now"] > before
    assert "frozen clock, 2098" in run(sandbox, "clock", "set", "2098-06-01T08:00")
    assert answer(sandbox, "clock", "advance", "2098-07-01T08:00")["settled"] is True
    assert "[clock-back]" in run(sandbox, "clock", "set", "2030-01-01", code=1)


def test_master_data_is_imported(sandbox: SandboxClient, tmp_path: Path) -> None:
    kinds = sandbox.call("GET", "/master-data")["kinds"]
    columns = next(kind["columns"] for kind in kinds if kind["kind"] == "participants")
    shown = [column for column in columns if column["example"]]
    file = tmp_path / "companies.csv"
    file.write_text(
        ",".join(column["name"] for column in shown) + "\n" + ",".join(column["example"] for column in shown) + "\n"
    )
    assert "participants, sandbox remote" in run(sandbox, "import", "participants", file)
    file.write_text("no,such,columns\n1,2,3\n")
    assert "bad-cell" in run(sandbox, "import", "participants", file, code=1)


def test_a_wrong_account_is_refused(sandbox: SandboxClient) -> None:
    assert "[credentials-wrong]" in run(sandbox, "clock", "advance", "1d", "--key", "nobody:wrong", code=1)
