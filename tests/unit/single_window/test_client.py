"""The Python client: samples, sending, waiting, receipts, clock, officer's acts, master data, refusals."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from datetime import datetime
from itertools import count

import pytest

from single_window.intake import trades
from single_window.process.serving import Server
from single_window_client import CallRefused, SampleTrade, SandboxClient, WindowClient
from single_window_client.trades import change_elements
from tests.tables import each

_names = count(1)


@pytest.fixture
def window(server: Server) -> Iterator[WindowClient]:
    with WindowClient(server.url) as client:
        yield client


@pytest.fixture
def sandbox(window: WindowClient) -> Iterator[SandboxClient]:
    made = window.make_sandbox(f"client-{next(_names)}", seed="client")
    yield made
    made.delete()


def test_a_trade_goes_through(sandbox: SandboxClient) -> None:
    trade = sandbox.sample("import")
    sent = sandbox.submit(trade)
    assert [message.type for message in sent] == [f"CEB{code}Message" for code in ("311", "411", "511", "621")]
    outcome = sandbox.wait_for(trade, 800, 100)
    assert (outcome.given, outcome.state, outcome.declaration.order_no) == (["800"], "released", trade.order_no)
    receipts = [receipt for receipt in sandbox.receipts(trade.mailbox("621")) if receipt.kind == "inventory"]
    assert [receipt.status for receipt in receipts] == ["2", "120", "800"]
    assert "CEB622Message" in receipts[-1].xml


@each(("elements", "state"), [({"netWeight": "9999"}, "refused"), ({"appStatus": "1"}, "staged")])
def test_a_list_that_the_port_did_not_take_in_has_a_state(
    sandbox: SandboxClient, elements: dict[str, str], state: str
) -> None:
    trade = sandbox.sample("import").changed("621", **elements)
    sandbox.submit(trade.messages["621"])
    outcome = sandbox.wait_for(trade, -621001, 1, 800)
    assert outcome.given and (outcome.state, sandbox.state(trade).state) == (state, state)
    with pytest.raises(LookupError):
        _ = outcome.declaration


def test_the_same_seed_gives_the_same_numbers(window: WindowClient) -> None:
    first, other = (window.sandbox("main", seed="same") for _ in range(2))
    assert [first.sample().order_no for _ in range(2)] == [other.sample().order_no for _ in range(2)]
    assert first.sample().order_no != window.sandbox("main", seed="another").sample().order_no


def test_a_changed_element_is_escaped_and_must_be_there(sandbox: SandboxClient) -> None:
    trade = sandbox.sample("import").changed("411", payerName="<&>")
    assert b"payerName>&lt;&amp;&gt;<" in trade.messages["411"]
    with pytest.raises(LookupError, match="noSuch"):
        trade.changed("411", noSuch="x")


def test_only_the_text_of_an_element_is_changed_also_where_it_is_the_last_of_its_parent() -> None:
    body = b"<a:t><a:head>x</a:head><a:dxpId>x</a:dxpId>\n </a:t><a:dxpIds>x</a:dxpIds>"
    expected = rb"<a:t><a:head>x</a:head><a:dxpId>\1&amp;</a:dxpId>" + b"\n </a:t><a:dxpIds>x</a:dxpIds>"
    assert change_elements(body, {"dxpId": r"\1&"}) == expected


def test_a_refusal_says_what_is_wrong_and_what_to_do(window: WindowClient, sandbox: SandboxClient) -> None:
    with pytest.raises(CallRefused) as refused:
        sandbox.submit(b"<nothing/>")
    assert refused.value.status in {400, 422} and refused.value.findings[0].remedy_en in str(refused.value)
    with pytest.raises(CallRefused, match="sandbox-exists"):
        window.make_sandbox(sandbox.name)


def test_a_refusal_goes_whole_from_one_process_to_another(window: WindowClient) -> None:
    with pytest.raises(CallRefused) as refused:
        window.caller.call("GET", "/nothing")
    response = pickle.loads(pickle.dumps(refused.value))
    assert (str(response), response.status, response.findings) == (str(refused.value), 404, refused.value.findings)


def test_a_sandbox_is_put_back_to_where_it_was(sandbox: SandboxClient) -> None:
    first = sandbox.sample()
    sandbox.submit(first)
    sandbox.wait_for(first, 800)
    kept = sandbox.snapshot("released")
    assert [(snapshot.id, snapshot.label) for snapshot in sandbox.snapshots()] == [(kept, "released")]
    before = sandbox.clock.show()
    sandbox.clock.advance("60d")
    assert sandbox.state(first).state == "closed"
    second = sandbox.sample()
    sandbox.submit(second)
    sandbox.restore(kept)
    assert sandbox.state(first).state == "released" and sandbox.clock.show().now == before.now
    with pytest.raises(CallRefused, match="no-such-declaration"):
        sandbox.state(second)
    assert sandbox.control("DELETE", f"/snapshots/{kept}") == {"snapshots": []}
    for method, path in (("DELETE", f"/snapshots/{kept}"), ("POST", f"/snapshots/{kept}/restore")):
        with pytest.raises(CallRefused, match="no-such-snapshot"):
            sandbox.control(method, path)


def test_credentials_go_as_a_key_or_as_an_account(window: WindowClient) -> None:
    with WindowClient(window.url, "nobody:wrong") as stranger, pytest.raises(CallRefused, match="credentials-wrong"):
        stranger.make_sandbox("refused")


@pytest.mark.parametrize(
    ("scenario", "state"), [("rejected", "rejected"), ("order_refused", ""), ("slow", "released"), ("lost", "released")]
)
def test_a_scenario_goes_with_those_messages_of_a_trade_that_it_concerns(
    sandbox: SandboxClient, scenario: str, state: str
) -> None:
    trade = sandbox.sample("import")
    sent = sandbox.submit(trade, X_Scenario=scenario)
    assert [message.type for message in sent] == [f"CEB{code}Message" for code in ("311", "411", "511", "621")]
    if state:
        sandbox.wait_for(trade, timeout=20)
        assert sandbox.state(trade).state == state


def test_a_scenario_that_concerns_none_of_the_messages_is_refused(sandbox: SandboxClient) -> None:
    trade = sandbox.sample("import")
    with pytest.raises(CallRefused, match="scenario-for-others"):
        sandbox.submit(trade.messages["411"], X_Scenario="rejected")
    with pytest.raises(CallRefused, match="scenario-for-others"):
        sandbox.submit(trade.messages["411"], trade.messages["511"], X_Scenario="rejected")


def test_receipts_come_as_they_are_given_and_go_on_behind_a_place(sandbox: SandboxClient) -> None:
    trades = [sandbox.sample("import") for _ in range(2)]
    mailbox = trades[0].mailbox("621")
    sandbox.submit(trades[0])
    sandbox.wait_for(trades[0], 800)
    coming = sandbox.receipts_from(mailbox)
    seen = [next(coming) for _ in sandbox.receipts(mailbox)]
    sandbox.submit(trades[1])
    seen.append(next(coming))  # waits until it is there
    assert [receipt.sequence for receipt in seen] == list(range(1, len(seen) + 1))
    sandbox.settle()
    rest = list(sandbox.receipts_from(mailbox, after=seen[-1].sequence, idle=0))
    assert rest and [*seen, *rest] == sandbox.receipts(mailbox)


def test_an_iterator_of_receipts_ends_when_none_has_come_for_a_while(sandbox: SandboxClient) -> None:
    trade = sandbox.sample("import")
    sandbox.submit(trade)
    sandbox.wait_for(trade, 800)
    sandbox.settle()
    mailbox = trade.mailbox("621")
    assert list(sandbox.receipts_from(mailbox, idle=1)) == sandbox.receipts(mailbox)
    assert list(sandbox.receipts_from(mailbox, after=10_000, idle=0)) == []


def test_samples_are_those_of_the_command_line_at_the_clock_of_the_sandbox(sandbox: SandboxClient) -> None:
    now = round(datetime.fromisoformat(sandbox.clock.show().now).timestamp() * 1_000)
    for flow in ("import", "export", "625"):
        made = sandbox.sample(flow, "a trade")
        assert made == trades.sample(flow, "a trade", now)
    assert sandbox.sample("import").order_no != sandbox.sample("import").order_no


def test_a_further_message_has_the_numbers_and_the_time_of_its_trade(sandbox: SandboxClient) -> None:
    trade = sandbox.sample("import")
    sandbox.clock.advance("1d")
    assert trade.further("621").messages["621"] == trade.messages["621"]
    back = trade.further("625", invtNo="46042022I000000001")
    assert (back.order_no, back.value("invtNo")) == (trade.order_no, "46042022I000000001")
    with pytest.raises(LookupError, match="made"):
        SampleTrade(trade.messages, trade.key, trade.now).further("625")


@each("name", ["622", "nobody", "imports", "CEB311Message"])
def test_a_sample_that_there_is_not_is_refused_with_near_ones(window: WindowClient, name: str) -> None:
    with pytest.raises(CallRefused, match="no-such-sample") as refused:
        window.sandbox().sample(name)
    assert refused.value.status == 404 and refused.value.findings[0].remedy_zh
    assert "import" in str(refused.value)


def test_without_a_key_each_call_for_samples_gives_another_trade(sandbox: SandboxClient) -> None:
    first, second = (sandbox.call("GET", "/samples/311") for _ in range(2))
    assert first["key"] != second["key"] and first["messages"][0]["type"] == "CEB311Message"
    again = sandbox.call("GET", "/samples/311", query={"key": first["key"], "at": first["at"]})
    assert again == first
