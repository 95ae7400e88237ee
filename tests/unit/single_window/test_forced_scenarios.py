"""Every ready-made outcome, through HTTP: by X-Scenario of one call, and by a trigger of the sandbox."""

from __future__ import annotations

import json
from http.client import RemoteDisconnected
from itertools import count
from typing import Any, NamedTuple

import pytest
from serving_http import Answer, Client

from single_window.cases.declarations import assembly
from single_window.outcomes.scenarios import scenarios
from single_window.outcomes.triggers import Do
from single_window.process.serving import Server
from single_window.wiring import Window
from tests.databases import read_by
from tests.patience import PATIENCE
from tests.stories.story import KINDS, StoryRunner
from tests.tables import each

_numbers = count(1)


class Seen(NamedTuple):
    """What a participant sees: statuses of a kind of document before and after a minute of the sandbox's clock, what is
    said of the last, where the list stands."""

    before: list[str]
    after: list[str]
    words: str = ""
    state: str = "released"
    kind: str = "inventory"


GREEN = ["2", "120", "800"]
CASES = {
    "rejected": Seen(["2", "100"], ["2", "100"], "[Code:1332;Desc:支付单支付金额与订单支付金额不一致]", "rejected"),
    "over_yearly_limit": Seen(["2", "100"], ["2", "100"], "[Code:1313;", "rejected"),
    "rejected_by_officer": Seen(["2", "100"], ["2", "100"], "[Code:1300;Desc:人工退单，收件地址不详]", "rejected"),
    "refused_by_port": Seen(["-621001"], ["-621001"], "报文校验失败", ""),
    "signature_refused": Seen(["-621049"], ["-621049"], "签名验证失败", ""),
    "order_refused": Seen(["-301008"], ["-301008"], "订单客户端协议发送方的senderId", "declared", "order"),
    "inspected": Seen(["2", "120", "500"], ["2", "120", "500"], "[Code:14500;Desc:查验]", "under_inspection"),
    "reviewed": Seen(["2", "120", "300"], ["2", "120", "300"], "[Code:1200;Desc:待人工审核]", "in_review"),
    "slow": Seen([], GREEN),
    "as_live": Seen([], GREEN),
    "lost": Seen(["2", "120"], ["2", "120"]),
    "repeated": Seen([*GREEN, "800", "800"], [*GREEN, "800", "800"]),
    "out_of_order": Seen(["2", "800"], ["2", "800", "120"]),
    "contradicted": Seen(GREEN, [*GREEN, "100"], "[Code:1300;Desc:人工退单，放行撤销]"),
    "failed_to_send": Seen(["2", "4", "800"], ["2", "4", "800"]),
    "format_error": Seen(["-0002"], ["-0002"], "报文格式校验失败", "", "message"),
}
CALLS = {
    "too_many_requests": (429, "2"),
    "unavailable": (503, "5"),
    "dropped_before": (0, "before"),
    "dropped_after": (0, "after"),
}


def new(window: Window) -> StoryRunner:
    """A sandbox of a case's own."""
    return StoryRunner(window, f"forced-{next(_numbers)}")


def control(client: Client, runner: StoryRunner, method: str, path: str, content: Any = None) -> Answer:
    body = None if content is None else json.dumps(content)
    return client.call(method, f"/api/v1/sandboxes/{runner.sandbox}/{path}", body, Content_Type="application/json")


def send(client: Client, runner: StoryRunner, kind: str, **headers: str) -> Answer:
    return client.post(runner.message(runner.trade(), kind), X_Sandbox=runner.sandbox, **headers)


def polled(client: Client, runner: StoryRunner, kind: str) -> list[dict[str, Any]]:
    """What a participant polls of a kind of document, in the order in which it came."""
    sender = runner.trade().parties.sender("order" if kind == "order" else "inventory").dxp_id
    receipts = client.get(f"/receipts?mailbox={sender}&limit=1000", X_Sandbox=runner.sandbox).json["receipts"]
    assert all(receipt["xml"] for receipt in receipts)
    return [receipt for receipt in receipts if receipt["kind"] == kind and not receipt["type"].startswith("CEB816")]


def forced_texts(runner: StoryRunner) -> list[tuple[str, str]]:
    """What the timeline says of what was forced, in both languages."""
    story = read_by(runner.window.engine, assembly.of_order, runner.sandbox, runner.trade().id)
    return [because.words for line in story.timeline if line.event == "forced" for because in line.because]


