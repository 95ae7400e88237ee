"""Anything is found by any number that an integrator holds, and messages by company and day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256

import pytest

from single_window.process.serving import Server
from single_window_client import CallRefused, SampleTrade, SandboxClient, WindowClient
from tests.tables import each


@pytest.fixture(scope="module")
def sandbox(server: Server) -> Iterator[SandboxClient]:
    with WindowClient(server.url) as client:
        made = client.make_sandbox("searched", clock={"mode": "frozen", "at": "2026-06-01T09:00:00"})
        trade = made.sample("import", key="searched")
        made.submit(trade)
        made.wait_for(trade, 800)
        yield made


@pytest.fixture(scope="module")
def trade(sandbox: SandboxClient) -> SampleTrade:
    return sandbox.sample("import", key="searched")


def guids(body: bytes) -> list[str]:
    return [row.decode() for row in re.findall(rb"guid(?:=\"|>)([0-9A-F-]{36})", body)]


NUMBERS = {
    "order": lambda trade: trade.order_no,
    "copNo": lambda trade: trade.value("copNo", "621"),
    "waybill": lambda trade: trade.value("logisticsNo", "511"),
    "payment": lambda trade: trade.value("payTransactionId", "411"),
    "bill": lambda trade: trade.value("billNo", "621"),
    "guid of a message": lambda trade: guids(trade.messages["311"])[0],
    "guid of a document": lambda trade: guids(trade.messages["621"])[1],
    "sha256": lambda trade: sha256(trade.messages["621"]).hexdigest(),
    "sha256 in capitals": lambda trade: sha256(trade.messages["621"]).hexdigest().upper(),
}


@each("number", NUMBERS)
def test_whatever_number_somebody_holds(number: str, sandbox: SandboxClient, trade: SampleTrade) -> None:
    matches = sandbox.find(NUMBERS[number](trade))
    assert matches, number
    assert all(
        sandbox.caller.call("GET", match["link"].removeprefix("/api/v1"), headers={"X-Sandbox": sandbox.name})
        for match in matches
        if match["link"]
    )


def test_a_transmission_leads_to_its_message(sandbox: SandboxClient) -> None:
    listed = sandbox.messages()[0]
    assert [match["id"] for match in sandbox.find(listed["transmission_id"])] == [listed["id"]]


def test_what_nobody_has_and_what_is_elsewhere_is_not_found(sandbox: SandboxClient, trade: SampleTrade) -> None:
    with pytest.raises(CallRefused, match="no-such-declaration"):
        sandbox.find("%")
    with pytest.raises(CallRefused, match="no-such-declaration"):
        SandboxClient(sandbox.caller, "main").find(guids(trade.messages["311"])[0])


def test_messages_of_a_company_and_a_day(sandbox: SandboxClient, trade: SampleTrade) -> None:
    assert len(sandbox.messages()) == len(sandbox.messages(day="2026-06-01")) == 4
    assert sandbox.messages(day="2026-06-02") == sandbox.messages(company="NOBODY") == []
    ours = sandbox.messages(company=trade.mailbox("621"), day="2026-06-01")
    assert [(message["type"], message["content_hash"]) for message in ours] == [
        ("CEB621Message", sha256(trade.messages["621"]).hexdigest())
    ]
    with pytest.raises(CallRefused, match="bad-day"):
        sandbox.messages(day="2026-6-1")


def test_messages_come_page_by_page(sandbox: SandboxClient) -> None:
    seen, before = [], 0
    while before is not None:
        page = sandbox.call("GET", "/messages", query={"limit": 3, "before": before or ""})
        seen += [message["id"] for message in page["messages"]]
        before = page["next"]
    assert seen == [message["id"] for message in sandbox.messages()]


def test_a_refused_message_is_listed_as_it_is_shown(server: Server) -> None:
    with WindowClient(server.url) as client:
        sandbox = client.make_sandbox("refused-listed", clock={"mode": "frozen", "at": "2026-06-01T09:00:00"})
        body = sandbox.sample("import", key="refused").messages["311"].replace(b"CEB311Message", b"CEB999Message")
        with pytest.raises(CallRefused):
            sandbox.submit(body)
        [listed] = sandbox.messages()
        shown = sandbox.call("GET", f"/messages/{listed['id']}")
    assert listed["state"] == shown["state"] == "refused"
    assert listed["transmission_id"] == shown["transmission_id"] == ""
