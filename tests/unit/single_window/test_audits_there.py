"""The audit over HTTP: what it comes to is what the command says on the data, within bounds, for those who may ask."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, insert

from single_window import auditing
from single_window.accounts import rights
from single_window.answers import audits
from single_window.api.app import create_app
from single_window.api.trying import calling, computing
from single_window.api.trying.computing import Trial
from single_window.auditing import Ledger, LedgerDifference
from single_window.frame.http.problems import Problem
from single_window.intake.limited_process import LimitedProcess
from single_window.language.words import Words
from single_window.process.serving import Server
from single_window.store.engine import writing
from single_window.store.tables import allowance
from single_window.wiring import Window
from single_window_client import Audited, SandboxClient, WindowClient
from tests.commands import run_command
from tests.tables import each

BUYER = "370205199001010011"


@pytest.fixture(scope="module")
def sandbox(server: Server) -> Iterator[SandboxClient]:
    with WindowClient(server.url) as client:
        made = client.make_sandbox("audited")
        made.submit(made.sample())
        made.settle()
        yield made


def call(sandbox: SandboxClient, *arguments: str) -> tuple[int, str]:
    there = ["--url", sandbox.caller.url, "--sandbox", sandbox.name]
    result = run_command("audit", *arguments, *there)
    return result.exit_code, result.output


def test_books_that_balance_are_told_there_as_here(sandbox: SandboxClient, served_window: Window) -> None:
    audited = sandbox.audit()
    assert audited.balanced and [ledger["name"] for ledger in audited.ledgers] == list(auditing.LEDGERS)
    assert audited == audits.audit_sandbox(served_window.engine, sandbox.name)
    status, output = call(sandbox, "--json")
    assert (status, json.loads(output)) == (0, msgspec.to_builtins(audited.plainly))


def test_a_difference_is_named_without_the_number_of_a_person(server: Server, served_window: Window) -> None:
    with WindowClient(server.url) as client:
        broken = client.make_sandbox("broken")
    with writing(served_window.engine) as connection:
        row = {"sandbox": "broken", "identity": BUYER, "year": 2026, "used": 100_000, "reserved": 0}
        connection.execute(insert(allowance).values(row))
    audited = broken.audit()
    assert audited.differences == ["allowance 3702****0011 2026: used 1.00 is kept, 0.00 was found"]
    status, output = call(broken)
    assert status == 1 and audited.differences[0] in output and "1 difference(s)" in output
    assert audits.audit_sandbox(served_window.engine, "broken").differences[0].startswith(f"allowance {BUYER}")


def test_ledgers_for_which_the_time_does_not_suffice_are_left_and_asked_for_again(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = list(auditing.LEDGERS)
    monkeypatch.setattr(computing, "BEGIN_SECONDS", -1.0)
    (answer,) = computing.audit_ledgers(window, Trial(call="audit", sandbox="main", ledgers=names)).answers
    told = msgspec.json.decode(answer)
    assert (told["balanced"], told["ledgers"], told["left"]) == (False, [], names)
    asked: list[Any] = []

    class Sandbox(SandboxClient):
        def call(self, method: str, path: str, **options: Any) -> Any:
            asked.append(options.get("query"))
            first = {"name": "allowance", "balanced": True}
            return {"ledgers": [first], "left": [] if asked[1:] else ["refund", "stock"], "given_up": []}

    audited = Sandbox(WindowClient("http://127.0.0.1:9").caller, "any").audit()
    assert (len(audited.ledgers), asked) == (2, [None, {"ledgers": "refund,stock"}])


def test_a_ledger_that_takes_too_long_is_given_up_and_does_not_balance(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(connection: Connection, sandbox: str) -> Ledger:
        while True:
            pass

    monkeypatch.setattr(computing, "LEDGER_CPU_SECONDS", 0.01)
    monkeypatch.setattr(computing, "LEDGERS", {**auditing.LEDGERS, "refund": endless})
    (answer,) = computing.audit_ledgers(window, Trial(call="audit", sandbox="main", ledgers=["refund"])).answers
    told = msgspec.json.decode(answer)
    assert (told["balanced"], told["given_up"]) == (False, ["refund"])
    assert Audited((), ("refund",)).differences == ["refund is too large for a call, and was not audited"]


def test_an_answer_holds_so_many_differences_and_says_how_many_more() -> None:
    many = tuple(LedgerDifference(str(number), "used", 1, 0) for number in range(audits.MAX_LEDGER_DIFFERENCES + 3))
    (ledger,) = audits.audit_out(
        [Ledger("stock", Words("", ""), 1, {}, many)], most=audits.MAX_LEDGER_DIFFERENCES
    ).ledgers
    assert (len(ledger.differences), ledger.more) == (audits.MAX_LEDGER_DIFFERENCES, 3)


def test_a_process_that_ends_is_answered_for(window: Window) -> None:
    process = LimitedProcess((sys.executable, "-c", "pass"), 30.0)
    with create_app(window).test_request_context(), pytest.raises(Problem) as raised:
        calling.audit_in_process("main", ["refund"], process)
    process.close()
    assert [finding.code for finding in raised.value.findings] == ["not-accepting"]


@each(
    ("right", "may"), [("see_log", True), ("control_tests", True), ("read_receipts", False), ("act_as_officer", False)]
)
def test_auditors_may_ask_and_keys_that_control_tests(right: str, may: bool) -> None:
    assert (right in rights.wanted_of("audits.show")) is may
    assert "auditor" in rights.book().rights["see_log"].roles