def play(client: Client, runner: StoryRunner, server: Server, name: str, by_header: bool) -> None:
    forced_kind = "order" if name == "order_refused" else "inventory"
    if not by_header:
        made = control(client, runner, "POST", "triggers", {"scenario": name})
        assert made.status == 201, made.body
    for kind in KINDS:
        headers = {"X_Scenario": name} if by_header and kind == forced_kind else {}
        assert send(client, runner, kind, **headers).status == 202
    assert server.runtime.wait_until_settled(PATIENCE)


@pytest.mark.long
@pytest.mark.parametrize(
    "by_header", [True, pytest.param(False, marks=pytest.mark.long)], ids=["by header", "by trigger"]
)
@each("name", CASES)
def test_a_ready_made_outcome_is_as_it_says(
    client: Client, served_window: Window, server: Server, name: str, by_header: bool
) -> None:
    case, runner = CASES[name], new(served_window)
    play(client, runner, server, name, by_header)
    assert [row["status"] for row in polled(client, runner, case.kind)] == case.before
    assert control(client, runner, "POST", "clock/advance", {"by": "15m"}).json["settled"]
    after = polled(client, runner, case.kind)
    statuses = [row["status"] for row in after]
    assert (sorted(statuses) if name == "as_live" else statuses) == (
        sorted(case.after) if name == "as_live" else case.after
    )
    assert case.words in after[-1]["info_zh"] and case.words in (after[-1]["xml"] if case.words else "")
    assert runner.state(runner.trade()) == case.state
    result = forced_texts(runner)
    assert result or case.kind == "message"
    label = name if by_header else f"({name}-"
    assert all(
        label in said.zh and label in said.en and "触发器" in said.zh and "trigger" in said.en for said in result
    )


@each("by_header", [True, False], ids=["by header", "by trigger"])
@each("name", CALLS)
def test_a_ready_made_outcome_of_a_call_is_as_it_says(
    client: Client, served_window: Window, server: Server, name: str, by_header: bool
) -> None:
    runner = new(served_window)
    if not by_header:
        assert control(client, runner, "POST", "triggers", {"scenario": name}).status == 201
    headers = {"X_Scenario": name} if by_header else {}
    status, more = CALLS[name]
    if status:
        answer = send(client, runner, "order", **headers)
        assert (answer.status, answer.headers["Retry-After"], answer.codes) == (status, more, [f"forced-{status}"])
    else:
        with pytest.raises(RemoteDisconnected):
            send(client, runner, "order", **headers)
    again = send(client, runner, "order")
    assert (again.status, again.json["repeated"]) == (202, more == "after")
    assert server.runtime.wait_until_settled(PATIENCE)
    assert runner.statuses(runner.trade(), "order") == ["2"]
    assert len(forced_texts(runner)) == 1


def test_every_ready_made_outcome_is_proved() -> None:
    # tested in tests/stories: test_laboratory_faults.py, test_commerce_licences.py
    at_fault = {name for name, known in scenarios().items() if known.steps[0][1].do in (Do.LABORATORY, Do.REGISTER)}
    assert {*CASES, *CALLS} == set(scenarios()) - at_fault


@pytest.mark.parametrize("name", ["slow", "as_live"])
def test_a_tax_bill_is_held_back_with_the_receipts_of_its_list(
    client: Client, served_window: Window, server: Server, name: str
) -> None:
    runner = new(served_window)
    play(client, runner, server, name, by_header=True)
    sender = runner.trade().parties.sender("inventory").dxp_id

    def received() -> list[tuple[str, str]]:
        rows = client.get(f"/receipts?mailbox={sender}&limit=1000&body=false", X_Sandbox=runner.sandbox).json[
            "receipts"
        ]
        return [(row["type"], row["status"]) for row in rows if row["type"] in {"CEB622Message", "CEB816Message"}]

    assert received() == []
    assert control(client, runner, "POST", "clock/advance", {"by": "15m"}).json["settled"]
    assert ("CEB816Message", "1") in received()
    if name == "slow":
        assert received() == [*[("CEB622Message", status) for status in ("2", "120", "800")], ("CEB816Message", "1")]
