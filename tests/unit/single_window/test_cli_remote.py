"""Commands with --url do at a window anywhere what they do without it on the data folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from single_window.process.serving import Server
from single_window_client import SandboxClient, WindowClient
from tests.commands import run_command


@pytest.fixture(scope="module")
def sandbox(server: Server) -> Iterator[SandboxClient]:
    with WindowClient(server.url) as client:
        yield client.make_sandbox("remote", options={"await_arrival": True})


def run(sandbox: SandboxClient, *arguments: object, code: int = 0) -> str:
    result = run_command(*arguments, "--url", sandbox.caller.url, "--sandbox", sandbox.name, code=code)
    return result.output


def answer(sandbox: SandboxClient, *arguments: object) -> Any:
    return json.loads(run(sandbox, *arguments, "--json"))


def test_a_trade_is_handed_in_decided_and_waited_for(sandbox: SandboxClient, tmp_path: Path) -> None:
    trade = sandbox.sample()
    files = []
    for code, body in trade.messages.items():
        files.append(tmp_path / f"{code}.xml")
        files[-1].write_bytes(body)
    assert [row["status"] for row in answer(sandbox, "submit", *files)] == [202] * 4
    sandbox.wait_for(trade, 400)
    assert "→ under_inspection (done)" in run(sandbox, "act", trade.order_no, "inspect")
    assert "[decision-refused]" in run(sandbox, "act", trade.order_no, "send_back", code=1)
    assert answer(sandbox, "act", trade.order_no, "conclude", "--as-declared")["status"] == "done"
    assert "close" in run(sandbox, "act", trade.order_no)


def test_messages_are_validated_there_as_here(sandbox: SandboxClient, tmp_path: Path) -> None:
    trade = sandbox.sample()
    good, bad, receipt = tmp_path / "order.xml", tmp_path / "bad.xml", tmp_path / "receipt.xml"
    good.write_bytes(trade.messages["311"])
    bad.write_bytes(trade.messages["311"].replace(b"acturalPaid>", b"actualPaid>"))
    receipt.write_text(run_command("sample", "622").output)
    assert answer(sandbox, "validate", good)["valid"] is True
    output = run(sandbox, "validate", good, bad, code=1)
    assert "no finding" in output and "[element-misspelt]" in output and "acturalPaid" in output
    result = json.loads(run(sandbox, "validate", good, bad, receipt, "--json", code=1))
    assert [message["valid"] for message in result["messages"]] == [True, False, True]
    assert all(list(message)[:2] == ["valid", "findings"] for message in result["messages"]), "before what is long"


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
